#if SMIME && OpenPGP
    import Foundation
    import SamotopCore
    import SamotopEncryption
    import Synchronization
    import Testing

    @Suite("A folder of keys and certificates") struct CertificateFolderTests {
        // Certificates that are made from here on are valid by then.
        let now = Int64(Date().timeIntervalSince1970) + 3_600
        let bob = "example.org/bob"
        let gnupg: GnuPG
        let openssl: OpenSSL
        let path: String
        let folder: KeyFolder

        init() throws {
            gnupg = try GnuPG()
            openssl = try OpenSSL()
            path = gnupg.home + "/keys"
            folder = KeyFolder(path, engine: KeyEngines(openPGP: try RNPEngine(), certificates: CMSEngine()))
        }

        func files() -> [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: path + "/example.org")) ?? []).sorted()
        }

        func put(_ name: String, _ octets: [UInt8]) throws {
            try FileManager.default.createDirectory(atPath: path + "/example.org", withIntermediateDirectories: true)
            try Data(octets).write(to: URL(fileURLWithPath: "\(path)/example.org/\(name)"))
        }

        @Test("Certificates are added, shown, and taken away like keys") func adding() throws {
            let first = try folder.add(try openssl.make("one"), to: bob, for: "bob@example.org", at: now)
            #expect(files() == ["bob.pem"])
            let facts = try FileManager.default.attributesOfItem(atPath: path + "/example.org/bob.pem")
            #expect(facts[.posixPermissions] as? Int == 0o600)
            _ = try folder.add(try openssl.make("two", OpenSSL.curve("P-256")), to: bob, for: nil, at: now)
            #expect(try folder.recipient(of: bob)?.keys.map(\.kind) == [.certificate, .certificate])
            #expect(try folder.mailboxes() == [bob])
            #expect(try folder.remove(first[0].fingerprint, of: bob))
            #expect(try folder.recipient(of: bob)?.keys.count == 1)
            #expect(try folder.remove(nil, of: bob) && !files().contains("bob.pem"))
            #expect(try folder.recipient(of: bob) == nil)
        }

        @Test("P02: what isn't for the mailbox or can't be used is refused, and changes nothing") func refused() throws
        {
            let other = try openssl.make("other", address: "eve@example.org")
            let error = #expect(throws: KeyImportError.self) {
                try folder.add(other, to: bob, for: "bob@example.org", at: now)
            }
            guard case .problem(_, .otherUserID)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            for (octets, moment) in [
                (try openssl.make("ca", isAuthority: true), now), (try openssl.make("bob"), now + 40 * 86_400),
                (try openssl.make("late"), now - 2 * 86_400), (try openssl.make("weak", ["rsa:1024"]), now),
            ] {
                #expect(throws: KeyImportError.self) { try folder.add(octets, to: bob, for: nil, at: moment) }
            }
            #expect(files().isEmpty)
            _ = try folder.add(other, to: bob, for: nil, at: now)
            #expect(files() == ["bob.pem"])
        }

        @Test("One kind takes the other's place when its owner says so, and only then") func replacing() throws {
            let key = try gnupg.makeKey("Bob <bob@example.org>")
            let certificate = try openssl.make("bob")
            let print = try folder.add(key, to: bob, for: nil, at: now)[0].fingerprint
            for _ in 0..<2 {
                let error = #expect(throws: KeyImportError.self) {
                    try folder.add(certificate, to: bob, for: nil, at: now)
                }
                guard case .otherKind(let given)? = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(given.map(\.kind) == [.certificate])
                #expect(try folder.recipient(of: bob)?.keys.map(\.fingerprint) == [print])
            }
            _ = try folder.add(certificate, to: bob, for: nil, at: now, isReplacing: true)
            #expect(try folder.recipient(of: bob)?.kind == .certificate)
            #expect(files().contains("bob.pem") && !files().contains("bob.asc"))
            // The key that went isn't learned again, and no certificate is ever.
            #expect(try folder.learn(key, for: bob, address: "bob@example.org", at: now) == .declined)
            #expect(throws: KeyImportError.problem(nil, .unreadable)) {
                try folder.learn(certificate, for: "example.org/new", address: "bob@example.org", at: now)
            }
            #expect(try folder.recipient(of: "example.org/new") == nil)
            #expect(throws: KeyImportError.self) { try folder.add(key, to: bob, for: nil, at: now) }
            _ = try folder.add(key, to: bob, for: nil, at: now, isReplacing: true)
            #expect(try folder.recipient(of: bob)?.keys.map(\.fingerprint) == [print])
            #expect(files().contains("bob.asc") && !files().contains("bob.pem"))
        }

        @Test("An announced key never comes beside certificates") func offered() throws {
            _ = try folder.add(try openssl.make("bob"), to: bob, for: nil, at: now)
            let key = try gnupg.makeKey("Bob <bob@example.org>")
            guard case .offered(let offered) = try folder.learn(key, for: bob, address: "bob@example.org", at: now)
            else {
                Issue.record("not offered")
                return
            }
            #expect(try !folder.accept(offered.fingerprint, for: bob, isOnly: false, at: now))
            #expect(try folder.recipient(of: bob)?.kind == .certificate)
            #expect(try folder.accept(offered.fingerprint, for: bob, isOnly: true, at: now))
            #expect(try folder.recipient(of: bob)?.kind == .openPGP)
        }

        @Test("P02: with both files, or both kinds in one, nobody knows which is meant") func both() throws {
            let key = try gnupg.makeKey("Bob <bob@example.org>")
            let certificate = try openssl.make("bob")
            try put("bob.asc", key)
            try put("bob.pem", certificate)
            #expect(throws: KeyAccessError.problem(.mixed)) { try folder.recipient(of: bob) }
            #expect(try folder.mailboxes() == [bob])
            #expect(throws: KeyImportError.access(.problem(.mixed))) {
                try folder.add(certificate, to: bob, for: nil, at: now)
            }
            _ = try folder.add(certificate, to: bob, for: nil, at: now, isReplacing: true)
            #expect(try folder.recipient(of: bob)?.kind == .certificate)
            try put("bob.pem", key + certificate)
            #expect(throws: KeyAccessError.problem(.mixed)) { try folder.recipient(of: bob) }
            #expect(try folder.remove(nil, of: bob))
            #expect(try folder.recipient(of: bob) == nil)
            // What is in a file decides, not its name.
            try put("bob.asc", certificate)
            #expect(try folder.recipient(of: bob)?.kind == .certificate)
        }

        private final class Writing: Sendable {
            let isOver = Mutex(false)
        }

        @Test("P02: while one kind takes the other's place nobody is without a key for a moment") func swapping()
            async throws
        {
            let key = try gnupg.makeKey("Bob <bob@example.org>")
            let certificate = try openssl.make("bob", OpenSSL.curve("P-256"))
            _ = try folder.add(key, to: bob, for: nil, at: now)
            let writing = Writing()
            // They block, and the writer must not wait for a reader's thread.
            let threads = StorageThreads(count: 3)
            let missing = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<2 {
                    group.addTask { [folder, bob] in
                        try await threads.run {
                            var missing = 0
                            while !writing.isOver.withLock({ $0 }) {
                                // Both files for a moment: that is a problem, and mail waits.
                                do { missing += try folder.recipient(of: bob) == nil ? 1 : 0 } catch is KeyAccessError {
                                }
                            }
                            return missing
                        }
                    }
                }
                group.addTask { [folder, bob, now] in
                    try await threads.run {
                        defer { writing.isOver.withLock { $0 = true } }
                        for octets in Array(repeating: [certificate, key], count: 10).joined() {
                            _ = try folder.add(octets, to: bob, for: nil, at: now, isReplacing: true)
                        }
                        return 0
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(missing == 0)
        }

        @Test("A certificate isn't published, and a file that lies there by hand counts from the next message on")
        func published() throws {
            try put("bob.pem", try openssl.make("bob"))
            #expect(try folder.recipient(of: bob)?.kind == .certificate)
            #expect(try folder.publishedKeys(of: bob, for: "bob@example.org", at: now) == nil)
            try put("bob.pem", Array("junk".utf8))
            #expect(throws: KeyAccessError.self) { try folder.recipient(of: bob) }
        }

        @Test("A build that knows one kind only says so of the other") func builds() throws {
            let key = try gnupg.makeKey("Bob <bob@example.org>")
            let certificate = try openssl.make("bob")
            let keysOnly = KeyEngines(openPGP: try RNPEngine(), certificates: nil)
            #expect(throws: KeyProblem.notInThisBuild(.certificate)) { try keysOnly.recipient(certificate) }
            #expect(throws: KeyProblem.notInThisBuild(.certificate)) { try keysOnly.recipient(try openssl.der("bob")) }
            #expect(try keysOnly.recipient(key).kind == .openPGP)
            // Words in front of it may begin with what a certificate begins with.
            #expect(try keysOnly.recipient(Array("0x1234, Bob's key:\n".utf8) + key).kind == .openPGP)
            let certificatesOnly = KeyEngines(openPGP: nil, certificates: CMSEngine())
            #expect(throws: KeyProblem.notInThisBuild(.openPGP)) { try certificatesOnly.recipient(key) }
            #expect(try certificatesOnly.recipient(certificate).kind == .certificate)
            for engines in [keysOnly, certificatesOnly] {
                #expect(throws: KeyProblem.unreadable) { try engines.recipient(Array("hello".utf8)) }
            }
        }
    }
#endif
