import Synchronization

/// Tells one wish from the next, so that a cancellation that comes late hits no other.
final class WishTicket: Sendable {
    private let cancelled = Atomic<Bool>(false)

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    func cancel() { cancelled.store(true, ordering: .relaxed) }
}

/// What other threads may know of a connection.
final class ConnectionStatus: Sendable {
    private let reusable = Atomic<Bool>(false)

    /// Whether another message can be sent. Set by the handler alone.
    var isReusable: Bool {
        get { reusable.load(ordering: .relaxed) }
        set { reusable.store(newValue, ordering: .relaxed) }
    }
}
