#if SQLite
    import GRDB
    import SamotopContacts

    /// Someone who asks to be let in, on the way into the list of those who wait.
    struct Stranger: Sendable {
        let request: ContactRequest
        let correspondent: Correspondent
        let identity: Identity
        let owner: Owner
        let rows: ContactRows

        /// Strangers that leave for one that comes, at most: after a limit was lowered it takes some to get there.
        private static let batch = 100

        /// Files the request in one step.
        func file(within limits: RequestLimits, _ database: Database) throws -> Filing {
            if let known = try rows.find(correspondent, of: owner, database) {
                let again = again(known.contact)
                try rows.put(again, over: known, database)
                return .known(again)
            }
            guard try hasShare(within: limits, database) else { return .overLimit }
            let expired = try makeRoom(within: limits, database)
            guard try waitingInAll(database) < limits.total else { return .overLimit }
            let contact = Contact(
                id: .random(), owner: owner, correspondent: correspondent, state: .waiting, identity: identity,
                request: request, firstSeen: request.time, lastSeen: request.time, attempts: 1)
            try rows.put(contact, over: nil, database)
            return .filed(contact, expired: expired)
        }

        private func again(_ known: Contact) -> Contact {
            var contact = known
            contact.request = request
            // What was held before stays held; the latest 100.
            let earlier = known.request?.held.filter { !request.held.contains($0) } ?? []
            contact.request?.held = Array((earlier + request.held).suffix(100))
            contact.attempts = known.attempts == .max ? .max : known.attempts + 1
            contact.lastSeen = request.time
            return contact
        }

        private func hasShare(within limits: RequestLimits, _ database: Database) throws -> Bool {
            let ofDomain = try count(
                """
                SELECT count(*) FROM
                (SELECT 1 FROM contacts WHERE owner = ? AND domain = ? AND state = 'waiting' LIMIT ?)
                """, [owner.name, try rows.columns.domain(correspondent), max(0, limits.perDomain)], database)
            guard ofDomain < limits.perDomain else { return false }
            let ofNetwork = try count(
                """
                SELECT count(*) FROM
                (SELECT 1 FROM contacts WHERE owner = ? AND network = ? AND state = 'waiting' LIMIT ?)
                """, [owner.name, try rows.columns.network(request.network), max(0, limits.perNetwork)], database)
            return ofNetwork < limits.perNetwork
        }

        /// The owner's oldest leave for the new one; one owner's strangers never drive out another's.
        private func makeRoom(within limits: RequestLimits, _ database: Database) throws -> Int {
            let own = try count(
                "SELECT count FROM tallies WHERE owner = ? AND state = 'waiting'", [owner.name], database)
            let all = try waitingInAll(database)
            let tooMany = max(own - max(0, limits.perOwner), all - max(0, limits.total)) + 1
            let excess = min(own, tooMany, Self.batch)
            guard excess > 0 else { return 0 }
            try database.cachedStatement(
                sql: """
                    DELETE FROM contacts WHERE number IN
                    (SELECT number FROM contacts WHERE owner = ? AND state = 'waiting' ORDER BY last_seen LIMIT ?)
                    """
            ).execute(arguments: [owner.name, excess])
            return excess
        }

        private func waitingInAll(_ database: Database) throws -> Int {
            try count("SELECT value FROM totals WHERE name = 'waiting'", [], database)
        }

        private func count(_ sql: String, _ arguments: StatementArguments, _ database: Database) throws -> Int {
            // Whatever a damaged file says: nothing is added to it that could overflow.
            min(max(0, try Int.fetchOne(try database.cachedStatement(sql: sql), arguments: arguments) ?? 0), 1 << 48)
        }
    }
#endif
