#if SQLite
    import GRDB
    import SamotopContacts
    import SamotopCore

    /// Passes in SQLite.
    struct SQLitePassStore: PassStore {
        private static let columns = "owner, word, kind, note, created, expires, revoked, uses, last_used, domain"

        private let database: StoreDatabase
        private let maximum: Int

        init(_ database: StoreDatabase, maximum: Int) {
            self.database = database
            self.maximum = maximum
        }

        func passes(of owner: Owner) async throws -> [Pass] {
            try await database.read { [seal = database.seal] database in
                let statement = try database.cachedStatement(
                    sql: "SELECT \(Self.columns) FROM passes WHERE owner = ? ORDER BY created DESC, word")
                return try Row.fetchAll(statement, arguments: [owner.name]).map { try Self.pass($0, seal) }
                    // Sealed words have another order.
                    .sorted(by: Self.comesBefore)
            }
        }

        /// The newest first. (Tuples compared in a closure crash the optimiser of Swift 6.3.)
        private static func comesBefore(_ one: Pass, _ other: Pass) -> Bool {
            let (first, second) = (one.created.stored, other.created.stored)
            return first == second ? one.word.text < other.word.text : first > second
        }

        func pass(_ word: Pass.Word, of owner: Owner) async throws -> Pass? {
            try await database.read { [seal = database.seal] in try Self.find(word, of: owner, $0, seal) }
        }

        @discardableResult
        func change(
            _ word: Pass.Word, of owner: Owner, _ change: @Sendable @escaping (Pass?) -> Pass?
        ) async throws -> Pass? {
            let (maximum, seal) = (maximum, database.seal)
            return try await database.write { database in
                let known = try Self.find(word, of: owner, database, seal)
                let changed = change(known)
                guard changed != known else { return changed }
                guard let changed else {
                    try database.cachedStatement(sql: "DELETE FROM passes WHERE owner = ? AND word = ?")
                        .execute(arguments: [owner.name, try seal.sealed(word.text, "word")])
                    return nil
                }
                guard changed.owner == owner, changed.word == word else {
                    throw ContactStoreError.failed(cause: "a change made another pass of it")
                }
                if known == nil, try Self.count(of: owner, database) >= maximum {
                    throw ContactStoreError.insufficientStorage(cause: "\(maximum) passes of one owner")
                }
                try Self.put(changed, database, seal)
                return changed
            }
        }

        @discardableResult
        func expire(before moment: Timestamp) async throws -> Int {
            try await database.write { database in
                // Used up, taken back or over, whichever came first.
                try database.cachedStatement(
                    sql: """
                        DELETE FROM passes WHERE (revoked < ?1 OR expires < ?1
                        OR (kind = 'once' AND uses > 0 AND last_used < ?1)
                        OR (kind = 'single' AND uses > 0 AND last_used < ?2))
                        AND (kind NOT IN ('address', 'single') OR (SELECT count(*) FROM passes AS newer
                        WHERE newer.owner = passes.owner AND newer.kind IN ('address', 'single')
                        AND newer.created > passes.created) >= ?3)
                        """
                ).execute(arguments: [
                    moment.stored,
                    Timestamp(seconds: moment.seconds - Pass.grace, nanoseconds: moment.nanoseconds).stored,
                    Pass.keptAddresses,
                ])
                return database.changesCount
            }
        }

        private static func put(_ pass: Pass, _ database: Database, _ seal: ColumnSeal) throws {
            try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO passes (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            ).execute(arguments: [
                pass.owner.name, try seal.sealed(pass.word.text, "word"), pass.kind.rawValue,
                try seal.sealed(pass.note, "note"), pass.created.stored,
                pass.expires?.stored, pass.revoked?.stored, pass.uses, pass.lastUsed?.stored,
                try seal.sealed(ifAny: pass.domain, "domain"),
            ])
        }

        private static func count(of owner: Owner, _ database: Database) throws -> Int {
            let statement = try database.cachedStatement(sql: "SELECT count(*) FROM passes WHERE owner = ?")
            return try Int.fetchOne(statement, arguments: [owner.name]) ?? 0
        }

        private static func find(
            _ word: Pass.Word, of owner: Owner, _ database: Database, _ seal: ColumnSeal
        ) throws -> Pass? {
            let statement = try database.cachedStatement(
                sql: "SELECT \(columns) FROM passes WHERE owner = ? AND word = ?")
            return try Row.fetchOne(statement, arguments: [owner.name, try seal.sealed(word.text, "word")])
                .map { try pass($0, seal) }
        }

        private static func pass(_ row: Row, _ seal: ColumnSeal) throws -> Pass {
            var columns = ColumnReader(row)
            let owner = Owner(try columns.next())
            guard let word = Pass.Word(try seal.opened(try columns.next(String.self), "word")) else {
                throw ContactStoreError.unusable(cause: "a stored pass has an impossible word: check the file")
            }
            return Pass(
                owner: owner, word: word, kind: try columns.word(),
                note: try seal.opened(try columns.next(String.self), "note"),
                created: try columns.moment(), expires: try columns.optionalMoment(),
                revoked: try columns.optionalMoment(), uses: try columns.next(),
                lastUsed: try columns.optionalMoment(),
                domain: try seal.opened(ifAny: try columns.optional(String.self), "domain"))
        }
    }
#endif
