/// What a store holds when it is opened.
public struct QueueContents: Sendable {
    /// The messages that aren't finished, in the order in which they were queued.
    public var messages: [StoredMessage]
    /// What can't be read, in plain words for the operator. It is left where it is.
    public var damage: [String]

    /// Makes contents.
    public init(messages: [StoredMessage] = [], damage: [String] = []) {
        self.messages = messages
        self.damage = damage
    }
}
