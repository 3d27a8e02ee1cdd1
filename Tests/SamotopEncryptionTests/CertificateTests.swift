#if SMIME
    import Foundation
    import SamotopEncryption
    import Testing

    @Suite("Certificates of recipients") struct CertificateTests {
        // Certificates that are made from here on are valid by then.
        let now = Int64(Date().timeIntervalSince1970) + 3_600
        let openssl: OpenSSL

        init() throws { openssl = try OpenSSL() }

        @Test(
            "OpenSSL decrypts what is encrypted to each kind of key, and it is AuthEnvelopedData",
            arguments: [
                (OpenSSL.rsa, "RSA, 2048 bits", "rsaesOaep"), (["rsa:3072"], "RSA, 3072 bits", "rsaesOaep"),
                (OpenSSL.curve("P-256"), "ECDH, P-256", "stdDH-sha256kdf"),
                (OpenSSL.curve("P-384"), "ECDH, P-384", "stdDH-sha256kdf"),
                (OpenSSL.curve("P-521"), "ECDH, P-521", "stdDH-sha256kdf"),
            ])
        func decrypts(key: [String], words: String, transport: String) throws {
            let recipient = try CMSEngine().recipient(try openssl.make("bob", key))
            let certificate = try #require(recipient.keys.first)
            #expect(recipient.kind == .certificate && certificate.kind == .certificate)
            #expect(certificate.problem(at: now) == nil && certificate.algorithm == words)
            #expect(certificate.userIDs == ["bob@example.org"] && certificate.isFor("BOB@example.org"))
            #expect(!certificate.isFor("ob@example.org"))
            let print = try GnuPG.run(
                "openssl", ["x509", "-noout", "-fingerprint", "-sha256", "-in", openssl.folder + "/bob.pem"])
            let digits = String(decoding: print, as: UTF8.self).split(separator: "=").last?.filter(\.isHexDigit)
            #expect(certificate.fingerprint == digits)
            let plaintext = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let sealed = try recipient.encrypt(plaintext, at: now)
            #expect(try openssl.decrypt(sealed, as: "bob") == plaintext)
            let structure = try openssl.structure(sealed)
            #expect(structure.contains("id-smime-ct-authEnvelopedData") && structure.contains(":aes-256-gcm"))
            #expect(structure.contains(transport) && !structure.contains("sha1"))
            #expect(try recipient.encrypt(plaintext, at: now) != sealed)
            // Nothing, and a message with lines of every kind, come out as they went in.
            for text in ["", "a\nb\r\nc\r.\n\r\n"] {
                let octets = Array(text.utf8)
                #expect(try openssl.decrypt(try recipient.encrypt(octets, at: now), as: "bob") == octets)
            }
        }

        @Test("What was changed isn't decrypted") func changed() throws {
            let recipient = try CMSEngine().recipient(try openssl.make("bob"))
            var sealed = try recipient.encrypt(Array(repeating: 0x41, count: 1_000), at: now)
            sealed[sealed.count - 200] ^= 1
            #expect(throws: GnuPG.Failed.self) { try openssl.decrypt(sealed, as: "bob") }
        }

        @Test("A certificate without its last line isn't passed over: its owner would read nothing") func unclosed()
            throws
        {
            let one = String(decoding: try openssl.make("one"), as: UTF8.self)
            let two = String(decoding: try openssl.make("two"), as: UTF8.self)
            let cut = one.replacing("-----END CERTIFICATE-----\n", with: "")
            #expect(cut != one)
            #expect(throws: KeyProblem.unreadable) { try CMSEngine().recipient(Array((cut + two).utf8)) }
            #expect(try CMSEngine().recipient(Array(("0: words\n" + one + two).utf8)).keys.count == 2)
        }

        @Test("Each of several certificates decrypts alone; PEM with words around it, and DER") func several() throws {
            let keys =
                try openssl.make("one") + Array("Bag Attributes: x\r\n".utf8)
                + openssl.make("two", OpenSSL.curve("P-256"))
            let recipient = try CMSEngine().recipient(keys)
            #expect(recipient.keys.count == 2)
            let sealed = try recipient.encrypt(Array("x".utf8), at: now)
            for name in ["one", "two"] { #expect(try openssl.decrypt(sealed, as: name) == Array("x".utf8)) }
            let der = try CMSEngine().recipient(try openssl.der("one"))
            #expect(der.keys == [recipient.keys[0]])
            // What is shown and kept is the certificate, whatever was around it.
            #expect(try CMSEngine().recipient(der.keys[0].armored).keys == der.keys)
        }

        @Test("P02: expired and not yet valid, told with the day, and nothing is encrypted") func times() throws {
            let recipient = try CMSEngine().recipient(try openssl.make("bob"))
            let key = try #require(recipient.keys.first)
            let end = try #require(key.expires)
            #expect((29 * 86_400...31 * 86_400).contains(end - now))
            #expect(key.problem(at: end) == .expired(end))
            #expect(throws: EncryptionError.noUsableKey([.expired(end)])) { try recipient.encrypt([1], at: end) }
            let before = key.created - 1
            #expect(key.problem(at: before) == .notYetValid(key.created))
            #expect(throws: EncryptionError.noUsableKey([.notYetValid(key.created)])) {
                try recipient.encrypt([1], at: before)
            }
        }

        @Test(
            "P02: what a certificate is for",
            arguments: [
                (OpenSSL.rsa, ["keyUsage=critical,digitalSignature"], KeyProblem.usage(needed: "keyEncipherment")),
                (OpenSSL.rsa, ["keyUsage=critical,keyAgreement"], .usage(needed: "keyEncipherment")),
                (OpenSSL.curve("P-256"), ["keyUsage=critical,keyEncipherment"], .usage(needed: "keyAgreement")),
                (OpenSSL.curve("P-256"), ["keyUsage=critical,digitalSignature,keyAgreement"], nil),
                (OpenSSL.rsa, ["keyUsage=keyEncipherment,dataEncipherment"], nil),
                (OpenSSL.rsa, ["keyUsage=keyEncipherment,keyCertSign"], .authority),
                (OpenSSL.rsa, ["extendedKeyUsage=serverAuth"], .notForMail),
                (OpenSSL.rsa, ["extendedKeyUsage=clientAuth,emailProtection"], nil),
                (OpenSSL.rsa, ["extendedKeyUsage=anyExtendedKeyUsage"], nil),
                (OpenSSL.rsa, ["1.2.3.4=critical,DER:0500"], .criticalExtension("1.2.3.4")),
                (OpenSSL.rsa, ["1.2.3.4=DER:0500"], nil),
            ])
        func usage(key: [String], extensions: [String], problem: KeyProblem?) throws {
            let recipient = try CMSEngine().recipient(try openssl.make("bob", key, extensions: extensions))
            #expect(recipient.keys.first?.problem(at: now) == problem)
            if let problem {
                #expect(throws: EncryptionError.noUsableKey([problem])) { try recipient.encrypt([1], at: now) }
            }
        }

        @Test("P02: authorities, weak RSA, and kinds of keys that can't be used") func kinds() throws {
            func problem(_ octets: [UInt8]) throws -> KeyProblem? {
                try CMSEngine().recipient(octets).keys.first?.problem(at: now)
            }
            #expect(try problem(openssl.make("ca", isAuthority: true)) == .authority)
            #expect(try problem(openssl.make("weak", ["rsa:1024"])) == .weak(algorithm: "RSA", bits: 1024))
            #expect(try problem(openssl.makeX25519("x")) == .unsupported(algorithm: "X25519"))
            #expect(
                try problem(openssl.make("koblitz", OpenSSL.curve("secp256k1")))
                    == .unsupported(algorithm: "the curve 1.3.132.0.10"))
            #expect(
                try problem(openssl.make("edwards", ["ed25519"]))
                    == .unsupported(algorithm: "the algorithm 1.3.101.112"))
        }

        @Test("P02: a point that isn't on its curve is found when the certificate is given") func point() throws {
            try openssl.make("bob", OpenSSL.curve("P-256"))
            var der = try openssl.der("bob")
            // BIT STRING of 66 octets: no spare bits, uncompressed.
            let mark: [UInt8] = [0x03, 0x42, 0x00, 0x04]
            let place = try #require(der.indices.first { der[$0...].starts(with: mark) })
            der[place + 10] ^= 0x55
            let recipient = try CMSEngine().recipient(der)
            #expect(recipient.keys.first?.problem(at: now) == .noEncryptionKey)
        }

        @Test("Whose it is: an address in the subject counts, a name that looks like one doesn't") func names() throws {
            let old = try CMSEngine().recipient(
                try openssl.make("old", address: nil, subject: "/CN=Bob/emailAddress=bob@example.org")
            ).keys[0]
            #expect(old.userIDs == ["bob@example.org"] && old.isFor("bob@example.org"))
            let named = try CMSEngine().recipient(
                try openssl.make("named", address: nil, subject: "/CN=Bob <bob@example.org>")
            ).keys[0]
            #expect(!named.isFor("bob@example.org") && named.userIDs.count == 1)
            let other = try CMSEngine().recipient(try openssl.make("other", address: "eve@example.org")).keys[0]
            #expect(!other.isFor("bob@example.org"))
        }

        @Test("P08: a private key beside it, alone, in DER or in a PKCS #12 file is refused") func secret() throws {
            let pem = try openssl.make("bob")
            let key = try openssl.read("bob.key")
            let path = openssl.folder + "/bob"
            let der = try GnuPG.run("openssl", ["pkey", "-in", "\(path).key", "-outform", "DER"])
            let file = try GnuPG.run(
                "openssl", ["pkcs12", "-export", "-in", "\(path).pem", "-inkey", "\(path).key", "-passout", "pass:x"])
            for octets in [pem + key, key + pem, key, der, file] {
                #expect(throws: KeyProblem.secret) { try CMSEngine().recipient(octets) }
            }
        }

        @Test(
            "P02: what is no certificate",
            arguments: [
                [], Array("hello".utf8), [0x30], [0x30, 0x80], [0x30, 0x03, 0x30, 0x01, 0x00],
                Array(repeating: 0x30, count: 5_000),
                Array("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".utf8),
                Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8),
                Array("-----BEGIN CERTIFICATE-----\nMAA=\n".utf8),
                Array("-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n".utf8),
            ])
        func garbage(_ octets: [UInt8]) throws {
            #expect(throws: KeyProblem.unreadable) { try CMSEngine().recipient(octets) }
        }

        @Test("P02: too much") func much() throws {
            #expect(throws: KeyProblem.tooLarge) { try CMSEngine().recipient(Array(repeating: 0x30, count: 1 << 20)) }
            let many = Array(repeating: try openssl.make("bob", OpenSSL.curve("P-256")), count: 17).flatMap(\.self)
            #expect(throws: KeyProblem.tooMany) { try CMSEngine().recipient(many) }
        }

        @Test("Cut and changed certificates are refused, or read to the end") func damaged() throws {
            try openssl.make("bob", OpenSSL.curve("P-256"))
            let der = try openssl.der("bob")
            for count in 0..<der.count {
                #expect(throws: KeyProblem.self, "\(count)") { try CMSEngine().recipient(Array(der[..<count])) }
            }
            #expect(throws: KeyProblem.unreadable) { try CMSEngine().recipient(der + [0]) }
            for place in der.indices {
                var changed = der
                changed[place] ^= 0xFF
                // Whatever is read of it, nobody can be made to crash, and what passes can be encrypted to.
                guard let recipient = try? CMSEngine().recipient(changed), recipient.keys[0].problem(at: now) == nil
                else { continue }
                #expect(throws: Never.self) { try recipient.encrypt([1], at: now) }
            }
        }

        @Test("Many threads encrypt to one recipient at once") func together() async throws {
            let recipient = try CMSEngine().recipient(try openssl.make("bob"))
            let sealed = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for number in 0..<64 { group.addTask { try recipient.encrypt(Array("\(number)".utf8), at: now) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(sealed).count == 64)
            #expect(try openssl.decrypt(try #require(sealed.last), as: "bob").count <= 2)
        }
    }
#endif
