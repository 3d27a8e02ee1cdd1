import Dispatch
import Synchronization

/// Runs asynchronous work to its end while the calling thread, the process's first, waits for it.
///
/// An asynchronous `main` would let that thread go into a state in which the C library no longer changes its user:
/// it would keep root's rights for as long as the process lives. So everything that needs root happens before, without
/// concurrency.
enum Blocking {
    @discardableResult
    static func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
        let done = DispatchSemaphore(value: 0)
        let outcome = Outcome<Value>()
        Task {
            do { outcome.put(.success(try await work())) } catch { outcome.put(.failure(error)) }
            done.signal()
        }
        done.wait()
        return try outcome.get()
    }

    private final class Outcome<Value: Sendable>: Sendable {
        private let result = Mutex<Result<Value, any Error>?>(nil)
        func put(_ result: Result<Value, any Error>) { self.result.withLock { $0 = result } }
        func get() throws -> Value {
            guard let result = result.withLock({ $0 }) else { throw CancellationError() }
            return try result.get()
        }
    }
}
