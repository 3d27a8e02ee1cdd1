/// A message as a store brings it back.
public struct StoredMessage: Sendable, Hashable {
    /// As it was added.
    public var facts: MessageFacts
    /// The last recorded status of each recipient; empty when none was ever recorded.
    public var status: MessageStatus

    /// Makes a message.
    public init(facts: MessageFacts, status: MessageStatus = MessageStatus()) {
        self.facts = facts
        self.status = status
    }
}
