#if SQLite
    import Foundation
    import GRDB
    import SamotopContacts

    /// Finds out how a file keeps names, and writes it anew when it is to keep them otherwise: in one transaction.
    struct NameConversion {
        let files: StoreFiles
        let keeping: NameKeeping

        /// How it is kept, in `totals`; no row: readable.
        private static let mark = "names"

        /// Before there is anything in it.
        func begin(_ database: Database) throws { try note(keeping.wanted, database) }

        /// The seal that holds from now on.
        func settle(_ writer: DatabaseQueue) throws -> ColumnSeal {
            var isDone = false
            let seal = try writer.write { database in
                let check = try Int64.fetchOne(
                    database, sql: "SELECT value FROM totals WHERE name = ?", arguments: [Self.mark])
                guard let found = keeping.seal(found: check ?? 0) else {
                    throw ContactStoreError.unusable(
                        cause: """
                            the names in \(files.database) are sealed with \(keeping.key == nil ? "a key" : "another key"): \
                            restore queue.key from the same backup
                            """)
                }
                let wanted = keeping.wanted
                guard keeping.converts, found.mark != wanted.mark else { return found }
                switch files.kind.name {
                case StoreKind.contacts.name: try contacts(from: found, to: wanted, database)
                case StoreKind.outgoing.name: try outgoing(from: found, to: wanted, database)
                default: return found
                }
                try note(wanted, database)
                isDone = true
                return wanted
            }
            if isDone, seal.isSealing {
                // Freed pages are zeros; the log, and copies from before other changes, must not say more.
                try writer.writeWithoutTransaction { _ = try Row.fetchAll($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
                for version in 1...max(1, files.kind.steps.count) { SystemFile.remove(files.backup(before: version)) }
            }
            return seal
        }

        private func note(_ seal: ColumnSeal, _ database: Database) throws {
            try database.execute(
                sql: "INSERT OR REPLACE INTO totals (name, value) VALUES (?, ?)", arguments: [Self.mark, seal.mark])
        }

        private func contacts(from old: ColumnSeal, to new: ColumnSeal, _ database: Database) throws {
            let columns = ContactColumns(seal: new)
            let known = try Row.fetchAll(database, sql: "SELECT \(ContactColumns.names), number FROM contacts")
                .map { try ContactRows.Known($0, ContactColumns(seal: old)) }
            for known in known { try ContactRows(columns: columns).put(known.contact, over: known, database) }
            try texts("passes", ["word", "note"], by: "owner, word", old, new, database)
            try texts("policies", ["address"], by: "owner, address", old, new, database)
            try texts("audit", ["sender", "cause"], by: "number", old, new, database)
        }

        private func outgoing(from old: ColumnSeal, to new: ColumnSeal, _ database: Database) throws {
            for table in ["peers", "policies"] {
                let rows = try Row.fetchAll(database, sql: "SELECT number, domain, record FROM \(table)")
                for row in rows {
                    var columns = ColumnReader(row)
                    let number: Int64 = try columns.next()
                    let domain = try old.opened(try columns.bytes(), "domain")
                    let record = try old.opened(try columns.bytes(), "record")
                    try database.execute(
                        sql: "UPDATE \(table) SET domain = ?, record = ? WHERE number = ?",
                        arguments: [try new.sealed(domain, "domain"), try new.sealed(record, "record"), number])
                }
            }
        }

        /// - Parameter key: the columns that a row is found by, as they are now.
        private func texts(
            _ table: String, _ names: [StaticString], by key: String, _ old: ColumnSeal, _ new: ColumnSeal,
            _ database: Database
        ) throws {
            let keys = key.split(separator: ", ")
            let found = names.map { "\($0)" }.joined(separator: ", ")
            let rows = try Row.fetchAll(database, sql: "SELECT \(found), \(key) FROM \(table)")
            for row in rows {
                var columns = ColumnReader(row)
                var arguments = StatementArguments()
                for name in names {
                    let text = try old.opened(ifAny: try columns.optional(String.self), name)
                    arguments += [try new.sealed(ifAny: text, name)]
                }
                for index in keys.indices { arguments += [row[names.count + index] as DatabaseValue] }
                try database.execute(
                    sql: """
                        UPDATE \(table) SET \(names.map { "\($0) = ?" }.joined(separator: ", "))
                        WHERE \(keys.map { "\($0) = ?" }.joined(separator: " AND "))
                        """, arguments: arguments)
            }
        }
    }
#endif
