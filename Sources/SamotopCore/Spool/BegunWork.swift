import Synchronization

/// Work on another thread, whose end a thread can wait for.
package final class BegunWork<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let waiting = WaitingRoom()

    func finish(_ result: Result<Value, any Error>) {
        self.result.withLock { $0 = result }
        waiting.signalAll()
    }

    /// Blocks until it is over. Never on an event loop, or on a thread of the pool that does the work.
    package func wait() throws -> Value {
        while true {
            let ticket = waiting.ticket
            if let result = result.withLock({ $0 }) { return try result.get() }
            waiting.wait(since: ticket)
        }
    }
}
