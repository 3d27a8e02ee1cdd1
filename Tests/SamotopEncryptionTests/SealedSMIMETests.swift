#if SMIME
    import Foundation
    import InternetMessage
    import SamotopEncryption
    import Testing

    @Suite("Sealed messages as S/MIME") struct SealedSMIMETests {
        // Certificates that are made from here on are valid by then.
        let now = Int64(Date().timeIntervalSince1970) + 3_600
        let openssl: OpenSSL
        let recipient: any EncryptionRecipient
        static let message = Array(
            """
            Received: from CANARY.example by x\r
            From: CANARY <ann@client.example> (CANARY)\r
            To: bob@example.org\r
            Subject: CANARY\r
            Date: Fri, 27 Nov 2026 07:00:00 +0100\r
            Message-ID: <1@client.example>\r
            MIME-Version: 1.0\r
            Content-Type: text/plain; charset=utf-8\r
            \r
            CANARY: grüße\r
            .\r

            """.utf8)

        init() throws {
            openssl = try OpenSSL()
            recipient = try CMSEngine().recipient(try openssl.make("bob", OpenSSL.curve("P-256")))
        }

        func seal(_ message: [UInt8]) throws -> [UInt8]? {
            try SealedMessage(
                message, keeping: Array("Return-Path: <ann@client.example>\r\n".utf8), for: recipient, at: now)?.octets
        }

        @Test("RFC 8551 §3.2: one part in base64, typed and named; nothing of the content is outside") func form()
            throws
        {
            let sealed = try #require(try seal(Self.message))
            let text = String(decoding: sealed, as: UTF8.self)
            #expect(!text.contains("CANARY") && text.hasPrefix("Return-Path: <ann@client.example>\r\nFrom: ann@"))
            #expect(text.contains("\r\nSubject: [...]\r\n") && !text.contains("multipart"))
            let parsed = MIMEMessage(sealed)
            #expect(parsed.findings.isEmpty)
            let root = try #require(parsed.entities.first)
            #expect(root.mediaType.matches("application", "pkcs7-mime"))
            #expect(root.mediaType.parameters["smime-type"]?.value == Array("authEnveloped-data".utf8))
            #expect(root.mediaType.parameters["name"]?.value == Array("smime.p7m".utf8))
            let lines = text.components(separatedBy: "\r\n\r\n").dropFirst().joined().components(separatedBy: "\r\n")
            #expect(lines.allSatisfy { $0.utf8.count <= 76 })
        }

        @Test("RFC 9788: inside is all as it came, and which fields are outside") func inside() throws {
            let sealed = try #require(try seal(Self.message))
            let parsed = MIMEMessage(sealed)
            let root = try #require(parsed.entities.first)
            let plain = String(
                decoding: try openssl.decrypt(parsed.content(of: root, limit: 1 << 20).bytes, as: "bob"), as: UTF8.self)
            #expect(plain.hasPrefix("HP-Outer: From: ann@client.example\r\n"))
            #expect(plain.contains("HP-Outer: Subject: [...]\r\n"))
            #expect(
                plain.hasSuffix(
                    String(decoding: Self.message, as: UTF8.self).replacingOccurrences(
                        of: "charset=utf-8", with: "charset=utf-8;\r\n hp=\"cipher\"; protected-headers=\"v1\"")))
        }

        @Test("What is sealed is known again, and stays as it is") func again() throws {
            let sealed = try #require(try seal(Self.message))
            #expect(try seal(sealed) == nil)
        }

        @Test("In place: a Maildir with LF line ends") func inPlace() throws {
            let root = openssl.folder + "/mail"
            for part in ["new", "cur", "tmp"] {
                try FileManager.default.createDirectory(atPath: "\(root)/\(part)", withIntermediateDirectories: true)
            }
            let file = URL(fileURLWithPath: root + "/cur/1.a.host:2,S")
            try Data("Return-Path: <a@b.example>\nSubject: CANARY\n\nCANARY\n".utf8).write(to: file)
            #expect(try MaildirSealing(root, for: recipient).run(at: now).sealed == 1)
            let stored = try Data(contentsOf: file)
            #expect(!stored.contains(0x0D) && !String(decoding: stored, as: UTF8.self).contains("CANARY"))
            let again = try MaildirSealing(root, for: recipient).run(at: now)
            #expect(again.sealed == 0 && again.alreadyEncrypted == 1)
            #expect(throws: EncryptionError.self) {
                try Data("Subject: CANARY\n\nx\n".utf8).write(to: URL(fileURLWithPath: root + "/cur/2"))
                _ = try MaildirSealing(root, for: recipient).run(at: now + 40 * 86_400)
            }
            #expect(try String(contentsOfFile: root + "/cur/2", encoding: .utf8).contains("CANARY"))
        }
    }
#endif
