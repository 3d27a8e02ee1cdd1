#if SQLite
    import Foundation
    import GRDB
    import SamotopContacts
    import SamotopReports

    extension StoredReport {
        /// From a row of `number` and `report`. Throws when it is damaged.
        init(_ row: Row) throws {
            var columns = ColumnReader(row)
            self.init(
                number: try columns.next(),
                report: try JSONDecoder().decode(ReceivedReport.self, from: columns.next(Data.self)))
        }
    }

    /// Reports that came in, in SQLite, bounded.
    struct SQLiteReceivedReportStore: ReceivedReportStore {
        private let database: StoreDatabase
        private let settings: ReportStores.Settings

        init(_ database: StoreDatabase, _ settings: ReportStores.Settings) {
            self.database = database
            self.settings = settings
        }

        func add(_ report: ReceivedReport) async throws -> Bool {
            let encoded = try StoredJSON.encoded(report, limit: settings.receivedOctets)
            let key = Data(report.key.utf8)
            return try await database.writeFlushed { [settings] database in
                try database.cachedStatement(
                    sql: """
                        INSERT INTO received (key, kind, received, proven, report) VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT (key) DO UPDATE
                        SET received = excluded.received, proven = excluded.proven, report = excluded.report
                        WHERE received.proven < excluded.proven
                        """
                ).execute(
                    arguments: [key, report.kind.rawValue, report.received, report.isProven ? 1 : 0, encoded])
                guard database.changesCount > 0 else { return false }
                try Self.shrink(keeping: key, settings, database)
                return true
            }
        }

        private static func shrink(
            keeping key: Data, _ settings: ReportStores.Settings, _ database: Database
        ) throws {
            for _ in 0..<RecordTable.batch {
                let count = try StoredTotal.value("received", database)
                let octets = try StoredTotal.value("received_octets", database)
                guard count > max(1, settings.received) || octets > settings.allReceivedOctets else { return }
                try database.cachedStatement(
                    sql: """
                        DELETE FROM received WHERE number =
                        (SELECT number FROM received WHERE key <> ? ORDER BY proven, received, number LIMIT 1)
                        """
                ).execute(arguments: [key])
                guard database.changesCount > 0 else { return }
            }
        }

        func reports(_ kind: ReportKind?, limit: Int) async throws -> [StoredReport] {
            try await database.read { database in
                let statement = try database.cachedStatement(
                    sql: """
                        SELECT number, report FROM received WHERE ?1 IS NULL OR kind = ?1
                        ORDER BY received DESC, number DESC LIMIT ?2
                        """)
                // One that is damaged is left out; `check()` finds it.
                return try Row.fetchAll(statement, arguments: [kind?.rawValue, max(0, limit)])
                    .compactMap { try? StoredReport($0) }
            }
        }

        func report(_ number: Int64) async throws -> StoredReport? {
            try await database.read { database in
                let statement = try database.cachedStatement(
                    sql: "SELECT number, report FROM received WHERE number = ?")
                return try Row.fetchOne(statement, arguments: [number]).map { row in
                    do { return try StoredReport(row) } catch {
                        throw ContactStoreError.unusable(
                            cause: """
                                report \(number) in reports.sqlite is damaged; remove it with sqlite3: \
                                DELETE FROM received WHERE number = \(number)
                                """)
                    }
                }
            }
        }

        func expire(before time: Int64) async throws -> Int {
            try await database.inBatches(of: RecordTable.batch) { database in
                try database.cachedStatement(
                    sql: """
                        DELETE FROM received WHERE number IN
                        (SELECT number FROM received WHERE received < ? ORDER BY received LIMIT \(RecordTable.batch))
                        """
                ).execute(arguments: [time])
                return database.changesCount
            }
        }
    }
#endif
