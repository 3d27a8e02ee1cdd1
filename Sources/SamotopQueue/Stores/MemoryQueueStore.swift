public import SamotopCore
import Synchronization

/// A queue in memory: for tests, and for programs whose mail need not outlive them.
public final class MemoryQueueStore: QueueStore {
    private struct State {
        var messages: [String: (facts: MessageFacts, status: MessageStatus, content: any MailContent, order: Int)] = [:]
        var added = 0
        var recent: RecentKeys

        mutating func add(_ message: NewMessage, _ facts: MessageFacts) -> Bool {
            let id = message.message.id
            guard messages[id] == nil, !recent.contains(MessageKey(id)) else { return false }
            added += 1
            messages[id] = (facts, MessageStatus(), message.content, added)
            return true
        }
    }

    private let state: Mutex<State>

    /// An empty queue.
    ///
    /// - Parameter rememberedMessages: messages finished last that are known, so that they aren't queued again.
    public init(rememberedMessages: Int = 100_000) {
        state = Mutex(State(recent: RecentKeys(maximum: rememberedMessages)))
    }

    public func load() async throws -> QueueContents {
        state.withLock { state in
            QueueContents(
                messages: state.messages.values.sorted { $0.order < $1.order }
                    .map { StoredMessage(facts: $0.facts, status: $0.status) })
        }
    }

    public func add(_ messages: [NewMessage]) async throws -> [Bool] {
        let facts = try messages.map { try MessageFacts($0) }
        return state.withLock { state in zip(messages, facts).map { state.add($0, $1) } }
    }

    public func record(_ changes: [QueueChange]) async throws {
        let notices = try changes.map { try $0.notice.map { try MessageFacts($0) } }
        state.withLock { state in
            for (change, facts) in zip(changes, notices) {
                switch change {
                case .status(let id, let status, notice: _): state.messages[id]?.status = status
                case .finished(let id, notice: _):
                    if state.messages.removeValue(forKey: id) != nil { state.recent.insert(MessageKey(id), in: 0) }
                }
                if let notice = change.notice, let facts { _ = state.add(notice, facts) }
            }
        }
    }

    public func content(of id: String) async throws -> any MailContent {
        guard let content = state.withLock({ $0.messages[id]?.content }) else { throw QueueStoreError.unknownMessage }
        return content
    }
}
