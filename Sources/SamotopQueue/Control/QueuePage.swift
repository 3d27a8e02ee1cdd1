/// Some of the messages that match.
public struct QueuePage: Sendable, Hashable, Codable {
    public var entries: [QueueEntry]
    /// Where the next page begins; nil: this is the last one.
    public var next: Int?
}
