#if SQLite
    import Foundation
    import GRDB
    import NameResolution
    import SamotopContacts
    import SenderAuthentication

    /// A row of a report, and how many messages it stands for.
    struct CountedRow {
        let row: DMARCReportRow
        let count: Int

        /// From a row of `number`, `row`, `count`. Throws when it is damaged.
        init(_ stored: Row) throws {
            var columns = ColumnReader(stored)
            columns.skip(1)
            row = try JSONDecoder().decode(DMARCReportRow.self, from: columns.next(Data.self))
            count = try columns.next()
            guard count > 0 else { throw ContactStoreError.unusable(cause: "an impossible count") }
        }
    }

    /// Counts for DMARC reports in SQLite, bounded.
    struct SQLiteDMARCReportStore: DMARCReportStore {
        private let database: StoreDatabase
        private let settings: ReportStores.Settings

        init(_ database: StoreDatabase, _ settings: ReportStores.Settings) {
            self.database = database
            self.settings = settings
        }

        func add(_ row: DMARCReportRow, at time: Int64) async throws {
            let begin = DMARCReportPeriod.begin(at: time)
            let domain = DomainColumn.stored(row.policyDomain)
            let encoded = try StoredJSON.encoded(row, limit: settings.rowOctets)
            let digest = Self.digest(encoded)
            try await database.writeSoon { [settings] database in
                try database.cachedStatement(
                    sql: """
                        UPDATE dmarc_rows SET count = count + 1
                        WHERE begin = ? AND domain = ? AND digest = ? AND row = ? AND count < 9223372036854775807
                        """
                ).execute(arguments: [begin, domain, digest, encoded])
                guard database.changesCount == 0 else { return }
                try Self.removeOld(before: begin, settings, database)
                let ofDomain = try Int.fetchOne(
                    try database.cachedStatement(sql: "SELECT count(*) FROM dmarc_rows WHERE begin = ? AND domain = ?"),
                    arguments: [begin, domain])
                guard ofDomain ?? 0 < settings.rowsOfDomain,
                    try StoredTotal.value("dmarc_rows", database) < settings.rows,
                    try StoredTotal.value("dmarc_octets", database) <= settings.rowsOctets - encoded.count
                else { return }
                try database.cachedStatement(
                    sql: "INSERT INTO dmarc_rows (begin, domain, digest, row, count) VALUES (?, ?, ?, ?, 1)"
                ).execute(arguments: [begin, domain, digest, encoded])
            }
        }

        /// What nobody has sent for too long: a day's first rows take the oldest day's along, a piece at a time.
        private static func removeOld(
            before begin: Int64, _ settings: ReportStores.Settings, _ database: Database
        ) throws {
            let kept = settings.days.multipliedReportingOverflow(by: DMARCReportPeriod.length).partialValue
            let (oldest, overflows) = begin.subtractingReportingOverflow(max(0, kept))
            guard !overflows else { return }
            try database.cachedStatement(
                sql: """
                    DELETE FROM dmarc_rows WHERE number IN
                    (SELECT number FROM dmarc_rows WHERE begin < ? ORDER BY begin LIMIT \(RecordTable.batch))
                    """
            ).execute(arguments: [oldest])
        }

        /// FNV-1a. Rows with the same one are compared.
        private static func digest(_ octets: Data) -> Int64 {
            let hash = octets.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
            return Int64(bitPattern: hash)
        }

        func ended(at time: Int64) async throws -> [DMARCReportPeriod.Key] {
            let current = DMARCReportPeriod.begin(at: time)
            try await database.flush()
            return try await database.read { database in
                try EndedDays.domains(in: "dmarc_rows", before: current, database).map {
                    DMARCReportPeriod.Key(policyDomain: $0.domain, begin: $0.begin)
                }
            }
        }

        func periods(_ key: DMARCReportPeriod.Key) async throws -> [DMARCReportPeriod] {
            try await database.flush()
            let counted = try await database.read { database in
                let statement = try database.cachedStatement(
                    sql: "SELECT number, row, count FROM dmarc_rows WHERE begin = ? AND domain = ? ORDER BY number")
                return try Row.fetchAll(statement, arguments: [key.begin, DomainColumn.stored(key.policyDomain)])
                    .compactMap { try? CountedRow($0) }
            }
            // Rows that differ in the case of names are one.
            var (order, reports) = ([DMARCRecord](), [DMARCRecord: [DMARCReportRow: Int]]())
            for entry in counted where entry.row.policyDomain == key.policyDomain {
                if reports[entry.row.record] == nil { order.append(entry.row.record) }
                reports[entry.row.record, default: [:]][entry.row, default: 0] &+= entry.count
            }
            return order.compactMap { record in
                let entries = reports[record]?.map { DMARCReportPeriod.Entry(row: $0.key, count: $0.value) } ?? []
                return DMARCReportPeriod(begin: key.begin, entries: entries)
            }
        }

        func remove(_ key: DMARCReportPeriod.Key) async throws {
            try await database.write { database in
                try database.cachedStatement(sql: "DELETE FROM dmarc_rows WHERE begin = ? AND domain = ?")
                    .execute(arguments: [key.begin, DomainColumn.stored(key.policyDomain)])
            }
        }
    }
#endif
