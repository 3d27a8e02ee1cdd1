#if OpenPGP
    import Foundation
    import InternetMessage
    import SamotopEncryption
    import Testing

    @Suite("Sealed messages") struct SealedMessageTests {
        static let gnupg = Result { try GnuPG() }
        static let recipient = Result {
            try RNPEngine().recipient(try gnupg.get().makeKey("Bob <bob@example.org>"))
        }
        let now = Int64(Date().timeIntervalSince1970)

        static let message = Array(
            """
            DKIM-Signature: v=1; d=client.example; bh=CANARY=; b=CANARY=\r
            Received: from CANARY.client.example by client.example; Fri, 27 Nov 2026 08:00:00 +0200\r
            From: "CANARY, Ann" <ann@client.example> (CANARY)\r
            To: Bob CANARY <bob@example.org>, "Group of CANARY": carl@example.org;\r
            Subject: CANARY\r
             that goes on\r
            Date: Fri, 27 Nov 2026 08:00:00 +0200 (CANARY)\r
            Message-ID: <1@client.example> (CANARY)\r
            References: <0@client.example> CANARY <00@client.example>\r
            Keywords: CANARY\r
            X-Mailer: CANARY\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Transfer-Encoding: 8bit\r
            \r
            CANARY: grüße\r
            .\r

            """.utf8)

        func seal(_ message: [UInt8], trace: String = "Return-Path: <ann@client.example>\r\n") throws -> [UInt8]? {
            try SealedMessage(
                message, keeping: Array(trace.utf8), for: try Self.recipient.get(), at: now)?.octets
        }

        func open(_ sealed: [UInt8]) throws -> [UInt8] {
            let parsed = MIMEMessage(sealed)
            let part = try #require(parsed.entities.first?.children.last)
            return try Self.gnupg.get().decrypt(Array(sealed[parsed.entities[part].bodyRange]))
        }

        @Test("P01: nothing of the content, of names, comments and subject is outside") func canary() throws {
            let sealed = String(decoding: try #require(try seal(Self.message)), as: UTF8.self)
            #expect(!sealed.contains("CANARY"))
            let header = sealed[..<(try #require(sealed.range(of: "\r\n\r\n")).lowerBound)]
            #expect(header.hasPrefix("Return-Path: <ann@client.example>\r\n"))
            let lines = header.components(separatedBy: "\r\n")
            for line in [
                "From: ann@client.example", "To: bob@example.org,", " carl@example.org", "Subject: [...]",
                "Date: Fri, 27 Nov 2026 06:00:00 +0000", "Message-ID: <1@client.example>",
                "References: <0@client.example>", " <00@client.example>", "MIME-Version: 1.0",
            ] { #expect(lines.contains(line), "\(line) in \(header)") }
        }

        @Test("RFC 3156 §4: two parts, the first says Version: 1, the second is the message") func structure() throws {
            let sealed = try #require(try seal(Self.message))
            let parsed = MIMEMessage(sealed)
            #expect(parsed.findings.isEmpty)
            let root = try #require(parsed.entities.first)
            #expect(root.mediaType.matches("multipart", "encrypted"))
            #expect(root.mediaType.parameters["protocol"]?.value == Array("application/pgp-encrypted".utf8))
            let parts = root.children.map { parsed.entities[$0] }
            #expect(parts.count == 2)
            #expect(parts[0].mediaType.matches("application", "pgp-encrypted"))
            #expect(sealed[parts[0].bodyRange].starts(with: "Version: 1\r\n".utf8))
            #expect(parts[1].mediaType.matches("application", "octet-stream"))
            #expect(sealed[parts[1].bodyRange].allSatisfy { $0 < 0x80 })
        }

        @Test("RFC 9788: inside is all as it came, and which fields are outside") func inside() throws {
            let sealed = try #require(try seal(Self.message))
            let plain = String(decoding: try open(sealed), as: UTF8.self)
            let outer = plain.components(separatedBy: "\r\n").prefix { $0.hasPrefix("HP-Outer: ") || $0.hasPrefix(" ") }
            #expect(outer.contains("HP-Outer: Subject: [...]") && outer.contains("HP-Outer: From: ann@client.example"))
            let rest = String(
                decoding: plain.utf8.dropFirst(outer.joined(separator: "\r\n").utf8.count + 2), as: UTF8.self)
            let marked = String(decoding: Self.message, as: UTF8.self).replacingOccurrences(
                of: "charset=utf-8", with: "charset=utf-8;\r\n hp=\"cipher\"; protected-headers=\"v1\"")
            #expect(rest == marked)
            // What is told to be outside is outside.
            let header = HeaderSection(sealed)
            let name = try #require(HeaderFieldName(Array("HP-Outer".utf8)))
            for field in HeaderSection(Array(plain.utf8)).fields(named: name) {
                let body = Array(field.body.dropFirst())
                #expect(header.fields.contains { $0.raw.dropLast(2).elementsEqual(body) })
            }
        }

        @Test("A stranger's HP-Outer is not taken for ours, and mail without a type gets one") func forged() throws {
            let sealed = try #require(
                try seal(Array("HP-Outer: Subject: forged\r\nSubject: x\r\nFrom: a@b.example\r\n\r\nHi\r\n".utf8)))
            let plain = String(decoding: try open(sealed), as: UTF8.self)
            #expect(!plain.contains("forged"))
            #expect(plain.contains("Content-Type: text/plain; hp=\"cipher\""))
            #expect(plain.hasSuffix("\r\n\r\nHi\r\n"))
        }

        @Test(
            "Header sections of every kind are sealed, and come out whole",
            arguments: [
                "", "\r\n", "Subject: x", "no field at all\r\nbody", "From: <<>\r\nTo: @@\r\nDate: ?\r\n\r\n.",
                "Content-Type: ;;;\r\n\r\nx", "Content-Type: text/plain; hp=\"clear\"\r\n\r\nx",
                "Content-Type: text/html;\r\n\r\nx", "Content-Type: a/b\r\nContent-Type: c/d\r\n\r\nx",
            ])
        func odd(message: String) throws {
            let plain = try open(try #require(try seal(Array(message.utf8), trace: "")))
            let body = message.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
            #expect(String(decoding: plain, as: UTF8.self).hasSuffix(body))
        }

        @Test("Mail that its author has encrypted stays as it is") func encrypted() throws {
            let sealed = try #require(try seal(Self.message))
            #expect(try seal(sealed) == nil)
            let armor = try Self.recipient.get().encrypt(Array("inline".utf8), at: now)
            #expect(try seal(Array("Subject: x\r\n\r\n".utf8) + armor) == nil)
            let cms = "MIAGCSqGSIb3DQEHA6CAMIACAQAxgg=="
            let type = "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n"
            let smime = Array("\(type)Content-Transfer-Encoding: base64\r\n\r\n\(cms)\r\n".utf8)
            #expect(try seal(smime) == nil)
        }

        @Test(
            "What is only called encrypted is encrypted",
            arguments: [
                "Content-Type: text/plain\r\n\r\nRead this:\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nwV4D\r\n-----END PGP MESSAGE-----\r\n",
                "\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nall in clear\r\n-----END PGP MESSAGE-----\r\n",
                "\r\n-----BEGIN PGP MESSAGE-----\r\n\r\naGVsbG8=\r\n-----END PGP MESSAGE-----\r\n",
                """
                Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r
                \r
                --b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r
                --b\r\nContent-Type: application/octet-stream\r\n\r\nall in clear\r\n--b--\r\n
                """,
                "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nall in clear\r\n",
                "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\nMIAGCSqGSIb3DQEHAqCA\r\n",
            ])
        func pretended(message: String) throws { #expect(try seal(Array(message.utf8)) != nil) }
    }
#endif
