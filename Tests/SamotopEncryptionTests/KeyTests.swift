#if OpenPGP
    import Foundation
    import InternetMessage
    import SamotopEncryption
    import Testing

    @Suite("Keys of recipients") struct KeyTests {
        let now = Int64(Date().timeIntervalSince1970)

        @Test("GnuPG decrypts what is encrypted to each kind of key", arguments: ["future-default", "rsa2048"])
        func decrypts(algorithm: String) throws {
            let gnupg = try GnuPG()
            var octets = try gnupg.makeKey("Bob <bob@example.org>", algorithm: algorithm)
            if algorithm == "rsa2048" {
                let print = try #require(RNPEngine().recipient(octets).keys.first).fingerprint
                try gnupg.gpg(["--passphrase", "", "--quick-add-key", print, "rsa2048", "encr"])
                octets = try gnupg.export("bob@example.org")
            }
            let recipient = try RNPEngine().recipient(octets)
            let key = try #require(recipient.keys.first)
            #expect(key.problem(at: now) == nil)
            #expect(key.userIDs == ["Bob <bob@example.org>"])
            #expect(key.fingerprint.count == 40)
            #expect(key.isFor("BOB@example.org") && !key.isFor("ob@example.org"))
            let plaintext = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let sealed = try recipient.encrypt(plaintext, at: now)
            #expect(sealed.starts(with: "-----BEGIN PGP MESSAGE-----\r\n".utf8))
            #expect(try gnupg.decrypt(sealed) == plaintext)
            // No two are alike, and none tells how often the same was sent.
            #expect(try recipient.encrypt(plaintext, at: now) != sealed)
        }

        @Test("Each of several keys decrypts alone, and a file may hold them one after another") func several() throws {
            let (first, second) = (try GnuPG(), try GnuPG())
            let keys = try first.makeKey("Bob <bob@example.org>") + second.makeKey("Bob at work <bob@example.org>")
            let recipient = try RNPEngine().recipient(keys)
            #expect(recipient.keys.count == 2)
            let sealed = try recipient.encrypt(Array("x".utf8), at: now)
            for gnupg in [first, second] { #expect(try gnupg.decrypt(sealed) == Array("x".utf8)) }
        }

        @Test("P02: an expired key is told with its day, and nothing is encrypted to it") func expired() throws {
            let gnupg = try GnuPG()
            let octets = try gnupg.makeKey(
                "Bob <bob@example.org>", expires: "20200301T000000", fakeTime: "20200101T000000")
            let recipient = try RNPEngine().recipient(octets)
            let key = try #require(recipient.keys.first)
            guard case .expired(let day)? = key.problem(at: now) else {
                Issue.record("\(String(describing: key.problem(at: now)))")
                return
            }
            #expect("\(CivilDate(secondsSince1970: day))" == "2020-03-01")
            #expect(throws: EncryptionError.noUsableKey([.expired(day)])) { try recipient.encrypt([1], at: now) }
        }

        @Test("P02: a key expires while it is loaded") func expiresLater() throws {
            let gnupg = try GnuPG()
            let recipient = try RNPEngine().recipient(try gnupg.makeKey("Bob <bob@example.org>", expires: "2d"))
            #expect(throws: Never.self) { try recipient.encrypt([1], at: now) }
            #expect(throws: EncryptionError.self) { try recipient.encrypt([1], at: now + 3 * 86_400) }
        }

        @Test("P02: a revoked key") func revoked() throws {
            let gnupg = try GnuPG()
            _ = try gnupg.makeKey("Bob <bob@example.org>")
            let folder = gnupg.home + "/openpgp-revocs.d"
            let file = try #require(FileManager.default.contentsOfDirectory(atPath: folder).first)
            // GnuPG puts a colon in front, so that nobody uses it by mistake.
            let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
            try gnupg.gpg(["--import"], input: Array(text.replacingOccurrences(of: ":-----", with: "-----").utf8))
            let key = try #require(RNPEngine().recipient(try gnupg.export("bob@example.org")).keys.first)
            #expect(key.problem(at: now) == .revoked)
        }

        @Test("P02: a key that can only sign") func signOnly() throws {
            let octets = try GnuPG().makeKey("Bob <bob@example.org>", algorithm: "ed25519", usage: "sign")
            let recipient = try RNPEngine().recipient(octets)
            #expect(recipient.keys.first?.problem(at: now) == .noEncryptionKey)
        }

        @Test("P02: weak RSA") func weak() throws {
            let octets = try GnuPG().makeKey("Bob <bob@example.org>", algorithm: "rsa1024")
            let key = try #require(RNPEngine().recipient(octets).keys.first)
            #expect(key.problem(at: now) == .weak(algorithm: "RSA", bits: 1024))
        }

        @Test("A secret key is refused before anything of it is kept") func secret() throws {
            let gnupg = try GnuPG()
            _ = try gnupg.makeKey("Bob <bob@example.org>")
            let octets = try gnupg.gpg(["--armor", "--export-secret-keys", "bob@example.org"])
            #expect(throws: KeyProblem.secret) { try RNPEngine().recipient(octets) }
        }

        @Test(
            "P02: what is no key",
            arguments: [
                [], Array("hello".utf8), [0x99, 0x01], Array(repeating: 0xFF, count: 5_000),
                Array("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n".utf8),
            ])
        func garbage(_ octets: [UInt8]) throws {
            #expect(throws: KeyProblem.unreadable) { try RNPEngine().recipient(octets) }
        }

        @Test("P02: a megabyte is no key") func megabyte() throws {
            #expect(throws: KeyProblem.tooLarge) {
                try RNPEngine().recipient(Array(repeating: 0x41, count: 1 << 20))
            }
        }

        @Test("A key of Sequoia's, and Sequoia decrypts") func sequoia() throws {
            let folder = try GnuPG().home + "-sq"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            _ = try GnuPG.run(
                "sq", ["key", "generate", "--userid", "Sue <sue@example.org>", "--export", folder + "/sue.key"])
            let certificate = try GnuPG.run("sq", ["key", "extract-cert", folder + "/sue.key"])
            let recipient = try RNPEngine().recipient(certificate)
            let key = try #require(recipient.keys.first)
            #expect(key.problem(at: now) == nil && key.userIDs == ["Sue <sue@example.org>"])
            let sealed = try recipient.encrypt(Array("for Sue".utf8), at: now)
            let plain = try GnuPG.run("sq", ["decrypt", "--recipient-key", folder + "/sue.key"], input: sealed)
            #expect(plain == Array("for Sue".utf8))
        }

        @Test("Authenticated encryption where a key announces it, and only when all of a mailbox do")
        func authenticated()
            throws
        {
            let recipient = try RNPEngine().recipient(AuthenticatedKey.published)
            #expect(recipient.keys.map(\.allowsAEAD) == [true])
            let sealed = try recipient.encrypt(Array("in OCB".utf8), at: now)
            let folder = try GnuPG().home + "-rnp"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try Data(AuthenticatedKey.secret).write(to: URL(fileURLWithPath: folder + "/secret.asc"))
            _ = try GnuPG.run("rnpkeys", ["--homedir", folder, "--import-keys", folder + "/secret.asc"])
            let packets = try GnuPG.run("rnp", ["--list-packets"], input: sealed)
            #expect(String(decoding: packets, as: UTF8.self).contains("(OCB)"))
            #expect(try GnuPG.run("rnp", ["--homedir", folder, "--decrypt"], input: sealed) == Array("in OCB".utf8))
            // GnuPG 2.2's keys don't: both can read what is for both.
            let gnupg = try GnuPG()
            let both = AuthenticatedKey.published + (try gnupg.makeKey("Bob <bob@example.org>"))
            let common = try RNPEngine().recipient(both).encrypt(Array("for both".utf8), at: now)
            #expect(try gnupg.decrypt(common) == Array("for both".utf8))
            #expect(try GnuPG.run("rnp", ["--homedir", folder, "--decrypt"], input: common) == Array("for both".utf8))
        }

        @Test("Many threads encrypt to one recipient at once") func together() async throws {
            let gnupg = try GnuPG()
            let recipient = try RNPEngine().recipient(try gnupg.makeKey("Bob <bob@example.org>"))
            let sealed = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for number in 0..<64 {
                    group.addTask { try recipient.encrypt(Array("\(number)".utf8), at: now) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(sealed).count == 64)
            #expect(try gnupg.decrypt(try #require(sealed.last)).count <= 2)
        }
    }
#endif
