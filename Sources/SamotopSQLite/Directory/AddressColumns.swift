#if SQLite
    import GRDB
    import SMTP
    import SamotopContacts
    import SamotopDelivery

    /// A row of the table `addresses`.
    struct AddressColumns {
        let domain: String
        let localPart: String
        let kind: String
        var targets = ""

        init(_ row: AddressRow) {
            domain = Self.text(row.address.domain.bytes)
            localPart = Self.text(row.address.localPart.content)
            switch row.meaning {
            case .mailbox: kind = "mailbox"
            case .nobody: kind = "nobody"
            case .alias(let addresses):
                kind = "alias"
                targets = addresses.map { Self.text($0.bytes) }.joined(separator: " ")
            }
        }

        static func count(_ database: Database) throws -> Int {
            try Int.fetchOne(database, sql: "SELECT value FROM totals WHERE name = 'addresses'") ?? 0
        }

        static func revision(_ database: Database) throws -> Int64 {
            try Int64.fetchOne(
                database.cachedStatement(sql: "SELECT value FROM totals WHERE name = 'edits'")) ?? 0
        }

        /// Everything, as of one moment.
        static func table(_ database: Database) throws -> AddressTable {
            if database.isInsideTransaction { return try whole(database) }
            var table = AddressTable()
            try database.inTransaction(.deferred) {
                table = try whole(database)
                return .commit
            }
            return table
        }

        /// Rows with a text, in lower case, in their address.
        static func rows(
            containing text: String, offset: Int, limit: Int, _ database: Database
        ) throws -> [AddressRow] {
            let statement = try database.cachedStatement(
                sql: """
                    SELECT domain, local_part, kind, targets FROM addresses
                    WHERE ?1 = '' OR instr(local_part || '@' || domain, ?1) > 0
                    ORDER BY domain, local_part LIMIT ?2 OFFSET ?3
                    """)
            var domains = KnownDomains()
            var rows: [AddressRow] = []
            let cursor = try Row.fetchCursor(statement, arguments: [text, limit, offset])
            while let row = try cursor.next() { rows.append(try read(row, &domains)) }
            return rows
        }

        private static func whole(_ database: Database) throws -> AddressTable {
            var table = AddressTable(revision: try revision(database))
            table.rows.reserveCapacity(try count(database))
            var domains = KnownDomains()
            let cursor = try Row.fetchCursor(
                database, sql: "SELECT domain, local_part, kind, targets FROM addresses ORDER BY domain, local_part")
            while let row = try cursor.next() { table.rows.append(try read(row, &domains)) }
            return table
        }

        private static func read(_ row: Row, _ domains: inout KnownDomains) throws -> AddressRow {
            var columns = ColumnReader(row)
            let domain = try columns.next(String.self)
            let localPart = try columns.next(String.self)
            let kind = try columns.next(String.self)
            let targets = try columns.next(String.self)
            guard let name = domains.domain(domain), let local = LocalPart(Array(localPart.utf8)),
                let meaning = meaning(kind, targets, &domains),
                let found = AddressRow(Mailbox(localPart: local, domain: name), meaning),
                targets.isEmpty || kind == "alias"
            else {
                throw ContactStoreError.unusable(
                    cause: """
                        directory.sqlite: \(localPart)@\(domain) is no row that samotop makes; remove it with: \
                        samotop directory remove, or with sqlite3
                        """)
            }
            return found
        }

        private static func meaning(
            _ kind: String, _ targets: String, _ domains: inout KnownDomains
        ) -> AddressRow.Meaning? {
            switch kind {
            case "mailbox": return .mailbox
            case "nobody": return .nobody
            default:
                var addresses: [Mailbox] = []
                for text in targets.utf8.split(separator: UInt8(ascii: " ")) {
                    guard let at = text.lastIndex(of: UInt8(ascii: "@")),
                        let local = LocalPart(Array(text[..<at])),
                        let domain = domains.domain(String(Substring(text[text.index(after: at)...])))
                    else { return nil }
                    addresses.append(Mailbox(localPart: local, domain: domain))
                }
                return .alias(addresses)
            }
        }

        private static func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }
    }

    /// The domains of a table, each once in memory.
    private struct KnownDomains {
        private var known: [String: Domain] = [:]

        mutating func domain(_ text: String) -> Domain? {
            if let domain = known[text] { return domain }
            guard let name = DomainName(text) else { return nil }
            known[text] = .name(name)
            return .name(name)
        }
    }
#endif
