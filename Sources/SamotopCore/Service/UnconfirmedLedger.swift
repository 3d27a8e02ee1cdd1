import SMTP
import Synchronization

/// Remembers messages whose 250 may have got lost, so that the same bytes and envelope sent again stay one copy (RFC 1047).
///
/// A 250 is confirmed by whatever the client says next. Only messages whose connection died before that are remembered:
/// a keyed hash of envelope and content, for four days, at most 10,000 of them, the oldest forgotten first.
final class UnconfirmedLedger: Sendable {
    private struct Key: Hashable {
        let first: Int
        let second: Int
    }

    private struct State {
        var expiry: [Key: Int64] = [:]
        var order: [Key] = []
        /// Messages on their way in, not hashed yet.
        var adding = 0
    }

    private static let lifetime: Int64 = 4 * 86_400
    private static let capacity = 10_000
    private let state = Mutex(State())
    private let threads = StorageThreads(count: 1)

    /// Remembers a message whose acknowledgement may be lost.
    func add(_ message: ReceivedMessage, at now: Timestamp) { add({ message }, at: now) }

    /// Remembers a message that is read when its turn comes.
    func add(_ message: @escaping @Sendable () throws -> ReceivedMessage, at now: Timestamp) {
        state.withLock { $0.adding += 1 }
        threads.start { [self] in
            let key = try? Self.key(message())
            state.withLock { state in
                state.adding -= 1
                guard let key else { return }
                if state.expiry.updateValue(now.seconds + Self.lifetime, forKey: key) == nil { state.order.append(key) }
                while state.order.count > Self.capacity { state.expiry[state.order.removeFirst()] = nil }
            }
        }
    }

    /// Runs when all that was added is remembered.
    func afterwards(_ body: @escaping @Sendable () -> Void) { threads.start(body) }

    /// True when this message was delivered before, and its acknowledgement may have been lost.
    func contains(_ message: ReceivedMessage, at now: Timestamp) async -> Bool {
        // The one thread hashes in order: what is being added is there when this message has its turn.
        guard state.withLock({ !$0.expiry.isEmpty || $0.adding > 0 }) else { return false }
        guard let key = try? await threads.run({ try Self.key(message) }) else { return false }
        return state.withLock { state in
            guard let expiry = state.expiry[key] else { return false }
            return expiry > now.seconds
        }
    }

    private static func key(_ message: ReceivedMessage) throws -> Key {
        // Swift's hasher is SipHash with a key made at random for each process: no peer can aim at a collision.
        var first = Hasher()
        var second = Hasher()
        second.combine(0)
        for hash in [message.envelope.reversePath.bytes] + message.envelope.recipients.map(\.path.bytes) {
            first.combine(hash)
            second.combine(hash)
        }
        first.combine(message.content.count)
        try message.content.read { slice in
            slice.withUnsafeBytes { bytes in
                first.combine(bytes: bytes)
                second.combine(bytes: bytes)
            }
        }
        return Key(first: first.finalize(), second: second.finalize())
    }
}
