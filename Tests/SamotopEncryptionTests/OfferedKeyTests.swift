#if OpenPGP
    import Foundation
    import SamotopEncryption
    import Testing

    @Suite("Keys that programs announce") struct OfferedKeyTests {
        let now = Int64(Date().timeIntervalSince1970)
        let gnupg: GnuPG
        let path: String
        let folder: KeyFolder
        let bob = "example.org/bob"
        let address = "bob@example.org"

        init() throws {
            gnupg = try GnuPG()
            path = gnupg.home + "/keys"
            folder = KeyFolder(path, engine: try RNPEngine())
        }

        private func fingerprints() throws -> [String] { try folder.recipient(of: bob)?.keys.map(\.fingerprint) ?? [] }

        private func learn(_ octets: [UInt8]) throws -> KeyFolder.Learned {
            try folder.learn(octets, for: bob, address: address, at: now)
        }

        @Test("P07: the first key is taken; another one waits for the owner's word, and changes nothing before")
        func another() throws {
            let first = try gnupg.makeKey("<\(address)>")
            guard case .taken(let taken) = try learn(first) else {
                Issue.record("not taken")
                return
            }
            #expect(try fingerprints() == [taken.fingerprint] && learn(first) == .known)
            let second = try GnuPG().makeKey("<\(address)>")
            guard case .offered(let offered) = try learn(second) else {
                Issue.record("not offered")
                return
            }
            #expect(try fingerprints() == [taken.fingerprint])
            #expect(try folder.offered(to: bob, at: now)?.fingerprint == offered.fingerprint)
            #expect(try folder.mailboxes() == [bob])
            #expect(try !folder.accept(taken.fingerprint, for: bob, isOnly: true, at: now))
            #expect(try folder.accept(offered.fingerprint, for: bob, isOnly: false, at: now))
            #expect(try fingerprints() == [taken.fingerprint, offered.fingerprint])
            #expect(try folder.offered(to: bob, at: now) == nil && learn(second) == .known)
            guard case .offered(let third) = try learn(try GnuPG().makeKey("<\(address)>")) else {
                Issue.record("not offered")
                return
            }
            #expect(try folder.accept(third.fingerprint, for: bob, isOnly: true, at: now))
            #expect(try fingerprints() == [third.fingerprint])
        }

        @Test("What its owner declined or removed doesn't come back by itself, and no other comes in its place")
        func declined() throws {
            let first = try gnupg.makeKey("<\(address)>")
            _ = try learn(first)
            let second = try GnuPG().makeKey("<\(address)>")
            guard case .offered(let offered) = try learn(second) else {
                Issue.record("not offered")
                return
            }
            #expect(try folder.decline(offered.fingerprint, for: bob, at: now))
            #expect(try learn(second) == .declined && folder.offered(to: bob, at: now) == nil)
            #expect(try folder.remove(fingerprints().first, of: bob))
            #expect(try learn(first) == .declined && fingerprints().isEmpty)
            guard case .offered = try learn(try GnuPG().makeKey("<\(address)>")) else {
                Issue.record("taken without a word")
                return
            }
            #expect(try fingerprints().isEmpty)
            // By hand it can be taken all the same.
            _ = try folder.add(first, to: bob, for: address, at: now)
            #expect(try learn(first) == .known)
        }

        @Test("An unreadable file that was removed counts as a decision, too") func removedUnread() throws {
            _ = try learn(try gnupg.makeKey("<\(address)>"))
            try Data("hello".utf8).write(to: URL(fileURLWithPath: "\(path)/\(bob).asc"))
            #expect(throws: KeyImportError.access(.problem(.unreadable))) {
                try learn(try GnuPG().makeKey("<\(address)>"))
            }
            #expect(try folder.remove(nil, of: bob))
            guard case .offered = try learn(try GnuPG().makeKey("<\(address)>")) else {
                Issue.record("taken without a word")
                return
            }
        }

        @Test("P02, P08: no secret key, none of somebody else, none that can't be used, and nothing of it is kept")
        func refused() throws {
            _ = try gnupg.makeKey("<\(address)>")
            let secret = try gnupg.gpg(["--export-secret-keys", address])
            let subkeys = try gnupg.gpg(["--export-secret-subkeys", address])
            for octets in [secret, subkeys] {
                #expect(throws: KeyImportError.problem(nil, .secret)) { try learn(octets) }
                #expect(throws: KeyImportError.problem(nil, .secret)) {
                    try folder.add(octets, to: bob, for: nil, at: now)
                }
            }
            let other = try GnuPG().makeKey("<carl@example.org>")
            #expect(throws: KeyImportError.self) { try learn(other) }
            let old = try GnuPG().makeKey("<\(address)>", expires: "20200301T000000", fakeTime: "20200101T000000")
            #expect(throws: KeyImportError.self) { try learn(old) }
            #expect(!FileManager.default.fileExists(atPath: path))
        }

        @Test("A longer life of a key that has expired is offered") func prolonged() throws {
            let short = try gnupg.makeKey("<\(address)>", expires: "3d")
            _ = try learn(short)
            #expect(try learn(short) == .known)
            let fingerprint = try #require(try fingerprints().first)
            _ = try gnupg.gpg(["--passphrase", "", "--quick-set-expire", fingerprint, "2y"])
            _ = try gnupg.gpg(["--passphrase", "", "--quick-set-expire", fingerprint, "2y", "*"])
            let longer = try gnupg.export(address)
            let later = now + 5 * 86_400
            guard case .offered = try folder.learn(longer, for: bob, address: address, at: later) else {
                Issue.record("not offered")
                return
            }
            #expect(try folder.accept(fingerprint, for: bob, isOnly: false, at: later))
            #expect(try folder.recipient(of: bob)?.keys.map { $0.problem(at: later) } == [nil])
        }
    }
#endif
