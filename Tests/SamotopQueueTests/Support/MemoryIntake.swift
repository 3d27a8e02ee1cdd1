import Synchronization

@testable import SamotopQueue

/// A queue that keeps what it is given, and takes no message whose id begins with `full`.
final class MemoryIntake: QueueIntake {
    private let kept = Mutex<[NewMessage]>([])

    var messages: [NewMessage] { kept.withLock { $0 } }

    func add(_ messages: [NewMessage]) async throws -> [Bool] {
        guard !messages.contains(where: { $0.message.id.hasPrefix("full") }) else {
            throw QueueStoreError.insufficientStorage(cause: "test")
        }
        kept.withLock { $0 += messages }
        return messages.map { _ in true }
    }
}
