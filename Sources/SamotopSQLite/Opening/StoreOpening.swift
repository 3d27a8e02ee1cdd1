#if SQLite
    import GRDB
    import SamotopContacts

    /// Opens a file of stores, or says what is wrong with it. A file that was there once is never silently replaced by an empty
    /// one.
    struct StoreOpening {
        let files: StoreFiles
        /// The tables' steps; tests bring others.
        var steps: [String]
        /// Octets up to which the file is checked wholly, its indices against the rows, when it is opened; up to eight times as
        /// many its pages are looked at. Either takes about half a second.
        var checked = 64 << 20
        /// How names are kept.
        var names = NameKeeping()
        private let readers = 3

        init(_ files: StoreFiles) {
            self.files = files
            steps = files.kind.steps
        }

        /// Blocks: not for event loops.
        func open() throws(ContactStoreError) -> StoreDatabase {
            do { return try openChecked() } catch { throw explained(error) }
        }

        /// Reads the file, which is there or was, without opening it for changes. Blocks, too.
        func readOnly<Value>(_ read: (Database) throws -> Value) throws(ContactStoreError) -> Value {
            do {
                guard SystemFile.exists(files.database) else { throw missing }
                try SystemFile.requirePrivate(files.database)
                try InUseMark.requireLog(files)
                _ = try inspect(files.kind.hasKey ? InstanceKey(files) : nil)
                return try look(read)
            } catch { throw explained(error) }
        }

        private func openChecked() throws -> StoreDatabase {
            if !SystemFile.exists(files.database) { try start() }
            let key = try files.kind.hasKey ? InstanceKey(files) : nil
            try SystemFile.requirePrivate(files.database)
            try InUseMark.requireLog(files)
            let version = try inspect(key)
            // A file that was restored alone has none.
            if !SystemFile.exists(files.witness) { try SystemFile.create(files.witness) }
            let writer = try StoreConnection.writer(files.database, flushesEachWrite: files.kind.flushesEachWrite)
            if version < steps.count { try migrate(writer, from: version) }
            // A log that holds something is there once a transaction was written.
            try writer.write { try $0.execute(sql: "UPDATE totals SET value = value + 1 WHERE name = 'revision'") }
            let seal = try NameConversion(files: files, keeping: names).settle(writer)
            let mark = try InUseMark(files)
            let readers = try (0..<readers).map { _ in try StoreConnection.reader(files.database) }
            if let function = seal.function {
                for reader in readers { reader.unsafeRead { $0.add(function: function) } }
            }
            return StoreDatabase(
                name: files.kind.name, writer: writer, readers: readers, key: key, mark: mark, seal: seal)
        }

        /// The first start. First a whole database under another name, then the key or witness, then its own name: whenever the
        /// process dies, the next start knows how far this one came.
        private func start() throws {
            if SystemFile.exists(files.witness) && SystemFile.exists(files.unfinished) {
                return try SystemFile.rename(files.unfinished, to: files.database)
            }
            guard !files.hasTraces else { throw missing }
            for part in ["-journal", "-wal", "-shm", ""] { SystemFile.remove(files.unfinished + part) }
            let key = files.kind.hasKey ? InstanceKey.random() : nil
            try SystemFile.create(files.unfinished)
            let maker = try StoreConnection.maker(files.unfinished)
            // Now, where a crash in the midst of it does no harm.
            try maker.writeWithoutTransaction { _ = try Row.fetchAll($0, sql: "PRAGMA journal_mode = WAL") }
            try maker.write { database in
                try database.execute(sql: "PRAGMA application_id = \(files.kind.applicationID)")
                try apply(steps[...], from: 0, database)
                try NameConversion(files: files, keeping: names).begin(database)
                guard let key else { return }
                try database.execute(
                    sql: "INSERT INTO facts VALUES ('key check', ?)", arguments: [key.checkValue.blob])
            }
            try maker.close()
            try SystemFile.flush(files.unfinished)
            if let key { try key.create(files) } else { try SystemFile.create(files.witness) }
            try SystemFile.rename(files.unfinished, to: files.database)
        }

        private var missing: ContactStoreError {
            .unusable(
                cause: """
                    \(files.database) is missing, though it was here before. Restore it from a backup\
                    \(files.newestBackup.map { ", for example from \($0)" } ?? ""). To start with an empty one, remove also \
                    \(files.witness), \(files.log), \(files.mark) and \(files.database).before-*
                    """)
        }

        /// Looks without touching: that it is ours, whole, not newer, and the key's. Returns the version of its tables.
        private func inspect(_ key: InstanceKey?) throws -> Int {
            try look { database in
                guard try Int32.fetchOne(database, sql: "PRAGMA application_id") == files.kind.applicationID else {
                    throw ContactStoreError.unusable(
                        cause: "\(files.database) is empty or another program's file; \(files.advice)")
                }
                let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                guard version >= 1 else {
                    throw ContactStoreError.unusable(
                        cause: "\(files.database) is damaged (version \(version) of its tables); \(files.advice)")
                }
                guard version <= steps.count else {
                    throw ContactStoreError.unusable(
                        cause: """
                            \(files.database) was made by a newer samotop (version \(version) of its tables, this one knows \
                            \(steps.count)). Run that one, or restore \(files.backup(before: version)) if it is there
                            """)
                }
                try requireWhole(database)
                guard let key else { return version }
                let check = try Row.fetchOne(database, sql: "SELECT value FROM facts WHERE name = 'key check'").map {
                    row in
                    var columns = ColumnReader(row)
                    return try columns.bytes()
                }
                guard check == key.checkValue else {
                    throw ContactStoreError.unusable(
                        cause: """
                            \(files.key) isn't the key that \(files.database) was made with. Restore both from the same backup
                            """)
                }
                return version
            }
        }

        /// Reads without changing anything, but for what a crash left half done: that only a connection that writes can take
        /// back.
        private func look<Value>(_ read: (Database) throws -> Value) throws -> Value {
            do {
                return try StoreConnection.reader(files.database).unsafeRead(read)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_READONLY {
                return try StoreConnection.maker(files.database).unsafeRead(read)
            }
        }

        private func requireWhole(_ database: Database) throws {
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            let size = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0
            let octets = pages.multipliedReportingOverflow(by: size).partialValue
            guard octets <= 8 * checked else { return }
            let check = octets <= checked ? "integrity_check" : "quick_check"
            let found = try String.fetchOne(database, sql: "PRAGMA \(check)(1)")
            guard found == "ok" else {
                throw ContactStoreError.unusable(
                    cause: "\(files.database) is damaged (\(found ?? "no answer")); \(files.advice)")
            }
        }

        /// A copy first, then all steps in one transaction.
        private func migrate(_ writer: DatabaseQueue, from version: Int) throws {
            let backup = files.backup(before: steps.count)
            let unfinished = "\(backup).new"
            SystemFile.remove(unfinished)
            try SystemFile.create(unfinished)
            try writer.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [unfinished]) }
            try SystemFile.flush(unfinished)
            try SystemFile.rename(unfinished, to: backup)
            try writer.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    // Another process may have been faster.
                    guard try Int.fetchOne(database, sql: "PRAGMA user_version") == version else { return .rollback }
                    try apply(steps.dropFirst(version), from: version, database)
                    return .commit
                }
            }
        }

        private func apply(_ steps: ArraySlice<String>, from version: Int, _ database: Database) throws {
            for step in steps { try database.execute(sql: step) }
            try database.execute(sql: "PRAGMA user_version = \(version + steps.count)")
        }

        /// Whoever reads the cause knows which file it is about and what to do.
        private func explained(_ error: any Error) -> ContactStoreError {
            guard !(error is ContactStoreError), case .unusable(let cause) = ContactStoreError(error) else {
                return ContactStoreError(error)
            }
            return .unusable(cause: "can't open \(files.database) (\(cause)); \(files.advice)")
        }
    }
#endif
