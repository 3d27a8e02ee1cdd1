#if SQLite
    import Foundation
    import GRDB
    import SamotopContacts
    import SamotopCore
    import Testing

    @testable import SamotopSQLite

    @Suite("F17: from version to version")
    struct MigrationTests {
        private static let step = "ALTER TABLE contacts ADD COLUMN colour TEXT"

        private func opening(_ folder: StateFolder, _ steps: [String]) -> StoreOpening {
            var opening = StoreOpening(folder.files)
            opening.steps = Schema.steps + steps
            return opening
        }

        @Test("F17: a copy is made before the tables change, and nothing is lost")
        func upgrade() async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { try await $0.contacts.put("ann@example.org") }
                let newer = try await SQLiteStores.open(opening(folder, [Self.step]))
                try await #expect(newer.contacts.has("ann@example.org"))
                let columns = try await newer.database.read { try $0.columns(in: "contacts").map(\.name) }
                #expect(columns.contains("colour"))
                try await newer.close()

                let backup = folder.files.backup(before: Schema.version + 1)
                try #expect(folder.mode(backup) == 0o600)
                let copy = try DatabaseQueue(path: backup)
                try await copy.read { database in
                    try #expect(Int.fetchOne(database, sql: "PRAGMA user_version") == Schema.version)
                    try #expect(Int32.fetchOne(database, sql: "PRAGMA application_id") == Schema.applicationID)
                    try #expect(Int.fetchOne(database, sql: "SELECT count(*) FROM contacts") == 1)
                }
                try copy.close()
            }
        }

        @Test("F17: the record of judgements of version 1 is found by its senders afterwards, and leaves with them")
        func audit() async throws {
            try await StateFolder.temporary { folder in
                var first = StoreOpening(folder.files)
                first.steps = [Schema.steps[0]]
                try await SQLiteStores.open(first).close()
                let key = AuditSender(try InstanceKey(folder.files))
                for (number, sender) in ["ann@mail.example.org", "bob@example.net"].enumerated() {
                    try folder.edit(
                        """
                        INSERT INTO audit VALUES (\(number + 1), \(number), 'e\(number)', 'bob', NULL, 's', 'j', 'v', '');
                        """
                            + key.hashes(sender).map {
                                "INSERT INTO audit_senders VALUES (\($0), 'bob', \(number + 1));"
                            }
                            .joined())
                }
                try await folder.stores { stores in
                    for (asked, found) in [
                        ("ann@mail.example.org", ["e0"]), ("example.org", ["e0"]), ("bob@example.net", ["e1"]),
                        ("org", ["e0"]),
                        ("carl@example.net", []),
                    ] {
                        for owner in [Sample.bob, nil] {
                            let entries = try await stores.audit.entries(from: asked, to: owner, limit: 9)
                            #expect(entries.map(\.envelope) == found, "from \(asked)")
                        }
                    }
                    #expect(try await stores.audit.expire(before: Timestamp(seconds: 1), maximum: 9) == 2)
                    let left = try await stores.database.read {
                        try Int.fetchOne($0, sql: "SELECT count(*) FROM audit_names")
                    }
                    #expect(left == 0)
                }
            }
        }

        @Test("F17: an older samotop refuses what a newer one made, and goes on with the copy")
        func downgrade() async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { try await $0.contacts.put("ann@example.org") }
                try await SQLiteStores.open(opening(folder, [Self.step])).close()
                let before = try folder.bytes(folder.files.database)
                let cause = try #require(try await folder.refusal())
                #expect(
                    cause.contains("newer samotop") && cause.contains(folder.files.backup(before: Schema.version + 1)))
                try #expect(folder.bytes(folder.files.database) == before)

                try SystemFile.rename(folder.files.backup(before: Schema.version + 1), to: folder.files.database)
                try await folder.stores { try await #expect($0.contacts.has("ann@example.org")) }
            }
        }

        @Test("F17: a step that fails changes nothing")
        func failure() async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { try await $0.contacts.put("ann@example.org") }
                await #expect(throws: ContactStoreError.self) {
                    try await SQLiteStores.open(opening(folder, [Self.step, "ALTER TABLE nothing ADD COLUMN x TEXT"]))
                }
                try await folder.stores { stores in
                    try await #expect(stores.contacts.has("ann@example.org"))
                    let columns = try await stores.database.read { try $0.columns(in: "contacts").map(\.name) }
                    #expect(!columns.contains("colour"))
                }
            }
        }
    }
#endif
