#if SQLite
    import GRDB
    import SamotopContacts
    import SamotopCore

    /// The greylist in SQLite, bounded: over the maximum the longest unseen that never passed goes first.
    struct SQLiteGreylistStore: GreylistStore {
        /// Entries that one transaction removes at most, so that other writes don't wait for long.
        private static let batch = 500

        private let database: StoreDatabase
        private let maximum: Int

        init(_ database: StoreDatabase, maximum: Int) {
            self.database = database
            self.maximum = max(1, maximum)
        }

        @discardableResult
        func change(
            _ key: GreylistKey, _ change: @Sendable @escaping (GreylistEntry?) -> GreylistEntry?
        ) async throws -> GreylistEntry? {
            let maximum = maximum
            return try await database.write { database in
                let known = try Self.find(key, database)
                let entry = change(known)
                guard entry != known else { return entry }
                guard let entry else {
                    try database.cachedStatement(sql: "DELETE FROM greylist WHERE high = ? AND low = ?")
                        .execute(arguments: Self.arguments(key))
                    return nil
                }
                try database.cachedStatement(
                    sql: """
                        INSERT INTO greylist (high, low, first_seen, last_seen, tries, passed) VALUES (?, ?, ?, ?, ?, ?)
                        ON CONFLICT DO UPDATE SET first_seen = excluded.first_seen, last_seen = excluded.last_seen,
                        tries = excluded.tries, passed = excluded.passed
                        """
                ).execute(
                    arguments: Self.arguments(key) + [
                        entry.firstSeen.stored, entry.lastSeen.stored, entry.tries, entry.passed,
                    ])
                if known == nil { _ = try Self.shrink(to: maximum, database) }
                return entry
            }
        }

        @discardableResult
        func expire(triedBefore: Timestamp, passedBefore: Timestamp, maximum: Int) async throws -> Int {
            var removed = 0
            for (passed, moment) in [(0, triedBefore.stored), (1, passedBefore.stored)] {
                removed += try await database.inBatches(of: Self.batch) { database in
                    try Self.remove("(passed > 0) = ? AND last_seen < ?", [passed, moment], Self.batch, database)
                }
            }
            return try await removed + database.inBatches(of: Self.batch) { try Self.shrink(to: maximum, $0) }
        }

        func count() async throws -> Int { try await database.read(Self.count) }

        /// Removes at most one batch of what is too many.
        private static func shrink(to maximum: Int, _ database: Database) throws -> Int {
            let excess = min(batch, try count(database) - max(0, maximum))
            guard excess > 0 else { return 0 }
            let grey = try remove("(passed > 0) = 0", [], excess, database)
            guard grey < excess else { return grey }
            return try grey + remove("(passed > 0) = 1", [], excess - grey, database)
        }

        /// Removes the longest unseen of those that meet the condition.
        private static func remove(
            _ condition: String, _ arguments: StatementArguments, _ limit: Int, _ database: Database
        ) throws -> Int {
            try database.cachedStatement(
                sql: """
                    DELETE FROM greylist WHERE (high, low) IN
                    (SELECT high, low FROM greylist WHERE \(condition) ORDER BY last_seen LIMIT ?)
                    """
            ).execute(arguments: arguments + [limit])
            return database.changesCount
        }

        @Sendable private static func count(_ database: Database) throws -> Int {
            try Int.fetchOne(
                try database.cachedStatement(sql: "SELECT value FROM totals WHERE name = 'greylist'")) ?? 0
        }

        private static func find(_ key: GreylistKey, _ database: Database) throws -> GreylistEntry? {
            let statement = try database.cachedStatement(
                sql: "SELECT first_seen, last_seen, tries, passed FROM greylist WHERE high = ? AND low = ?")
            return try Row.fetchOne(statement, arguments: arguments(key)).map { row in
                var columns = ColumnReader(row)
                return GreylistEntry(
                    firstSeen: try columns.moment(), lastSeen: try columns.moment(), tries: try columns.next(),
                    passed: try columns.next())
            }
        }

        /// SQLite's integers are signed: the same 64 bits.
        private static func arguments(_ key: GreylistKey) -> StatementArguments {
            [Int64(bitPattern: key.high), Int64(bitPattern: key.low)]
        }
    }
#endif
