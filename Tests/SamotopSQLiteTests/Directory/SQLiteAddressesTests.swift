#if SQLite
    import GRDB
    import SMTP
    import SamotopContacts
    import SamotopDelivery
    import Testing

    @testable import SamotopSQLite

    @Suite("Addresses in SQLite")
    struct SQLiteAddressesTests {
        private func row(_ text: String, _ meaning: AddressRow.Meaning = .mailbox) throws -> AddressRow {
            let address = try #require(Mailbox(text))
            return try #require(AddressRow(address, meaning))
        }

        private func store(
            maximum: Int = 100, _ body: (SQLiteAddresses, StateFolder) async throws -> Void
        ) async throws {
            try await StateFolder.temporary { folder in
                let store = try await SQLiteAddresses.open(in: folder.path, maximum: maximum)
                try await body(store, folder)
                try await store.close()
            }
        }

        @Test("What was added is there, in order, in another process too, until it is removed")
        func adding() async throws {
            try await store { store, folder in
                #expect(SQLiteAddresses.exists(in: folder.path))
                let ann = try row("ann@example.org")
                let all = try row("all@example.org", .alias([ann.address, try row("x@other.test").address]))
                let old = try row("old@example.net", .nobody)
                try await store.edit([.add(ann), .add(all), .add(old)]) { _ in }
                let table = try await store.table()
                #expect(table.rows == [old, all, ann])
                #expect(try SQLiteAddresses.read(in: folder.path) == table)
                #expect(try await store.revision() == table.revision)
                try await store.edit([.remove(try #require(Mailbox("ANN@Example.org")))]) { rows in
                    #expect(rows == [old, all])
                }
                #expect(try await store.revision() != table.revision)
                #expect(try await store.rows(containing: "ALL@", offset: 0, limit: 10) == [all])
                #expect(try await store.rows(containing: "", offset: 1, limit: 1) == [all])
            }
        }

        @Test("A change that is refused changes nothing, not even the revision, and says why")
        func refused() async throws {
            try await store(maximum: 2) { store, folder in
                let (ann, bob) = (try row("ann@example.org"), try row("bob@example.org"))
                try await store.edit([.add(ann)]) { _ in }
                let before = try await store.table()
                await #expect(throws: DirectoryError.duplicate(entry: bob.address)) {
                    try await store.edit([.add(bob)]) { _ in throw DirectoryError.duplicate(entry: bob.address) }
                }
                await #expect(throws: AddressEditError.taken(ann.address)) {
                    try await store.edit([.add(bob), .add(ann)]) { _ in }
                }
                await #expect(throws: AddressEditError.missing(bob.address)) {
                    try await store.edit([.remove(bob.address)]) { _ in }
                }
                let third = try row("eve@example.org")
                await #expect(throws: AddressEditError.full(2)) {
                    try await store.edit([.add(bob), .add(third)]) { _ in }
                }
                #expect(try await store.table() == before)
                #expect(try SQLiteAddresses.read(in: folder.path) == before)
            }
        }

        @Test(
            "I01: what a person wrote into the file is taken up, or named when it can't be a row",
            arguments: [true, false])
        func byHand(isFit: Bool) async throws {
            try await store { store, folder in
                let revision = try await store.revision()
                let queue = try DatabaseQueue(path: "\(folder.path)/directory.sqlite")
                let local = isFit ? "eve" : "../../etc"
                try await queue.write { database in
                    try database.execute(
                        sql: "INSERT INTO addresses VALUES ('example.org', ?, 'mailbox', '')", arguments: [local])
                }
                try queue.close()
                #expect(try await store.revision() != revision)
                if isFit {
                    #expect(try await store.table().rows == [try row("eve@example.org")])
                } else {
                    await #expect {
                        try await store.table()
                    } throws: { error in
                        guard case .unusable(let cause) = error as? ContactStoreError else { return false }
                        return cause.contains("../../etc@example.org")
                    }
                }
            }
        }

        @Test("Nothing there is an empty table; a file that was there and isn't any more is an error")
        func missing() async throws {
            try await StateFolder.temporary { folder in
                #expect(!SQLiteAddresses.exists(in: folder.path))
                #expect(try SQLiteAddresses.read(in: folder.path) == AddressTable())
                try await SQLiteAddresses.open(in: folder.path).close()
                SystemFile.remove("\(folder.path)/directory.sqlite")
                #expect(throws: ContactStoreError.self) { try SQLiteAddresses.read(in: folder.path) }
            }
        }
    }
#endif
