#if SQLite
    import GRDB
    import SamotopContacts

    /// An open file: one writer, some readers, and the mark that it is in use. The stores in it share it.
    final class StoreDatabase: Sendable {
        /// The key of the hashes in it; nil: it holds none.
        let key: InstanceKey?
        /// How its columns are kept that name people.
        let seal: ColumnSeal
        private let writes: WriteQueue
        private let readers: ReaderPool
        private let mark: InUseMark

        init(
            name: String, writer: DatabaseQueue, readers: [DatabaseQueue], key: InstanceKey?, mark: InUseMark,
            seal: ColumnSeal
        ) {
            self.key = key
            self.seal = seal
            self.mark = mark
            self.readers = ReaderPool(readers, name: name)
            writes = WriteQueue(writer, name: name) { try NameConversion.require(seal, $0) }
        }

        /// Before the connections go: the last one that does takes the log with it.
        deinit { mark.remove() }

        /// Reads what was committed before.
        func read<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
            try await readers.read(work)
        }

        /// The same, after what was answered early is committed as well.
        func readLatest<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
            if writes.owesCommit { try await flush() }
            return try await readers.read(work)
        }

        /// Does a write in one step; it is durable on return.
        @discardableResult
        func write<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
            try await writes.write(work)
        }

        /// Does a write in one step, and returns before it is durable: a crash may forget it.
        func writeEarly<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
            try await writes.writeEarly(work)
        }

        /// Does a write soon: a crash may forget it.
        func writeSoon(_ work: @escaping @Sendable (Database) throws -> Void) async throws {
            try await writes.writeSoon(work)
        }

        /// Does a write by itself, in a file whose writes aren't flushed; this one, and what came before it, is durable on return.
        func writeFlushed<Value: Sendable>(
            _ work: @escaping @Sendable (Database) throws -> Value
        ) async throws -> Value {
            try await writes.runApart { [seal] database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                defer { try? database.execute(sql: "PRAGMA synchronous = NORMAL") }
                var value: Value?
                try database.inTransaction(.immediate) {
                    try NameConversion.require(seal, database)
                    value = try work(database)
                    return .commit
                }
                guard let value else { throw ContactStoreError.failed(cause: "nothing was written") }
                return value
            }
        }

        /// Waits until all that came before is written.
        func flush() async throws { try await writes.flush() }

        /// Moves the log into the file and empties it: what was removed is then in neither.
        func checkpoint() async throws {
            try await writes.runApart { database in
                let row = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
                guard row?.first.flatMap({ Int.fromDatabaseValue($0.1) }) == 0 else {
                    throw ContactStoreError.failed(cause: "another process reads what the log holds; try again")
                }
            }
        }

        /// Every page is looked at: takes seconds for each gigabyte. Throws ``ContactStoreError/unusable(cause:)``.
        func check() async throws {
            let found = try await read { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") }
            guard found == "ok" else { throw ContactStoreError.unusable(cause: "damaged: \(found ?? "no answer")") }
        }

        /// Writes what waits and closes the file; whoever asks afterwards gets an error.
        func close() async throws {
            var failure: (any Error)?
            do { try await flush() } catch { failure = error }
            // If that fails the log stays: SQLite reads it at the next start.
            try? await checkpoint()
            readers.close()
            mark.remove()
            try await writes.close()
            if let failure { throw failure }
        }
    }
#endif
