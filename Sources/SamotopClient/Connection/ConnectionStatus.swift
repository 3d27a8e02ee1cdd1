import Synchronization

/// What other threads may know of a connection.
final class ConnectionStatus: Sendable {
    private let reusable = Atomic<Bool>(false)

    /// Whether another message can be sent. Set by the handler alone.
    var isReusable: Bool {
        get { reusable.load(ordering: .relaxed) }
        set { reusable.store(newValue, ordering: .relaxed) }
    }
}
