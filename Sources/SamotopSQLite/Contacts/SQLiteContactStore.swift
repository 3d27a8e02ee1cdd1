#if SQLite
    import GRDB
    import SamotopContacts
    import SamotopCore

    /// Contacts in SQLite. Whatever comes from outside is an argument of a statement, never a part of its text.
    struct SQLiteContactStore: ContactStore {
        /// Contacts that one transaction removes at most: other writes don't wait for long, and SQLite's time for a savepoint
        /// grows with the square of the pages in it.
        private static let batch = 200

        private let database: StoreDatabase
        private let rows: ContactRows
        private var columns: ContactColumns { rows.columns }

        init(_ database: StoreDatabase, _ seal: ColumnSeal) {
            self.database = database
            rows = ContactRows(columns: ContactColumns(seal: seal))
        }

        func contacts(of owner: Owner, about correspondents: [Correspondent]) async throws -> [Contact] {
            let wanted = Set(correspondents)
            guard !wanted.isEmpty else { return [] }
            return try await database.read { [rows] database in
                try wanted.compactMap { try rows.find($0, of: owner, database)?.contact }
            }
        }

        func contact(_ id: ContactID, of owner: Owner) async throws -> Contact? {
            try await database.readLatest { [columns] database in
                let statement = try database.cachedStatement(
                    sql: "SELECT \(ContactColumns.names) FROM contacts WHERE id = ? AND owner = ?")
                return try Row.fetchOne(statement, arguments: [id.text, owner.name]).map(columns.contact)
            }
        }

        func contacts(of owner: Owner, matching query: ContactQuery) async throws -> [Contact] {
            guard !query.states.isEmpty, let page = ContactPage(query, of: owner, columns.seal) else { return [] }
            return try await database.readLatest { [columns] database in
                try Row.fetchAll(try database.cachedStatement(sql: page.sql), arguments: page.arguments)
                    .map(columns.contact)
            }
        }

        func counts(of owner: Owner) async throws -> [Contact.State: Int] {
            try await database.readLatest { database in
                let statement = try database.cachedStatement(
                    sql: "SELECT state, count FROM tallies WHERE owner = ? AND count > 0")
                return try Row.fetchAll(statement, arguments: [owner.name]).reduce(into: [:]) { counts, row in
                    var columns = ColumnReader(row)
                    counts[try columns.word(Contact.State.self)] = try columns.next()
                }
            }
        }

        func owners() async throws -> [Owner] {
            try await database.readLatest { database in
                try String.fetchAll(database, sql: "SELECT DISTINCT owner FROM tallies WHERE count > 0").map(Owner.init)
            }.sorted()
        }

        @discardableResult
        func change(
            _ correspondent: Correspondent, of owner: Owner, _ change: @Sendable @escaping (Contact?) -> Contact?
        ) async throws -> Contact? {
            try await database.write { [rows] database in
                let known = try rows.find(correspondent, of: owner, database)
                let changed = change(known?.contact)
                guard changed != known?.contact else { return changed }
                guard let changed else {
                    if let known { try rows.remove(known, database) }
                    return nil
                }
                guard changed.owner == owner, changed.correspondent == correspondent else {
                    throw ContactStoreError.failed(cause: "a change made another contact of it")
                }
                try rows.put(changed, over: known, database)
                return changed
            }
        }

        func file(
            _ request: ContactRequest, from correspondent: Correspondent, identity: Identity, of owner: Owner,
            within limits: RequestLimits
        ) async throws -> Filing {
            let stranger = Stranger(
                request: request, correspondent: correspondent, identity: identity, owner: owner, rows: rows)
            // Only mail that is here already must never be without its request.
            guard request.held.isEmpty else {
                return try await database.write { try stranger.file(within: limits, $0) }
            }
            return try await database.writeEarly { try stranger.file(within: limits, $0) }
        }

        func noteDeliveries(_ deliveries: [Delivery]) async throws {
            guard !deliveries.isEmpty else { return }
            try await database.writeSoon { [columns] database in
                let statement = try database.cachedStatement(
                    sql: """
                        UPDATE contacts
                        SET delivered = delivered + min(?, 9223372036854775807 - delivered), last_seen = max(last_seen, ?)
                        WHERE owner = ? AND kind = ? AND correspondent = ?
                        """)
                for delivery in deliveries {
                    try statement.execute(arguments: [
                        delivery.count, delivery.time.stored, delivery.owner.name, delivery.correspondent.kind.rawValue,
                        try columns.key(delivery.correspondent),
                    ])
                }
            }
        }

        func expire(waitingSince moment: Timestamp, limit: Int) async throws -> [Contact] {
            var expired: [Contact] = []
            while expired.count < limit {
                let batch = min(Self.batch, limit - expired.count)
                let removed = try await database.write { [rows] database in
                    let statement = try database.cachedStatement(
                        sql: """
                            SELECT \(ContactColumns.names), number FROM contacts
                            WHERE state = 'waiting' AND first_seen < ? ORDER BY first_seen LIMIT ?
                            """)
                    let found = try Row.fetchAll(statement, arguments: [moment.stored, batch])
                        .map { try ContactRows.Known($0, rows.columns) }
                    for known in found { try rows.remove(known, database) }
                    return found.map(\.contact)
                }
                expired += removed
                if removed.count < batch { break }
            }
            return expired
        }

        func version() async throws -> Int64 {
            // SQLite's own data_version would change with every greylisted try and every audit entry, too.
            try await database.readLatest { database in
                let statement = try database.cachedStatement(sql: "SELECT value FROM totals WHERE name = 'revision'")
                guard let revision = try Int64.fetchOne(statement) else {
                    throw ContactStoreError.unusable(cause: "the count of changes is missing: check the file")
                }
                return revision
            }
        }
    }
#endif
