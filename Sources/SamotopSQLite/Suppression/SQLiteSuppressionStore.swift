#if SQLite
    import Crypto
    import Foundation
    import GRDB
    import SMTP
    import SamotopCore
    import SamotopQueue
    import Synchronization

    /// Suppressed addresses in `outgoing.sqlite`, bounded. Whose mail it is and to whom is kept as keyed hashes to be found by, and
    /// sealed to be listed: the file alone tells nobody who wrote to whom.
    ///
    /// Addresses of which nothing is known, and that is nearly all, are told by a set of hashes in memory: a delivery asks no disk.
    /// Used by one process.
    final class SQLiteSuppressionStore: SuppressionStore {
        private let database: StoreDatabase
        private let limits: SuppressionLimits
        private let seal: SuppressionSeal
        /// Beginnings of hashes of addresses; more than there are does no harm.
        private let known: Mutex<Set<Int64>>

        init(_ database: StoreDatabase, key: [UInt8], limits: SuppressionLimits) async throws {
            self.database = database
            self.limits = limits
            seal = SuppressionSeal(key: key)
            known = Mutex(try await Self.marks(database))
        }

        private static func marks(_ database: StoreDatabase) async throws -> Set<Int64> {
            try await database.read { database in
                let rows = try Data.fetchCursor(database, sql: "SELECT address FROM suppressed")
                var found: Set<Int64> = []
                while let address = try rows.next() { found.insert(SuppressionSeal.mark(address)) }
                return found
            }
        }

        func suppressed(_ addresses: [Mailbox], for submitter: Submitter, now: Int64) async throws
            -> [SuppressedAddress?]
        {
            let hashes = addresses.map { seal.hash(address: $0) }
            let isKnown = known.withLock { known in hashes.map { known.contains(SuppressionSeal.mark($0)) } }
            guard isKnown.contains(true) else { return addresses.map { _ in nil } }
            let account = seal.hash(submitter: submitter)
            return try await database.readLatest { [seal] database in
                let statement = try database.cachedStatement(
                    sql: """
                        SELECT account, address, record FROM suppressed
                        WHERE account = ? AND address = ? AND expires > ?
                        """)
                return try zip(hashes, isKnown).map { hash, isKnown in
                    guard isKnown, let row = try Row.fetchOne(statement, arguments: [account, hash, now]) else {
                        return nil
                    }
                    return try seal.entry(row)
                }
            }
        }

        func add(_ entries: [SuppressedAddress]) async throws {
            // Before they are there: nobody may be told that they aren't, once they are.
            known.withLock { known in
                for entry in entries { known.insert(SuppressionSeal.mark(seal.hash(address: entry.address))) }
            }
            try await database.write { [seal, limits] database in
                for entry in entries {
                    let (account, address) = (seal.hash(submitter: entry.submitter), seal.hash(address: entry.address))
                    try database.cachedStatement(
                        sql: """
                            INSERT INTO suppressed (account, address, since, expires, record) VALUES (?, ?, ?, ?, ?)
                            ON CONFLICT (account, address) DO UPDATE SET since = excluded.since,
                            expires = excluded.expires, record = excluded.record
                            """
                    ).execute(arguments: [
                        account, address, entry.since, entry.expires, try seal.sealed(entry, account, address),
                    ])
                    try Self.shrink(
                        "suppressed WHERE account = ?", [account], to: limits.ofSubmitter, database)
                    try Self.shrink("suppressed", [], to: limits.total, database)
                }
            }
            guard known.withLock({ $0.count }) > 2 * max(1, limits.total) else { return }
            let fresh = try await Self.marks(database)
            known.withLock { $0 = fresh }
        }

        private static func shrink(
            _ source: String, _ arguments: StatementArguments, to maximum: Int, _ database: Database
        ) throws {
            let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM \(source)", arguments: arguments) ?? 0
            guard count > max(1, maximum) else { return }
            try database.execute(
                sql: """
                    DELETE FROM suppressed WHERE number IN
                    (SELECT number FROM \(source) ORDER BY since, number LIMIT ?)
                    """, arguments: arguments + [min(count - max(1, maximum), RecordTable.batch)])
        }

        func remove(_ address: Mailbox, for submitter: Submitter?) async throws -> Int {
            let hash = seal.hash(address: address)
            let account = submitter.map { seal.hash(submitter: $0) }
            return try await database.write { database in
                try database.cachedStatement(
                    sql: "DELETE FROM suppressed WHERE address = ?1 AND (?2 IS NULL OR account = ?2)"
                ).execute(arguments: [hash, account])
                return database.changesCount
            }
        }

        func list(for submitter: Submitter?, now: Int64, limit: Int) async throws -> [SuppressedAddress] {
            let account = submitter.map { seal.hash(submitter: $0) }
            return try await database.readLatest { [seal] database in
                let statement = try database.cachedStatement(
                    sql: """
                        SELECT account, address, record FROM suppressed
                        WHERE expires > ?1 AND (?2 IS NULL OR account = ?2) ORDER BY since DESC, number DESC LIMIT ?3
                        """)
                // One that is damaged hides no other.
                return try Row.fetchAll(statement, arguments: [now, account, max(0, limit)])
                    .compactMap { try? seal.entry($0) }
            }
        }

        func expire(before time: Int64) async throws -> Int {
            try await database.inBatches(of: RecordTable.batch) { database in
                try database.cachedStatement(
                    sql: """
                        DELETE FROM suppressed WHERE number IN
                        (SELECT number FROM suppressed WHERE expires <= ? LIMIT \(RecordTable.batch))
                        """
                ).execute(arguments: [time])
                return database.changesCount
            }
        }
    }
#endif
