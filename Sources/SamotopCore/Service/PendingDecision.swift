import Synchronization

/// Where a decision lands. Most are made before the asking call returns; only one that really waits wakes the session.
final class PendingDecision: Sendable {
    private enum State {
        case asking, waited, abandoned(@Sendable (Decision) -> Void), made(Decision), taken
    }

    private let state = Mutex(State.asking)
    private let wake: @Sendable () -> Void

    init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

    /// The decision is made.
    func make(_ decision: Decision) {
        let previous = state.withLock { state in
            defer { state = .made(decision) }
            return state
        }
        switch previous {
        case .waited: wake()
        case .abandoned(let body): body(decision)
        case .asking, .made, .taken: break
        }
    }

    /// Nobody waits any more; `body` still gets the decision, at once if it is made.
    func whenMade(_ body: @escaping @Sendable (Decision) -> Void) {
        let made: Decision? = state.withLock { state in
            if case .made(let decision) = state { return decision }
            state = .abandoned(body)
            return nil
        }
        if let made { body(made) }
    }

    /// True when nobody waits any more.
    var isAbandoned: Bool {
        state.withLock { state in
            if case .abandoned = state { true } else { false }
        }
    }

    /// Takes the decision. Nil: it isn't made yet, and `wake` will be called when it is.
    func take() -> Decision? {
        state.withLock { state in
            switch state {
            case .made(let decision):
                state = .taken
                return decision
            case .asking:
                state = .waited
                return nil
            case .waited, .abandoned, .taken:
                return nil
            }
        }
    }
}
