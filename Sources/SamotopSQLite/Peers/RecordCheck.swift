#if SQLite
    import GRDB
    import NameResolution
    import SamotopContacts
    import TransportSecurity

    /// Reads every record of a file.
    enum RecordCheck {
        /// Records that are read together.
        private static let page = 500
        /// Damaged records that are named, of each table.
        private static let named = 20

        /// A table with a column `number`, and how a row of it is read.
        struct Table: Sendable {
            let name: String
            let columns: String
            let read: @Sendable (Row) throws -> Void

            /// - Parameter columns: the first is `number`.
            init(_ name: String, columns: String, read: @escaping @Sendable (Row) throws -> Void) {
                self.name = name
                self.columns = columns
                self.read = read
            }
        }

        /// The tables of `outgoing.sqlite`.
        static func outgoing(_ seal: ColumnSeal) -> [Table] {
            @Sendable func table(_ name: String) -> RecordTable {
                RecordTable(name: name, leaving: "", limits: RecordLimits(maximum: 0, octets: 0, record: 0), seal: seal)
            }
            return [
                Table("peers", columns: "number, record") { _ = try table("peers").decoded($0, PeerRecord.self) },
                Table("policies", columns: "number, record") {
                    _ = try table("policies").decoded($0, StoredMTASTSPolicy.self)
                },
                Table("report_policies", columns: "number, begin, domain, policy, successes, failed") {
                    _ = try CountedPolicy($0)
                },
            ]
        }

        /// Throws ``SamotopContacts/ContactStoreError/unusable(cause:)`` with those that are damaged.
        static func run(_ database: StoreDatabase, file: String, _ tables: [Table]) async throws {
            var found: [String] = []
            for table in tables {
                if let words = try await damaged(table.name, table.columns, database, table.read) {
                    found.append(words)
                }
            }
            guard found.isEmpty else {
                throw ContactStoreError.unusable(
                    cause: "\(file) is damaged: \(found.joined(separator: ", ")); restore it from a backup")
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
