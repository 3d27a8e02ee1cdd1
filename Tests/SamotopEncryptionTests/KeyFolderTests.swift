#if OpenPGP
    import Foundation
    import SamotopEncryption
    import Testing

    @Suite("A folder of keys") struct KeyFolderTests {
        let now = Int64(Date().timeIntervalSince1970)
        let gnupg: GnuPG
        let path: String
        let folder: KeyFolder

        init() throws {
            gnupg = try GnuPG()
            path = gnupg.home + "/keys"
            folder = KeyFolder(path, engine: try RNPEngine())
        }

        @Test("What is added counts at once, is for its owner alone, and can be taken away") func adding() throws {
            #expect(try folder.recipient(of: "example.org/bob") == nil)
            #expect(try folder.mailboxes().isEmpty)
            let first = try gnupg.makeKey("Bob <bob@example.org>")
            let added = try folder.add(first, to: "example.org/bob", for: "bob@example.org", at: now)
            #expect(try folder.recipient(of: "example.org/bob")?.keys == added)
            let facts = try FileManager.default.attributesOfItem(atPath: path + "/example.org/bob.asc")
            #expect(facts[.posixPermissions] as? Int == 0o600)
            let second = try GnuPG().makeKey("Bob <bob@example.org>")
            _ = try folder.add(second, to: "example.org/bob", for: nil, at: now)
            #expect(try folder.recipient(of: "example.org/bob")?.keys.count == 2)
            // The same key again takes its own place.
            _ = try folder.add(first, to: "example.org/bob", for: nil, at: now)
            #expect(try folder.recipient(of: "example.org/bob")?.keys.count == 2)
            #expect(try folder.mailboxes() == ["example.org/bob"])
            let fingerprint = try #require(added.first?.fingerprint)
            #expect(try folder.remove(fingerprint, of: "example.org/bob"))
            #expect(try folder.recipient(of: "example.org/bob")?.keys.count == 1)
            #expect(try folder.remove(nil, of: "example.org/bob"))
            #expect(try folder.recipient(of: "example.org/bob") == nil)
            #expect(try !folder.remove(nil, of: "example.org/bob"))
        }

        @Test("What several programs change at once is all there afterwards") func together() async throws {
            let keys = try (0..<4).map { _ in try GnuPG().makeKey("Bob <bob@example.org>") }
            // The folder is locked, so it has to be there.
            _ = try folder.add(keys[0], to: "example.org/bob", for: nil, at: now)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for key in keys {
                    let other = KeyFolder(path, engine: try RNPEngine())
                    group.addTask { [now] in _ = try other.add(key, to: "example.org/bob", for: nil, at: now) }
                }
                try await group.waitForAll()
            }
            #expect(try folder.recipient(of: "example.org/bob")?.keys.count == 4)
        }

        @Test("P02: what can't be used is not taken, and what there was stays") func refusing() throws {
            let good = try gnupg.makeKey("Bob <bob@example.org>")
            _ = try folder.add(good, to: "example.org/bob", for: nil, at: now)
            let before = try Data(contentsOf: URL(fileURLWithPath: path + "/example.org/bob.asc"))
            let weak = try GnuPG().makeKey("Bob <bob@example.org>", algorithm: "rsa1024")
            #expect(throws: KeyImportError.self) { try folder.add(weak, to: "example.org/bob", for: nil, at: now) }
            let other = try GnuPG().makeKey("Carl <carl@example.org>")
            #expect(throws: KeyImportError.self) {
                try folder.add(other, to: "example.org/bob", for: "bob@example.org", at: now)
            }
            #expect(throws: KeyImportError.problem(nil, .unreadable)) {
                try folder.add([1, 2, 3], to: "example.org/bob", for: nil, at: now)
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path + "/example.org/bob.asc")) == before)
        }

        @Test("P02: a damaged file is a problem, never no key") func damaged() throws {
            _ = try folder.add(try gnupg.makeKey("Bob <bob@example.org>"), to: "example.org/bob", for: nil, at: now)
            try Data("hello".utf8).write(to: URL(fileURLWithPath: path + "/example.org/bob.asc"))
            #expect(throws: KeyAccessError.problem(.unreadable)) { try folder.recipient(of: "example.org/bob") }
            try Data().write(to: URL(fileURLWithPath: path + "/example.org/bob.asc"))
            #expect(throws: KeyAccessError.problem(.unreadable)) { try folder.recipient(of: "example.org/bob") }
            try FileManager.default.removeItem(atPath: path + "/example.org/bob.asc")
            try FileManager.default.createDirectory(
                atPath: path + "/example.org/bob.asc", withIntermediateDirectories: true)
            #expect(throws: KeyAccessError.self) { try folder.recipient(of: "example.org/bob") }
        }

        @Test(
            "No name leads out of the folder, and each comes back",
            arguments: [
                "example.org/../../bob", "../x", "example.org/a/b", "example.org/.hidden", "grün.example/ü %41",
            ])
        func names(mailbox: String) throws {
            _ = try folder.add(try gnupg.makeKey("Bob <bob@example.org>"), to: mailbox, for: nil, at: now)
            #expect(try folder.mailboxes() == [mailbox])
            #expect(try folder.recipient(of: mailbox) != nil)
            #expect(FileManager.default.subpaths(atPath: path)?.count == 2)
        }
    }
#endif
