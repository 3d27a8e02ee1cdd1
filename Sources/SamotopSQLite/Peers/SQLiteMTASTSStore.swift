#if SQLite
    import GRDB
    import NameResolution
    import TransportSecurity

    /// MTA-STS policies in SQLite.
    struct SQLiteMTASTSStore: MTASTSStore {
        private let database: StoreDatabase
        private let table: RecordTable

        init(_ database: StoreDatabase, _ limits: RecordLimits) {
            self.database = database
            table = RecordTable(name: "policies", leaving: "expires, domain", limits: limits, seal: database.seal)
        }

        func policy(of domain: DNSName) async throws -> StoredMTASTSPolicy? {
            try await database.read { [table] in try table.record(of: domain, $0) }
        }

        func set(_ policy: StoredMTASTSPolicy?, of domain: DNSName) async throws {
            try await database.write { [table] database in
                guard let policy else { return try table.remove(domain, database) }
                try database.cachedStatement(
                    sql: """
                        INSERT INTO policies (domain, fetched, expires, has_policy, record) VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT (domain) DO UPDATE SET fetched = excluded.fetched, expires = excluded.expires,
                        has_policy = excluded.has_policy, record = excluded.record
                        """
                ).execute(arguments: [
                    try table.key(domain), policy.fetched, policy.expires, policy.policy != nil,
                    try table.encoded(policy),
                ])
                try table.shrink(keeping: domain, database)
            }
        }

        func domains(fetchedBefore time: Int64, limit: Int) async throws -> [DNSName] {
            try await database.read { [seal = table.seal] database in
                let statement = try database.cachedStatement(
                    sql: """
                        SELECT domain FROM policies WHERE has_policy = 1 AND fetched < ?
                        ORDER BY fetched, domain LIMIT ?
                        """)
                return try Row.fetchAll(statement, arguments: [time, max(0, limit)]).compactMap { row in
                    var columns = ColumnReader(row)
                    // A damaged one hides no other.
                    return try? DomainColumn.name(seal.opened(columns.bytes(), "domain"))
                }
            }
        }

        @discardableResult
        func expire(before time: Int64) async throws -> Int {
            try await database.inBatches(of: RecordTable.batch) { database in
                try database.cachedStatement(
                    sql: """
                        DELETE FROM policies WHERE number IN (SELECT number FROM policies WHERE expires < ? LIMIT ?)
                        """
                ).execute(arguments: [time, RecordTable.batch])
                return database.changesCount
            }
        }
    }
#endif
