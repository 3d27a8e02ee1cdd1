#if SQLite
    import GRDB
    import SamotopContacts
    import Synchronization
    import Testing

    @testable import SamotopSQLite

    @Suite("Group commit")
    struct WriteQueueTests {
        private func queue(_ body: (DatabaseQueue, WriteQueue) async throws -> Void) async throws {
            let connection = try DatabaseQueue()
            try await connection.write { try $0.execute(sql: "CREATE TABLE t (n INTEGER UNIQUE)") }
            try await body(connection, WriteQueue(connection, name: "test"))
        }

        private static func insert(_ number: Int) -> @Sendable (Database) throws -> Void {
            { try $0.execute(sql: "INSERT INTO t VALUES (?)", arguments: [number]) }
        }

        @Test("what waits at the same time is one transaction")
        func batches() async throws {
            try await queue { connection, writes in
                let commits = CommitCounter()
                connection.add(transactionObserver: commits, extent: .databaseLifetime)
                let gate = Gate()
                async let first: Void = writes.write { _ in gate.wait() }
                while !gate.isReached { await Task.yield() }
                try await withThrowingTaskGroup { group in
                    for number in 0..<200 { group.addTask { try await writes.write(Self.insert(number)) } }
                    // All wait behind the first one.
                    group.addTask {
                        while writes.waiting < 200 { await Task.yield() }
                        gate.open()
                    }
                    try await group.waitForAll()
                }
                try await first
                #expect(commits.count == 1, "of those that changed something")
                try await #expect(connection.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == 200)
            }
        }

        @Test("one that fails takes nothing from the others of its transaction")
        func failures() async throws {
            try await queue { connection, writes in
                let gate = Gate()
                async let first: Void = writes.write { _ in gate.wait() }
                while !gate.isReached { await Task.yield() }
                let results = await withTaskGroup { group in
                    for number in 0..<100 {
                        group.addTask {
                            do {
                                try await writes.write { database in
                                    try Self.insert(number)(database)
                                    if number % 3 == 0 { try Self.insert(number)(database) }
                                }
                                return (number, true)
                            } catch { return (number, false) }
                        }
                    }
                    group.addTask {
                        while writes.waiting < 100 { await Task.yield() }
                        gate.open()
                        return (1, true)
                    }
                    return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                }
                try await first
                for (number, succeeded) in results { #expect(succeeded == (number % 3 != 0)) }
                let found = try await connection.read { try Int.fetchSet($0, sql: "SELECT n FROM t") }
                #expect(found == Set((0..<100).filter { $0 % 3 != 0 }))
            }
        }

        @Test("when the transaction is gone, all of it failed, and the next one works")
        func aborted() async throws {
            try await queue { connection, writes in
                let gate = Gate()
                async let first: Void = writes.write { _ in gate.wait() }
                while !gate.isReached { await Task.yield() }
                let failed = await withTaskGroup { group in
                    for number in 0..<20 {
                        group.addTask {
                            do {
                                try await writes.write { database in
                                    try Self.insert(number)(database)
                                    if number == 7 { try database.execute(sql: "ROLLBACK; SELECT nothing") }
                                }
                                return false
                            } catch { return true }
                        }
                    }
                    group.addTask {
                        while writes.waiting < 20 { await Task.yield() }
                        gate.open()
                        return false
                    }
                    return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                try await first
                #expect(failed == 20)
                try await writes.write(Self.insert(1_000))
                try await #expect(connection.read { try Int.fetchSet($0, sql: "SELECT n FROM t") } == [1_000])
            }
        }

        @Test("an early answer comes before the commit, and only once")
        func early() async throws {
            try await queue { connection, writes in
                let held = Gate()
                let commits = HeldCommit(held)
                connection.add(transactionObserver: commits, extent: .databaseLifetime)
                let answer = try await writes.writeEarly { database in
                    try Self.insert(1)(database)
                    return "done"
                }
                #expect(answer == "done" && writes.owesCommit)
                held.open()
                try await writes.flush()
                while writes.owesCommit { await Task.yield() }
                try await #expect(connection.read { try Int.fetchSet($0, sql: "SELECT n FROM t") } == [1])

                // Its transaction goes: who has an answer gets no other one, and nothing is left of it.
                let gate = Gate()
                async let first: Void = writes.write { _ in gate.wait() }
                while !gate.isReached { await Task.yield() }
                async let second: Void = writes.writeEarly(Self.insert(2))
                while writes.waiting < 1 { await Task.yield() }
                let third = Task { try await writes.write { try $0.execute(sql: "ROLLBACK; SELECT nothing") } }
                while writes.waiting < 2 { await Task.yield() }
                gate.open()
                try await first
                try await second
                await #expect(throws: ContactStoreError.self) { try await third.value }
                try await #expect(connection.read { try Int.fetchSet($0, sql: "SELECT n FROM t") } == [1])
                await #expect(throws: ContactStoreError.self, "what fails before the commit fails") {
                    try await writes.writeEarly(Self.insert(1))
                }
            }
        }

        @Test("a loss that nobody waited for is told to the next")
        func loss() async throws {
            try await queue { connection, writes in
                try await writes.writeSoon(Self.insert(1))
                try await writes.writeSoon(Self.insert(1))
                try await writes.flush()
                await #expect(throws: ContactStoreError.self) { try await writes.writeSoon(Self.insert(2)) }
                try await writes.writeSoon(Self.insert(3))
                try await writes.flush()
                try await #expect(connection.read { try Int.fetchSet($0, sql: "SELECT n FROM t") } == [1, 3])
            }
        }
    }

    /// Counts commits that changed something.
    private final class CommitCounter: TransactionObserver, Sendable {
        private let state = Mutex((commits: 0, changed: false))

        var count: Int { state.withLock { $0.commits } }

        func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
        func databaseDidChange(with event: DatabaseEvent) { state.withLock { $0.changed = true } }
        func databaseDidCommit(_ database: Database) {
            state.withLock { state in
                if state.changed { state.commits += 1 }
                state.changed = false
            }
        }
        func databaseDidRollback(_ database: Database) { state.withLock { $0.changed = false } }
    }

    /// Holds commits that changed something until the gate is open.
    private final class HeldCommit: TransactionObserver, Sendable {
        private let gate: Gate
        private let changed = Mutex(false)

        init(_ gate: Gate) { self.gate = gate }

        func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
        func databaseDidChange(with event: DatabaseEvent) { changed.withLock { $0 = true } }
        func databaseWillCommit() throws { if changed.withLock({ $0 }) { gate.wait() } }
        func databaseDidCommit(_ database: Database) { changed.withLock { $0 = false } }
        func databaseDidRollback(_ database: Database) { changed.withLock { $0 = false } }
    }

    /// Holds the writer's thread until it is opened.
    private final class Gate: Sendable {
        private let opened = Atomic(false)
        private let reached = Atomic(false)

        /// Whether the thread has come to it.
        var isReached: Bool { reached.load(ordering: .acquiring) }

        func open() { opened.store(true, ordering: .releasing) }
        func wait() {
            reached.store(true, ordering: .releasing)
            while !opened.load(ordering: .acquiring) {}
        }
    }
#endif
