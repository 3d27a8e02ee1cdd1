import Synchronization

/// Work that has begun, and may take some time: then it is cancelled, and not waited for, since it may hang in somebody else's
/// hands.
///
/// The work starts at once and in place. What doesn't suspend, since all answers are at hand, costs no clock and no change of
/// threads.
struct TimedWork<Value: Sendable>: Sendable {
    private enum State {
        case done(Value)
        case running(FirstValue<Value?>, working: Task<Void, Never>, timing: Task<Void, Never>)
    }

    private let state: State

    /// - Parameters:
    ///   - limit: of time, by `clock`, from now on.
    init(within limit: Duration, by clock: any Clock<Duration>, of work: @escaping @Sendable () async -> Value) {
        let first = FirstValue<Value?>()
        let working = Task.immediate { first.set(await work()) }
        if case .some(.some(let value)) = first.value {
            state = .done(value)
            return
        }
        let timing = Task {
            do { try await clock.sleep(for: limit) } catch { return }
            first.set(nil)
        }
        state = .running(first, working: working, timing: timing)
    }

    /// What the work returns; nil when the time passed first, or this task is cancelled.
    var value: Value? {
        get async {
            switch state {
            case .done(let value):
                return value
            case .running(let first, let working, let timing):
                defer {
                    working.cancel()
                    timing.cancel()
                }
                return await withTaskCancellationHandler {
                    await first.wait()
                } onCancel: {
                    first.set(nil)
                }
            }
        }
    }
}

/// What `work` returns; nil when `limit` passes first by `clock`, or the task is cancelled.
func value<Value: Sendable>(
    within limit: Duration, by clock: any Clock<Duration>, of work: @escaping @Sendable () async -> Value
) async -> Value? {
    await TimedWork(within: limit, by: clock, of: work).value
}

/// The first value that is set; one task can wait for it.
private final class FirstValue<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiting: CheckedContinuation<Value, Never>?
    }

    private let state = Mutex(State())

    var value: Value? { state.withLock { $0.value } }

    func set(_ value: Value) {
        let waiting = state.withLock { state -> CheckedContinuation<Value, Never>? in
            guard state.value == nil else { return nil }
            state.value = value
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: value)
    }

    func wait() async -> Value {
        await withCheckedContinuation { continuation in
            let value = state.withLock { state -> Value? in
                if state.value == nil { state.waiting = continuation }
                return state.value
            }
            if let value { continuation.resume(returning: value) }
        }
    }
}
