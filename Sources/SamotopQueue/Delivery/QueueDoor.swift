import Synchronization

/// A way into a queue that isn't made yet: a transport that queues is made before the queue that it delivers for.
public final class QueueDoor: QueueIntake {
    private let queue = Mutex<(any QueueIntake)?>(nil)

    /// Closed: whoever comes is told to come again.
    public init() {}

    /// Leads to a queue from now on.
    public func open(to queue: any QueueIntake) { self.queue.withLock { $0 = queue } }

    public func add(_ messages: [NewMessage]) async throws -> [Bool] {
        guard let queue = queue.withLock({ $0 }) else { throw QueueStoreError.failed(cause: "queue: not open yet") }
        return try await queue.add(messages)
    }
}
