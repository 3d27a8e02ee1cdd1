#if SQLite
    import Foundation
    import GRDB
    import SamotopContacts
    import Testing

    @testable import SamotopSQLite

    @Suite("Opening the stores")
    struct OpeningTests {
        @Test("the first start makes private files, the next one finds what was written")
        func reopening() async throws {
            try await StateFolder.temporary { folder in
                let key = try await folder.stores { stores in
                    try await stores.contacts.put("ann@example.org")
                    for file in try folder.names {
                        try #expect(folder.mode("\(folder.path)/\(file)") == 0o600, "\(file)")
                    }
                    return stores.key.bytes
                }
                try #expect(folder.names == ["contacts.sqlite", "instance.key"])
                #expect(Set(key).count > 8)
                try await folder.stores { stores in
                    try await #expect(stores.contacts.has("ann@example.org"))
                    #expect(stores.key.bytes == key)
                }
            }
        }

        @Test("D1: what durability and privacy hang on is set on the writer")
        func settings() async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { stores in
                    let values = try await stores.database.write { database in
                        try [
                            "journal_mode", "synchronous", "secure_delete", "foreign_keys", "trusted_schema",
                            "cell_size_check",
                        ]
                        .map { try Row.fetchOne(database, sql: "PRAGMA \($0)")?.first?.1.description }
                    }
                    #expect(values == ["\"wal\"", "2", "1", "1", "0", "1"])
                }
            }
        }

        @Test("a reader can't write")
        func reading() async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { stores in
                    await #expect(throws: ContactStoreError.self) {
                        try await stores.database.read { try $0.execute(sql: "DELETE FROM facts") }
                    }
                }
            }
        }

        @Test("a first start that died is finished, or done again")
        func interrupted() async throws {
            try await StateFolder.temporary { folder in
                try SystemFile.create(folder.files.unfinished, [1, 2, 3])
                try SystemFile.create("\(folder.files.key).new", [1, 2, 3])
                try await folder.stores { try await $0.contacts.put("ann@example.org") }
                try #expect(folder.names == ["contacts.sqlite", "instance.key"])
                // It died between the key and the last name.
                try SystemFile.rename(folder.files.database, to: folder.files.unfinished)
                try await folder.stores { try await #expect($0.contacts.has("ann@example.org")) }
                try #expect(folder.names == ["contacts.sqlite", "instance.key"])
            }
        }

        @Test(
            "F09: a lost file is not replaced by an empty one",
            arguments: ["instance.key", "contacts.sqlite-wal", "contacts.sqlite.open", "contacts.sqlite.before-v1"])
        func lost(_ trace: String) async throws {
            try await StateFolder.temporary { folder in
                try SystemFile.create("\(folder.path)/\(trace)", [UInt8](repeating: 7, count: 32))
                let cause = try #require(try await folder.refusal())
                #expect(cause.contains("contacts.sqlite is missing") && cause.contains("Restore it"))
                try #expect(folder.names == [trace])
            }
        }

        @Test("a key that is missing, too short, another's, or readable by others is refused")
        func keys() async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { try await $0.contacts.put("ann@example.org") }
                let path = folder.files.key
                let key = try folder.bytes(path)
                for (bytes, words) in [
                    (Array(key.dropLast()), "isn't a key"), (key + [0], "isn't a key"), ([], "isn't a key"),
                    (key.reversed(), "isn't the key that"), (Array(key.dropLast()) + [~key[31]], "isn't the key that"),
                ] {
                    try folder.write(bytes, path)
                    try await #expect(folder.refusal()?.contains(words) == true, "\(words)")
                }
                try folder.write(key, path)
                for (file, mode) in [(path, 0o640), (path, 0o602), (folder.files.database, 0o644)] {
                    try folder.setMode(mode, file)
                    try await #expect(folder.refusal()?.contains("chmod 600 \(file)") == true)
                    try folder.setMode(0o600, file)
                }
                try await #expect(folder.refusal() == nil)
                try FileManager.default.removeItem(atPath: path)
                try await #expect(folder.refusal()?.contains("instance.key is missing") == true)
            }
        }

        @Test("F07: a folder that can't be written to is refused with its name")
        func readOnly() async throws {
            try await StateFolder.temporary { folder in
                try folder.setMode(0o500, folder.path)
                try FileManager.default.setAttributes([.ownerAccountID: 65_534], ofItemAtPath: folder.path)
                let path = folder.path
                // In a process that isn't root's.
                await #expect(processExitsWith: .success) { [path = path as String] in
                    guard setuid(65_534) == 0 || geteuid() != 0 else { exit(2) }
                    let cause = try? await StateFolder(path: path).refusal()
                    exit(cause?.contains("can't make \(path)/contacts.sqlite.new: Permission denied") == true ? 0 : 1)
                }
            }
        }

        @Test("after closing, everyone gets an error")
        func closed() async throws {
            try await StateFolder.temporary { folder in
                let stores = try await folder.open()
                try await stores.close()
                await #expect(throws: ContactStoreError.self) { try await stores.contacts.put("ann@example.org") }
                await #expect(throws: ContactStoreError.self) { try await stores.contacts.owners() }
            }
        }

        @Test("two at the same time, as page and command, see each other's changes")
        func together() async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { one in
                    let version = try await one.contacts.version()
                    try await folder.stores { try await $0.contacts.put("ann@example.org") }
                    try await #expect(one.contacts.version() != version)
                    try await #expect(one.contacts.has("ann@example.org"))
                    try await one.contacts.put("bert@example.org")
                }
                try await folder.stores { try await #expect($0.contacts.has("bert@example.org")) }
            }
        }
    }
#endif
