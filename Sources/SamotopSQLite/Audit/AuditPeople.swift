#if SQLite
    import GRDB
    import SamotopContacts

    /// The senders of some entries, each looked up once; made when new.
    struct AuditPeople {
        private let senders: AuditSender
        private let database: Database
        private var known: [String: Int64] = [:]

        /// - Parameter database: inside the transaction in which the entries are added.
        init(_ senders: AuditSender, _ database: Database) {
            self.senders = senders
            self.database = database
        }

        /// The number of a sender.
        mutating func number(of sender: String) throws -> Int64 {
            if let number = known[sender] { return number }
            let hash = senders.hash(sender)
            let number = try find(hash) ?? add(hash, senders.hashes(sender))
            known[sender] = number
            return number
        }

        private func find(_ hash: Int64) throws -> Int64? {
            try Int64.fetchOne(
                try database.cachedStatement(sql: "SELECT number FROM audit_people WHERE hash = ?"), arguments: [hash])
        }

        private func add(_ hash: Int64, _ names: Set<Int64>) throws -> Int64 {
            try database.cachedStatement(sql: "INSERT INTO audit_people (hash) VALUES (?)").execute(arguments: [hash])
            let number = database.lastInsertedRowID
            let name = try database.cachedStatement(sql: "INSERT INTO audit_names (hash, person) VALUES (?, ?)")
            for hash in names { try name.execute(arguments: [hash, number]) }
            return number
        }
    }
#endif
