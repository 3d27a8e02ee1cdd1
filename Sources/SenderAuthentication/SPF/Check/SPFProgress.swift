import Synchronization

/// What a check comes to if its time is over now, for who stops waiting for it.
final class SPFProgress: Sendable {
    private let state: Mutex<SPFFinding>

    init(_ finding: SPFFinding) { state = Mutex(finding) }

    /// What it comes to.
    var finding: SPFFinding { state.withLock { $0 } }

    /// The check has come further.
    func update(_ finding: SPFFinding) { state.withLock { $0 = finding } }
}
