import SamotopCore
import SamotopTesting
import Synchronization

@testable import SamotopQueue

/// Sleeps until the test lets time pass.
final class ManualSleeper: QueueSleeper {
    private struct State {
        var next = 0
        var sleeping: [Int: (until: Int64, continuation: CheckedContinuation<Void, any Error>)] = [:]
    }
    private let clock: ManualClock
    private let state = Mutex(State())

    init(_ clock: ManualClock) { self.clock = clock }

    func sleep(for duration: Duration) async throws {
        let until = clock.now().milliseconds + duration.milliseconds
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                state.withLock { $0.sleeping[id] = (until, continuation) }
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func cancel(_ id: Int) {
        state.withLock { $0.sleeping.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
    }

    /// The earliest moment that somebody sleeps until.
    var earliest: Int64? { state.withLock { $0.sleeping.values.map(\.until).min() } }

    /// Wakes whoever has slept long enough.
    func wake() {
        let now = clock.now().milliseconds
        let done = state.withLock { state in
            let done = state.sleeping.filter { $0.value.until <= now }
            for id in done.keys { state.sleeping[id] = nil }
            return done
        }
        for sleeper in done.values { sleeper.continuation.resume() }
    }
}
