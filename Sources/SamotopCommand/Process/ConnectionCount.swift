import NIOCore
import Synchronization

/// Connections that are open at the same time.
final class ConnectionCount: Sendable {
    private let count = Atomic(0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Counts a connection until it closes; false when there are enough.
    func admit(_ channel: any Channel) -> Bool {
        channel.closeFuture.whenComplete { [self] _ in count.subtract(1, ordering: .relaxed) }
        return count.add(1, ordering: .relaxed).newValue <= limit
    }
}
