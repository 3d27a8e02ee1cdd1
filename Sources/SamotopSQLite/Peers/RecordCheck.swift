#if SQLite
    import GRDB
    import NameResolution
    import SamotopContacts
    import TransportSecurity

    /// Reads every record of `outgoing.sqlite`.
    enum RecordCheck {
        /// Records that are read together.
        private static let page = 500
        /// Damaged records that are named, of each table.
        private static let named = 20

        /// Throws ``SamotopContacts/ContactStoreError/unusable(cause:)`` with those that are damaged.
        static func run(_ database: StoreDatabase) async throws {
            let found = [
                try await damaged("peers", "number, record", database) {
                    _ = try RecordTable.decoded($0, of: "peers", PeerRecord.self)
                },
                try await damaged("policies", "number, record", database) {
                    _ = try RecordTable.decoded($0, of: "policies", StoredMTASTSPolicy.self)
                },
                try await damaged("report_policies", "number, begin, domain, policy, successes, failed", database) {
                    _ = try CountedPolicy($0)
                },
            ].compactMap(\.self)
            guard found.isEmpty else {
                throw ContactStoreError.unusable(
                    cause: "outgoing.sqlite is damaged: \(found.joined(separator: ", ")); restore it from a backup")
            }
        }

        /// What to say of a table; nil: all can be read.
        private static func damaged(
            _ table: String, _ columns: String, _ database: StoreDatabase,
            _ read: @escaping @Sendable (Row) throws -> Void
        ) async throws -> String? {
            var (last, found) = (Int64.min, [Int64]())
            while found.count < named {
                let begin = last
                let rows: [(number: Int64, isWhole: Bool)] = try await database.read { database in
                    try Row.fetchAll(
                        database, sql: "SELECT \(columns) FROM \(table) WHERE number > ? ORDER BY number LIMIT \(page)",
                        arguments: [begin]
                    ).map { row in
                        var columns = ColumnReader(row)
                        return (try columns.next(), (try? read(row)) != nil)
                    }
                }
                guard let end = rows.last?.number else { break }
                last = end
                found += rows.lazy.filter { !$0.isWhole }.map(\.number)
            }
            guard !found.isEmpty else { return nil }
            return "records \(found.prefix(named).map { "\($0)" }.joined(separator: ", ")) of \(table)"
        }
    }
#endif
