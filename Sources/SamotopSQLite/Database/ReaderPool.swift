#if SQLite
    import GRDB
    import SamotopContacts
    import SamotopCore
    import Synchronization

    /// A few connections that only read, each with its own compiled statements, on threads of their own: no event loop and no
    /// thread of Swift's pool waits for the disk.
    final class ReaderPool: Sendable {
        private let threads: StorageThreads
        /// Nil once closed.
        private let idle: Mutex<[DatabaseQueue]?>

        init(_ connections: [DatabaseQueue], name: String) {
            threads = StorageThreads(count: connections.count, name: "\(name)-read")
            idle = Mutex(connections)
        }

        /// Reads what was committed before. Statements see one state of the file only inside a transaction.
        func read<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
            try await threads.run { [self] in
                // There are as many threads as connections.
                guard let connection = idle.withLock({ $0?.popLast() }) else {
                    throw ContactStoreError.failed(cause: "the stores are closed")
                }
                defer { giveBack(connection) }
                do { return try connection.unsafeRead(work) } catch { throw ContactStoreError(error) }
            }
        }

        /// Closes those that are idle, the others when they are done.
        func close() {
            let connections = idle.withLock { idle in
                defer { idle = nil }
                return idle ?? []
            }
            for connection in connections { try? connection.close() }
        }

        private func giveBack(_ connection: DatabaseQueue) {
            let isClosed = idle.withLock { idle in
                idle?.append(connection)
                return idle == nil
            }
            if isClosed { try? connection.close() }
        }
    }
#endif
