#if SQLite
    import GRDB
    import SamotopContacts
    import SamotopCore
    import Synchronization

    /// The one writer. All writes that wait at the same time become one transaction with one flush; batches form by themselves
    /// while the one before is flushed.
    ///
    /// Each write has a savepoint: one that fails takes nothing from the others. Nobody gets an answer before the commit, and
    /// when that fails all of them failed. A commit that failed is never tried again: later writes put new frames in the place
    /// of the failed ones and flush those.
    final class WriteQueue: Sendable {
        /// Does a write inside the transaction; gives back what is to be done once it is durable.
        private typealias Write = @Sendable (Database) throws -> @Sendable () -> Void

        private struct Job: Sendable {
            /// Its caller goes on when the write is done and before it is durable.
            var isEarly = false
            let write: Write
            let fail: @Sendable (ContactStoreError) -> Void
        }

        private struct State {
            var jobs: [Job] = []
            /// How many of them nobody waits for.
            var unattended = 0
            /// Some callers went on before the commit that is under way.
            var owesCommit = false
            var isRunning = false
            /// Why a write was lost that nobody waited for.
            var loss: ContactStoreError?
        }

        /// So many writes at most share a transaction: readers see them, and their callers go on, only after it.
        private static let batch = 1_000
        /// Writes that nobody waits for; over it the next one waits.
        private static let backlog = 10_000

        private let connection: DatabaseQueue
        private let thread: StorageThreads
        /// Asked at the beginning of each transaction.
        private let requirement: @Sendable (Database) throws -> Void
        private let state = Mutex(State())

        /// - Parameter requirement: throws when nothing may be written any more.
        init(
            _ connection: DatabaseQueue, name: String,
            requirement: @escaping @Sendable (Database) throws -> Void = { _ in }
        ) {
            self.connection = connection
            self.requirement = requirement
            thread = StorageThreads(count: 1, name: "\(name)-write")
        }

        /// Does a write; it is durable on return.
        func write<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
            try await withCheckedThrowingContinuation { continuation in
                add(
                    Job(
                        write: { database in
                            let value = try work(database)
                            return { continuation.resume(returning: value) }
                        },
                        fail: { continuation.resume(throwing: $0) }))
            }
        }

        /// Does a write and returns before it is durable: a crash may forget it. It fails when the write does; that the commit
        /// failed nobody learns.
        func writeEarly<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
            try await withCheckedThrowingContinuation { continuation in
                add(
                    Job(
                        isEarly: true,
                        write: { database in
                            let value = try work(database)
                            return { continuation.resume(returning: value) }
                        },
                        fail: { continuation.resume(throwing: $0) }))
            }
        }

        /// Does a write soon, with the next batch; waits only when too many are behind. Throws when an earlier one of them was
        /// lost; this one is then lost too.
        func writeSoon(_ work: @escaping @Sendable (Database) throws -> Void) async throws {
            let (loss, isFull) = state.withLock { state in
                let loss = state.loss
                state.loss = nil
                guard loss == nil, state.unattended < Self.backlog else { return (loss, loss == nil) }
                state.unattended += 1
                return (nil, false)
            }
            if let loss { throw loss }
            if isFull { return try await write(work) }
            add(
                Job(
                    write: { database in
                        try work(database)
                        return { self.state.withLock { $0.unattended -= 1 } }
                    },
                    fail: { error in
                        self.state.withLock {
                            $0.unattended -= 1
                            $0.loss = error
                        }
                    }))
        }

        /// How many writes wait for their transaction to begin.
        var waiting: Int { state.withLock { $0.jobs.count } }

        /// Somebody was answered early whose commit isn't done.
        var owesCommit: Bool { state.withLock { $0.owesCommit } }

        /// Waits until all that came before is written.
        func flush() async throws { try await write { _ in } }

        /// Runs on the writer's thread, outside any transaction.
        func runApart<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
            try await thread.run { [connection] in
                do { return try connection.writeWithoutTransaction(work) } catch { throw ContactStoreError(error) }
            }
        }

        /// Closes the connection: later writes fail.
        func close() async throws {
            try await thread.run { [connection] in
                do { try connection.close() } catch { throw ContactStoreError(error) }
            }
        }

        private func add(_ job: Job) {
            let starts = state.withLock { state in
                state.jobs.append(job)
                defer { state.isRunning = true }
                return !state.isRunning
            }
            if starts { thread.start { self.drain() } }
        }

        private func drain() {
            while true {
                let jobs: ArraySlice<Job> = state.withLock { state in
                    let jobs = state.jobs.prefix(Self.batch)
                    state.jobs.removeFirst(jobs.count)
                    state.isRunning = !jobs.isEmpty
                    return jobs
                }
                if jobs.isEmpty { return }
                connection.writeWithoutTransaction { commit(jobs, $0) }
                state.withLock { $0.owesCommit = false }
            }
        }

        private func commit(_ jobs: ArraySlice<Job>, _ database: Database) {
            var done: [@Sendable () -> Void] = []
            var failed: [(job: Job, error: ContactStoreError)] = []
            // Who was told, and must not be told again.
            var told: Set<Int> = []
            do {
                try database.beginTransaction(.immediate)
                try requirement(database)
                for (index, job) in jobs.enumerated() {
                    do {
                        let tell = try Self.inSavepoint(job.write, database)
                        if job.isEarly {
                            told.insert(index)
                            state.withLock { $0.owesCommit = true }
                            tell()
                        } else {
                            done.append(tell)
                        }
                    } catch {
                        failed.append((job, ContactStoreError(error)))
                        // SQLite has taken all of it back: a full disk, for example.
                        guard database.isInsideTransaction else { throw error }
                    }
                }
                try database.commit()
                for tell in done { tell() }
                for entry in failed { entry.job.fail(entry.error) }
            } catch {
                if database.isInsideTransaction { try? database.rollback() }
                let cause = ContactStoreError(error)
                for (index, job) in jobs.enumerated() where !told.contains(index) { job.fail(cause) }
            }
        }

        private static func inSavepoint(_ write: Write, _ database: Database) throws -> @Sendable () -> Void {
            var tell: @Sendable () -> Void = {}
            try database.inSavepoint {
                tell = try write(database)
                return .commit
            }
            return tell
        }
    }
#endif
