import Synchronization

/// What other threads may know of a connection.
final class ConnectionStatus: Sendable {
    /// Whether another message can be sent.
    let isReusable = Atomic<Bool>(false)
}
