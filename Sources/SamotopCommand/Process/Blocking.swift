import Dispatch
import Synchronization

/// Runs asynchronous work to its end while the calling thread, the process's first, waits for it.
///
/// An asynchronous `main` would let that thread go into a state in which the C library no longer changes its user:
/// it would keep root's rights for as long as the process lives. So everything that needs root happens before, without
/// concurrency.
enum Blocking {
    static func run(_ work: @escaping @Sendable () async throws -> Void) throws {
        let done = DispatchSemaphore(value: 0)
        let outcome = Outcome()
        Task {
            do { try await work() } catch { outcome.fail(error) }
            done.signal()
        }
        done.wait()
        try outcome.get()
    }

    private final class Outcome: Sendable {
        private let error = Mutex<(any Error)?>(nil)
        func fail(_ error: any Error) { self.error.withLock { $0 = error } }
        func get() throws { if let error = error.withLock({ $0 }) { throw error } }
    }
}
