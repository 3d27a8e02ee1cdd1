#if SQLite
    import GRDB
    import SamotopContacts

    /// Owners' choices in SQLite.
    struct SQLitePolicyStore: PolicyStore {
        private let database: StoreDatabase
        private let maximum: Int

        init(_ database: StoreDatabase, maximum: Int) {
            self.database = database
            self.maximum = maximum
        }

        func policies(of owner: Owner) async throws -> [AddressPolicy] {
            try await database.read { [seal = database.seal] database in
                let statement = try database.cachedStatement(
                    sql: """
                        SELECT address, strangers, patience, unanswered, takes_subject, shares_decisions
                        FROM policies WHERE owner = ?
                        """)
                return try Row.fetchAll(statement, arguments: [owner.name]).map { row in
                    var columns = ColumnReader(row)
                    return AddressPolicy(
                        address: try seal.opened(try columns.next(String.self), "address"),
                        policy: ScreeningPolicy(
                            strangers: try columns.word(), patience: try columns.next(),
                            unanswered: try columns.word(), takesSubject: try columns.next(),
                            sharesDecisions: try columns.next()))
                }
            }.sorted { $0.address < $1.address }
        }

        func set(_ policy: ScreeningPolicy?, for address: String, of owner: Owner) async throws {
            let maximum = maximum
            let stored = try database.seal.sealed(address, "address")
            try await database.write { database in
                guard let policy else {
                    return try database.cachedStatement(sql: "DELETE FROM policies WHERE owner = ? AND address = ?")
                        .execute(arguments: [owner.name, stored])
                }
                let others = try Int.fetchOne(
                    try database.cachedStatement(sql: "SELECT count(*) FROM policies WHERE owner = ? AND address <> ?"),
                    arguments: [owner.name, stored])
                guard others ?? 0 < maximum else {
                    throw ContactStoreError.insufficientStorage(cause: "\(maximum) policies of one owner")
                }
                try database.cachedStatement(
                    sql: """
                        INSERT OR REPLACE INTO policies
                        (owner, address, strangers, patience, unanswered, takes_subject, shares_decisions)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        """
                ).execute(arguments: [
                    owner.name, stored, policy.strangers.rawValue, policy.patience, policy.unanswered.rawValue,
                    policy.takesSubject, policy.sharesDecisions,
                ])
            }
        }
    }
#endif
