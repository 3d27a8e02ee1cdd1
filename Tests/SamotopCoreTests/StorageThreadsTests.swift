import Dispatch
import SamotopCore
import Testing

@Suite(.timeLimit(.minutes(10))) struct StorageThreadsTests {
    @Test func oneThreadKeepsTheOrder() async throws {
        let threads = StorageThreads(count: 1)
        let log = RecordingLog()
        for number in 0..<10_000 { threads.start { log.add("\(number)") } }
        try await threads.run {}
        #expect(log.names == (0..<10_000).map(String.init))
    }

    @Test func everythingIsRunOnce() async throws {
        let threads = StorageThreads(count: 4)
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<2_000 { group.addTask { try await threads.run { number } } }
            return try await group.reduce(0, +)
        }
        #expect(sum == 1_999_000)
        await #expect(throws: Fault.self) { try await threads.run { throw Fault() } }
    }

    @Test("A thread can wait for what another one does, before and after it is done")
    func begunWork() throws {
        let threads = StorageThreads(count: 1)
        let (first, second) = (threads.begin { 1 }, threads.begin { throw Fault() } as BegunWork<Int>)
        #expect(throws: Fault.self) { try second.wait() }
        #expect(try first.wait() == 1)
        #expect(try first.wait() == 1)
    }

    /// Work that is done holds nothing any more, though more is waiting.
    @Test func doneWorkIsLetGo() async throws {
        final class Held: Sendable {
            let bell: Bell
            init(_ bell: Bell) { self.bell = bell }
            deinit { bell.ring() }
        }
        let threads = StorageThreads(count: 1)
        let released = Bell()
        let first = DispatchSemaphore(value: 0)
        let last = DispatchSemaphore(value: 0)
        // All are there before the first is done, so the queue doesn't run empty while the third is on.
        threads.start { first.wait() }
        threads.start { [held = Held(released)] in _ = held }
        threads.start { last.wait() }
        threads.start {}
        first.signal()
        await released.heard()
        last.signal()
        try await threads.run {}
    }

    @Test func workGivenBeforeTheEndIsDone() async {
        let done = Bell()
        do {
            let threads = StorageThreads(count: 2)
            for _ in 0..<100 { threads.start { done.ring() } }
        }
        await done.heard(100)
    }
}
