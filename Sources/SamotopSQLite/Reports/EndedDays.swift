#if SQLite
    import GRDB
    import NameResolution

    /// Which domains something was counted for, on days that are over.
    enum EndedDays {
        /// The oldest day first, then by name.
        ///
        /// - Parameters:
        ///   - table: one with the columns `begin` and `domain`.
        ///   - today: when the day began that isn't over, in seconds since 1970.
        static func domains(
            in table: String, before today: Int64, _ database: Database
        ) throws -> [(begin: Int64, domain: DNSName)] {
            let statement = try database.cachedStatement(
                sql: "SELECT begin, domain FROM \(table) WHERE begin < ? GROUP BY begin, domain ORDER BY begin, domain")
            return try Row.fetchAll(statement, arguments: [today]).compactMap { row in
                // A damaged one keeps back no other; it stays, for `check()` to find.
                var columns = ColumnReader(row)
                let begin = try columns.next(Int64.self)
                return (try? DomainColumn.name(columns.bytes())).map { (begin, $0) }
            }
        }
    }
#endif
