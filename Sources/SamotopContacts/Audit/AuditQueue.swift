import SamotopCore
import Synchronization

/// Entries on their way to the store, bounded: when too many wait, new ones are dropped and counted.
final class AuditQueue: Sendable {
    private struct State {
        var waiting: [AuditEntry] = []
        var dropped = 0
    }

    private let state = Mutex(State())
    private let maximum: Int

    init(maximum: Int) { self.maximum = maximum }

    var dropped: Int { state.withLock { $0.dropped } }

    func add(_ entry: AuditEntry) {
        state.withLock { state in
            if state.waiting.count < maximum {
                state.waiting.append(entry)
            } else {
                state.dropped = state.dropped.addingWithoutOverflow(1)
            }
        }
    }

    func take() -> [AuditEntry] {
        state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    /// These couldn't be written: in front of those that came since, as many as there is room for.
    func put(back entries: [AuditEntry]) {
        state.withLock { state in
            let room = max(0, maximum - state.waiting.count)
            state.dropped = state.dropped.addingWithoutOverflow(max(0, entries.count - room))
            state.waiting = Array(entries.suffix(room)) + state.waiting
        }
    }
}
