import Synchronization

/// How far a check has come, also for who stops waiting for it.
final class SPFProgress: Sendable {
    private struct State {
        var steps: [SPFStep] = []
        var decided: SPFFinding?
    }

    private let maximumSteps: Int
    private let state = Mutex(State())

    init(maximumSteps: Int) { self.maximumSteps = maximumSteps }

    /// What was done until now.
    var steps: [SPFStep] { state.withLock { $0.steps } }

    /// The finding, when only its explanation is still to come.
    var decided: SPFFinding? { state.withLock { $0.decided } }

    func add(_ step: SPFStep) {
        state.withLock { state in
            if state.steps.count < maximumSteps { state.steps.append(step) }
        }
    }

    func decide(_ finding: SPFFinding) { state.withLock { $0.decided = finding } }
}
