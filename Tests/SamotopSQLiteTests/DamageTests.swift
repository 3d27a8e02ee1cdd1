#if SQLite
    import Foundation
    import GRDB
    import SamotopContacts
    import SamotopCore
    import Testing

    @testable import SamotopSQLite

    @Suite("F09: damaged files")
    struct DamageTests {
        /// A folder with some contacts, closed in order.
        private func filled(_ body: (StateFolder) async throws -> Void) async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { stores in
                    for number in 0..<200 { try await stores.contacts.put("a\(number)@example.org") }
                }
                try await body(folder)
            }
        }

        @Test("F09: empty, cut, garbage, or another program's: refused with what to do")
        func foreign() async throws {
            try await filled { folder in
                let path = folder.files.database
                let whole = try folder.bytes(path)
                let garbage = [UInt8](repeating: 0xA5, count: whole.count)
                for bytes in [
                    [], garbage, Array(whole.prefix(1)), Array(whole.prefix(whole.count / 2)),
                    [UInt8](repeating: 0, count: 100) + whole.dropFirst(100), Array("hello".utf8),
                ] {
                    try folder.write(bytes, path)
                    let cause = try #require(try await folder.refusal(), "\(bytes.count) octets")
                    #expect(cause.contains(path) && cause.contains("restore"), "\(cause)")
                    try #expect(folder.bytes(path) == bytes, "it was touched")
                }
                try folder.write(whole, path)
                try folder.edit("PRAGMA application_id = 1")
                try await #expect(folder.refusal()?.contains("another program's") == true)
            }
        }

        @Test(
            "F09: garbage in a page is refused, never a trap, never an empty store")
        func garbagePages() async throws {
            try await filled { folder in
                let path = folder.files.database
                let whole = try folder.bytes(path)
                var random = SystemRandomNumberGenerator()
                var refused = 0
                for page in 0..<(whole.count / 4096) {
                    var bytes = whole
                    let start = page * 4096
                    for index in start..<(start + 4096) { bytes[index] = UInt8.random(in: 0...255, using: &random) }
                    try folder.write(bytes, path)
                    try await look(at: folder, "page \(page)", &refused)
                }
                #expect(refused > whole.count / 4096 / 2)
            }
        }

        @Test("F09: a flipped octet anywhere is refused, or changes no more than one contact; never a trap")
        func flippedOctets() async throws {
            try await filled { folder in
                let path = folder.files.database
                let whole = try folder.bytes(path)
                var refused = 0
                for round in 0..<150 {
                    var bytes = whole
                    let index = round < 100 ? round : Int.random(in: 0..<whole.count)
                    bytes[index] ^= UInt8.random(in: 1...255)
                    try folder.write(bytes, path)
                    try await look(at: folder, "octet \(index)", &refused)
                }
                #expect(refused > 10)
            }
        }

        /// Opens what may be damaged; what opens still has nearly all.
        private func look(at folder: StateFolder, _ comment: Comment, _ refused: inout Int) async throws {
            do {
                let stores = try await folder.open()
                let page = try await stores.contacts.contacts(of: Sample.bob, matching: ContactQuery(limit: 1_000))
                #expect(page.count >= 199, comment)
                try await stores.close()
            } catch is ContactStoreError {
                refused += 1
            }
            for file in [folder.files.mark, folder.files.log] { SystemFile.remove(file) }
        }

        @Test(
            "F09: values that a column can't have are errors",
            arguments: [
                "state = 'nobody'", "kind = 'x'", "anchor_kind = ''", "proofs = 'spf none'", "id = 'short'",
                "correspondent = x''",
                "recipient = NULL", "decided_at = 1", "evidence = NULL", "decided_at = 1, decided_from = 'welcome'",
            ])
        func impossible(_ change: String) async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { try await $0.contacts.put("ann@example.org") }
                try folder.edit("UPDATE contacts SET \(change)")
                try await folder.stores { stores in
                    await #expect {
                        _ = try await stores.database.read { database in
                            try Row.fetchAll(database, sql: "SELECT \(ContactColumns.names) FROM contacts")
                                .map(ContactColumns(seal: .none).contact)
                        }
                    } throws: { error in
                        if case ContactStoreError.unusable = error { true } else { false }
                    }
                }
            }
        }

        @Test("F09: a log that is missing after a crash is refused; without its index nothing is lost")
        func log() async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { stores in
                    try await stores.contacts.put("ann@example.org")
                    try await StateFolder.temporary { crashed in
                        try folder.copyAsAfterCrash(to: crashed)
                        try #expect(crashed.names.contains("contacts.sqlite-wal"))
                        try await crashed.stores { try await #expect($0.contacts.has("ann@example.org")) }
                    }
                    try await StateFolder.temporary { crashed in
                        try folder.copyAsAfterCrash(to: crashed)
                        SystemFile.remove(crashed.files.log)
                        let cause = try #require(try await crashed.refusal())
                        #expect(cause.contains("contacts.sqlite-wal is missing"))
                        #expect(!SystemFile.exists(crashed.files.log))
                        // The words say how to go on without it.
                        SystemFile.remove(crashed.files.mark)
                        try await #expect(crashed.refusal() == nil)
                    }
                }
            }
        }

        @Test("F01: what another program left half done is taken back")
        func hotJournal() async throws {
            try await filled { folder in
                // As a restored copy is, before it is opened.
                try folder.edit("PRAGMA journal_mode = DELETE")
                let other = try DatabaseQueue(path: folder.files.database)
                try await StateFolder.temporary { crashed in
                    try await other.writeWithoutTransaction { database in
                        try database.execute(
                            sql: "PRAGMA cache_size = 1; BEGIN IMMEDIATE; DELETE FROM contacts WHERE number % 2 = 0")
                        try folder.copyAsAfterCrash(to: crashed)
                        try database.execute(sql: "ROLLBACK")
                    }
                    try #expect(crashed.names.contains("contacts.sqlite-journal"))
                    try await crashed.stores {
                        try await #expect($0.contacts.counts(of: Sample.bob) == [.welcome: 200])
                    }
                }
            }
        }

        @Test("stores that are let go without being closed leave nothing that is refused")
        func letGo() async throws {
            try await StateFolder.temporary { folder in
                do {
                    let stores = try await folder.open()
                    try await stores.contacts.put("ann@example.org")
                }
                // What still runs on the writer's thread holds them for a moment.
                for _ in 0..<100_000 where SystemFile.exists(folder.files.mark) { await Task.yield() }
                #expect(!SystemFile.exists(folder.files.mark))
                try await folder.stores { try await #expect($0.contacts.has("ann@example.org")) }
            }
        }

        @Test("every page is looked at when asked to")
        func check() async throws {
            try await filled { folder in
                try await folder.stores { try await $0.check() }
                var bytes = try folder.bytes(folder.files.database)
                for index in (bytes.count / 2)..<(bytes.count / 2 + 8192) { bytes[index] = 0xA5 }
                try folder.write(bytes, folder.files.database)
                var opening = StoreOpening(folder.files)
                opening.checked = 0
                await #expect(throws: ContactStoreError.self) {
                    let stores = try await SQLiteStores.open(opening)
                    try await stores.check()
                }
            }
        }
    }
#endif
