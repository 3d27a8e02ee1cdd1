#if SQLite
    import GRDB
    import SamotopContacts

    /// The rows of contacts: found, written, removed. Triggers keep the counts.
    struct ContactRows: Sendable {
        let columns: ContactColumns

        /// A contact and its row's number.
        struct Known {
            let contact: Contact
            let number: Int64

            /// Of a row that has the number after the columns.
            init(_ row: Row, _ columns: ContactColumns) throws {
                contact = try columns.contact(row)
                guard let number = row.last.flatMap({ Int64.fromDatabaseValue($0.1) }) else {
                    throw ContactStoreError.unusable(cause: "a stored contact has no number: check the file")
                }
                self.number = number
            }
        }

        func find(_ correspondent: Correspondent, of owner: Owner, _ database: Database) throws -> Known? {
            let statement = try database.cachedStatement(
                sql: """
                    SELECT \(ContactColumns.names), number FROM contacts
                    WHERE owner = ? AND kind = ? AND correspondent = ?
                    """)
            return try Row.fetchOne(
                statement, arguments: [owner.name, correspondent.kind.rawValue, try columns.key(correspondent)]
            ).map { try Known($0, columns) }
        }

        func put(_ contact: Contact, over known: Known?, _ database: Database) throws {
            guard let known else {
                return try database.cachedStatement(sql: ContactColumns.insert)
                    .execute(arguments: try columns.arguments(contact))
            }
            try database.cachedStatement(sql: ContactColumns.update)
                .execute(arguments: try columns.arguments(contact) + [known.number])
        }

        func remove(_ known: Known, _ database: Database) throws {
            try database.cachedStatement(sql: "DELETE FROM contacts WHERE number = ?").execute(arguments: [known.number]
            )
        }
    }
#endif
