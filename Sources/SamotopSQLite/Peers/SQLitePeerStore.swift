#if SQLite
    import GRDB
    import NameResolution
    import SamotopContacts
    import TransportSecurity

    /// The ratchet's records in SQLite.
    struct SQLitePeerStore: PeerStore {
        private let database: StoreDatabase
        private let table: RecordTable

        init(_ database: StoreDatabase, _ limits: RecordLimits) {
            self.database = database
            table = RecordTable(
                name: "peers", leaving: "decided, level, last_seen, domain", limits: limits, seal: database.seal)
        }

        func record(of domain: DNSName) async throws -> PeerRecord? {
            try await database.read { [table] in try Self.find(domain, in: table, $0) }
        }

        @discardableResult
        func change(
            _ domain: DNSName, _ change: @Sendable @escaping (PeerRecord?) -> PeerRecord?
        ) async throws -> PeerRecord? {
            try await database.write { [table] database in
                let known = try Self.find(domain, in: table, database)
                let changed = change(known)
                guard changed != known else { return changed }
                guard let changed else {
                    try table.remove(domain, database)
                    return nil
                }
                guard changed.domain == domain else {
                    throw ContactStoreError.failed(cause: "a change made a record of another domain")
                }
                try database.cachedStatement(
                    sql: """
                        INSERT INTO peers (domain, last_seen, level, decided, record) VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT (domain) DO UPDATE SET last_seen = excluded.last_seen, level = excluded.level,
                        decided = excluded.decided, record = excluded.record
                        """
                ).execute(arguments: [
                    try table.key(domain), changed.lastSeen, changed.level.rawValue, changed.isDecided,
                    try table.encoded(changed),
                ])
                try table.shrink(keeping: domain, database)
                return changed
            }
        }

        func records(after domain: DNSName?, limit: Int) async throws -> [PeerRecord] {
            try await database.read { [table] database in
                let name = table.seal.readable("domain")
                let rows = try Row.fetchCursor(
                    try database.cachedStatement(
                        sql: "SELECT number, record FROM peers WHERE ?1 IS NULL OR \(name) > ?1 ORDER BY \(name)"),
                    arguments: [domain.map(DomainColumn.stored)])
                var records: [PeerRecord] = []
                while records.count < limit, let row = try rows.next() {
                    // A damaged one hides no other; whoever asks for it learns that it is.
                    if let record = try? table.decoded(row, PeerRecord.self) {
                        records.append(record)
                    }
                }
                return records
            }
        }

        @discardableResult
        func expire(before time: Int64) async throws -> Int {
            try await database.inBatches(of: RecordTable.batch) { database in
                try database.cachedStatement(
                    sql: """
                        DELETE FROM peers WHERE number IN
                        (SELECT number FROM peers WHERE decided = 0 AND last_seen < ? LIMIT ?)
                        """
                ).execute(arguments: [time, RecordTable.batch])
                return database.changesCount
            }
        }

        private static func find(_ domain: DNSName, in table: RecordTable, _ database: Database) throws -> PeerRecord? {
            guard let record = try table.record(of: domain, database, PeerRecord.self) else { return nil }
            guard record.domain == domain else {
                throw ContactStoreError.unusable(
                    cause: "a record of peers in outgoing.sqlite is another domain's; restore the file from a backup")
            }
            return record
        }
    }
#endif
