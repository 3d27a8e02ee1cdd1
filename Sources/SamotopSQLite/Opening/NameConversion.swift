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
            let seal = try writer.write { database in
                guard let found = keeping.seal(found: try Self.found(database)) else {
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
                return wanted
            }
            // At each start: the one that wrote the file anew may have ended here.
            if keeping.converts, seal.isSealing { try removeReadable(seal, writer) }
            return seal
        }

        /// How a file is kept: the check value of its seal, 0 when it is readable.
        static func found(_ database: Database) throws -> Int64 {
            let statement = try database.cachedStatement(sql: "SELECT value FROM totals WHERE name = ?")
            return try Int64.fetchOne(statement, arguments: [mark]) ?? 0
        }

        /// The same for a file that nobody has open.
        static func found(in path: String) throws -> Int64 {
            try StoreConnection.reader(path).unsafeRead { try found($0) }
        }

        /// Refuses when the file is kept otherwise by now than with this seal: another process has written it anew.
        static func require(_ seal: ColumnSeal, _ database: Database) throws {
            guard try found(database) == seal.mark else {
                throw ContactStoreError.failed(
                    cause: "the server has sealed the names in this file, or opened them, meanwhile; start again")
            }
        }

        /// Freed pages are zeros; the log, and copies from before other changes, must not say more.
        private func removeReadable(_ seal: ColumnSeal, _ writer: DatabaseQueue) throws {
            try writer.writeWithoutTransaction { database in
                let row = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
                guard row?.first.flatMap({ Int.fromDatabaseValue($0.1) }) == 0 else {
                    throw ContactStoreError.failed(
                        cause: "another process reads what the log of \(files.database) holds; end it, and start again")
                }
            }
            for version in 1...max(1, files.kind.steps.count) {
                let copy = files.backup(before: version)
                SystemFile.remove("\(copy).new")
                guard SystemFile.exists(copy), (try? Self.found(in: copy)) != seal.mark else { continue }
                for part in ["-journal", "-wal", "-shm", ""] { SystemFile.remove(copy + part) }
            }
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
            try texts("passes", ["word", "note", "domain"], by: "owner, word", old, new, database)
            try texts("policies", ["address"], by: "owner, address", old, new, database)
            try audit(from: old, to: new, database)
        }

        /// There may be a million of them: a part at a time.
        private func audit(from old: ColumnSeal, to new: ColumnSeal, _ database: Database) throws {
            guard !keeping.dropsAudit else { return try database.execute(sql: "DELETE FROM audit") }
            let names: [StaticString] = ["sender", "cause"]
            let part = try database.cachedStatement(
                sql: "SELECT sender, cause, number FROM audit WHERE number > ? ORDER BY number LIMIT 1000")
            var after: Int64? = Int64.min
            while let last = after {
                let rows = try Row.fetchAll(part, arguments: [last])
                try write(rows, "audit", names, by: ["number"], old, new, database)
                after = rows.last.flatMap { row in
                    let number: DatabaseValue = row[names.count]
                    return Int64.fromDatabaseValue(number)
                }
            }
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
            let found = names.map { "\($0)" }.joined(separator: ", ")
            let rows = try Row.fetchAll(database, sql: "SELECT \(found), \(key) FROM \(table)")
            let keys = key.split(separator: ", ").map(String.init)
            try write(rows, table, names, by: keys, old, new, database)
        }

        /// - Parameter rows: the columns, then those that a row is found by.
        private func write(
            _ rows: [Row], _ table: String, _ names: [StaticString], by keys: [String], _ old: ColumnSeal,
            _ new: ColumnSeal, _ database: Database
        ) throws {
            let update = try database.cachedStatement(
                sql: """
                    UPDATE \(table) SET \(names.map { "\($0) = ?" }.joined(separator: ", "))
                    WHERE \(keys.map { "\($0) = ?" }.joined(separator: " AND "))
                    """)
            for row in rows {
                var columns = ColumnReader(row)
                var arguments = StatementArguments()
                for name in names {
                    let text = try old.opened(ifAny: try columns.optional(String.self), name)
                    arguments += [try new.sealed(ifAny: text, name)]
                }
                for index in keys.indices { arguments += [row[names.count + index] as DatabaseValue] }
                try update.execute(arguments: arguments)
            }
        }
    }
#endif
