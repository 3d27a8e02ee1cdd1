#if SQLite
    import GRDB
    import SamotopContacts
    import SamotopCore

    /// The record of judgements in SQLite. Entries are written with the next batch; those who ask wait for it.
    struct SQLiteAuditStore: AuditStore {
        /// Entries that one transaction removes at most, so that other writes don't wait for long.
        private static let batch = 500

        private let database: StoreDatabase
        private let maximum: Int
        private let keepsReadableSenders: Bool
        private let senders: AuditSender

        init(_ database: StoreDatabase, _ key: InstanceKey, maximum: Int, keepsReadableSenders: Bool) {
            self.database = database
            self.maximum = max(1, maximum)
            self.keepsReadableSenders = keepsReadableSenders
            senders = AuditSender(key)
        }

        func append(_ entries: [AuditEntry]) async throws {
            guard !entries.isEmpty else { return }
            let (senders, isReadable, maximum, seal) = (senders, keepsReadableSenders, maximum, database.seal)
            try await database.writeSoon { database in
                var people = AuditPeople(senders, database)
                let insert = try database.cachedStatement(
                    sql: """
                        INSERT INTO audit (time, envelope, owner, sender, stage, judge, verdict, cause, person)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """)
                for entry in entries {
                    let person = try people.number(of: entry.sender)
                    try insert.execute(arguments: [
                        entry.time.stored, entry.envelope, entry.owner?.name,
                        try seal.sealed(ifAny: isReadable ? entry.sender : nil, "sender"),
                        entry.stage, entry.judge, entry.verdict, try seal.sealed(entry.cause, "cause"), person,
                    ])
                }
                // A part more than may stay: then it isn't done for each entry.
                if try Self.count(database) > maximum + Self.batch { _ = try Self.shrink(to: maximum, database) }
            }
        }

        func entries(ofEnvelope id: String) async throws -> [AuditEntry] {
            try await entries("FROM audit WHERE envelope = ? ORDER BY number", [id])
        }

        func entries(from correspondent: String, to owner: Owner?, limit: Int) async throws -> [AuditEntry] {
            let hash = senders.hash(correspondent)
            let limit = max(0, limit)
            // Of each person the latest, by the index; then the latest of all.
            let isOwners = owner == nil ? "" : "AND owner = ?"
            let arguments: StatementArguments =
                if let owner { [owner.name, limit, hash, limit] } else { [limit, hash, limit] }
            return try await entries(
                """
                FROM audit_names AS name JOIN audit ON audit.number IN
                (SELECT number FROM audit WHERE person = name.person \(isOwners) ORDER BY number DESC LIMIT ?)
                WHERE name.hash = ? ORDER BY audit.number DESC LIMIT ?
                """, arguments)
        }

        @discardableResult
        func expire(before: Timestamp, maximum: Int) async throws -> Int {
            try await database.inBatches(of: Self.batch) { database in
                try database.cachedStatement(
                    sql: """
                        DELETE FROM audit WHERE number IN (SELECT number FROM audit WHERE number <
                        (SELECT coalesce((SELECT number FROM audit WHERE time >= ?1 ORDER BY number LIMIT 1),
                        9223372036854775807)) ORDER BY number LIMIT ?2)
                        """
                ).execute(arguments: [before.stored, Self.batch])
                return database.changesCount
            } + database.inBatches(of: Self.batch) { try Self.shrink(to: maximum, $0) }
        }

        /// Removes at most one batch of the oldest that are too many.
        private static func shrink(to maximum: Int, _ database: Database) throws -> Int {
            let excess = min(batch, try count(database) - max(0, maximum))
            guard excess > 0 else { return 0 }
            try database.cachedStatement(
                sql: "DELETE FROM audit WHERE number IN (SELECT number FROM audit ORDER BY number LIMIT ?)"
            ).execute(arguments: [excess])
            return database.changesCount
        }

        /// How many there are: their numbers follow each other, since they leave from the lower end only.
        private static func count(_ database: Database) throws -> Int {
            let ends = try database.cachedStatement(
                sql: "SELECT (SELECT max(number) FROM audit), (SELECT min(number) FROM audit)")
            guard let row = try Row.fetchOne(ends), let last: Int = row[0], let first: Int = row[1] else { return 0 }
            let (span, overflow) = last.subtractingReportingOverflow(first)
            return overflow || span == .max ? .max : span + 1
        }

        private func entries(_ source: String, _ arguments: StatementArguments) async throws -> [AuditEntry] {
            try await database.flush()
            let seal = database.seal
            return try await database.read { database in
                let statement = try database.cachedStatement(
                    sql: """
                        SELECT audit.time, audit.envelope, audit.owner, audit.sender, audit.stage, audit.judge, \
                        audit.verdict, audit.cause \(source)
                        """)
                return try Row.fetchAll(statement, arguments: arguments).map { row in
                    var columns = ColumnReader(row)
                    return AuditEntry(
                        time: try columns.moment(), envelope: try columns.next(),
                        owner: try columns.optional().map(Owner.init),
                        sender: try seal.opened(ifAny: try columns.optional(String.self), "sender") ?? "",
                        stage: try columns.next(), judge: try columns.next(), verdict: try columns.next(),
                        cause: try seal.opened(try columns.next(String.self), "cause"))
                }
            }
        }
    }
#endif
