/// The changes that are not durable yet, in order, and who waits until they are.
///
/// One batch is under way at a time: what is made meanwhile is the next one.
struct Recording {
    private var waiting: [QueueChange] = []
    private var batch: [QueueChange] = []
    /// Changes ever made, and ever durable.
    private var made: UInt64 = 0
    private var durable: UInt64 = 0
    private var waiters: [(upTo: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
    /// No batch begins: the store is given time.
    var isResting = false

    /// Of changes.
    var count: Int { waiting.count + batch.count }

    /// Everything that was ever made is durable.
    var isComplete: Bool { durable == made }

    mutating func add(_ changes: [QueueChange]) {
        waiting += changes
        made += UInt64(changes.count)
    }

    /// All that waits; nil: nothing does, or it isn't the time.
    mutating func nextBatch() -> [QueueChange]? {
        guard batch.isEmpty, !waiting.isEmpty, !isResting else { return nil }
        swap(&batch, &waiting)
        return batch
    }

    /// The batch under way is durable: who waited for its changes goes on.
    ///
    /// - Returns: the batch.
    mutating func didRecord() -> [QueueChange] {
        let done = batch
        batch = []
        durable += UInt64(done.count)
        let reached = waiters.filter { $0.upTo <= durable }
        waiters.removeAll { $0.upTo <= durable }
        for waiter in reached { waiter.continuation.resume() }
        return done
    }

    /// The batch under way is to be recorded again, before all others.
    mutating func couldNotRecord() {
        waiting = batch + waiting
        batch = []
    }

    /// Goes on when all that was made until now is durable.
    mutating func wait(_ continuation: CheckedContinuation<Void, any Error>) {
        waiters.append((made, continuation))
    }

    /// Nothing becomes durable any more.
    mutating func giveUp(_ error: any Error) {
        for waiter in waiters { waiter.continuation.resume(throwing: error) }
        waiters = []
    }
}
