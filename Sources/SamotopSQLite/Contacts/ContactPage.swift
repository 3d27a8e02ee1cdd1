#if SQLite
    import GRDB
    import SamotopContacts

    /// A page of contacts as a statement. Its text depends on how many states are asked for and on the order, on nothing else.
    struct ContactPage: Sendable {
        let sql: String
        let arguments: StatementArguments

        /// Nil when nothing can match.
        init?(_ query: ContactQuery, of owner: Owner, _ seal: ColumnSeal) {
            let text = query.text.foldedOctets
            // Longer than any address and display name.
            guard text.count <= 4_096 else { return nil }
            let (called, correspondent) = (seal.readable("called"), seal.readable("correspondent"))
            let order = query.order == .latest ? "last_seen DESC, id" : "name, id"
            let search =
                text.isEmpty
                ? ""
                : """
                AND (instr(\(correspondent), ?) OR instr(substr(\(called), 1, length(called) - length(correspondent)), ?))
                """
            // The latest of each state come out of the index in order, and SQLite merges them: no sorting. Whole rows are read
            // for the page only.
            let ofState = """
                SELECT number, id, \(query.order == .latest ? "last_seen" : "\(called) AS name") FROM contacts
                WHERE owner = ? AND state = ? \(search)
                """
            sql = """
                SELECT \(ContactColumns.names) FROM contacts WHERE number IN (SELECT number FROM (
                    \(query.states.map { _ in ofState }.joined(separator: " UNION ALL ")) ORDER BY \(order) LIMIT ? OFFSET ?
                )) ORDER BY \(query.order == .latest ? order : "\(called), id")
                """
            let needle: StatementArguments = text.isEmpty ? [] : [text.blob, text.blob]
            let states = query.states.map(\.rawValue).sorted()
            arguments =
                states.reduce(into: StatementArguments()) { $0 += [owner.name, $1] + needle }
                + [query.limit, query.offset]
        }
    }
#endif
