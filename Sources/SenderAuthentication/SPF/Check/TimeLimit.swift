/// What `work` returns; nil when `limit` passes first by `clock`, or the task is cancelled. The work is cancelled then, and not
/// waited for: it may hang in somebody else's hands.
func value<Value: Sendable>(
    within limit: Duration, by clock: any Clock<Duration>, of work: @escaping @Sendable () async -> Value
) async -> Value? {
    let (values, continuation) = AsyncStream<Value?>.makeStream()
    let working = Task { continuation.yield(await work()) }
    let timing = Task {
        do { try await clock.sleep(for: limit) } catch { return }
        continuation.yield(nil)
    }
    defer {
        working.cancel()
        timing.cancel()
    }
    var iterator = values.makeAsyncIterator()
    return await iterator.next() ?? nil
}
