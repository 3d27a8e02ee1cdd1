public import SMTP
public import SamotopCore

/// A queued message's envelope facts, without its recipients and its content.
public struct QueuedMessage: Sendable, Hashable {
    /// Unique among all messages ever queued; 1 to 128 octets.
    public let id: String
    /// From MAIL; `<>` for a notification, of which nobody is ever notified.
    public let reversePath: ReversePath
    /// From MAIL.
    public var parameters: MailParameters
    /// Whose message it is.
    public let submitter: Submitter
    /// When it was queued, to the millisecond. Its lifetime counts from here.
    public var arrived: Timestamp
    /// Octets of the content.
    public let size: Int

    /// Makes a message's facts.
    public init(
        id: String, reversePath: ReversePath, parameters: MailParameters = MailParameters(), submitter: Submitter,
        arrived: Timestamp, size: Int
    ) {
        self.id = id
        self.reversePath = reversePath
        self.parameters = parameters
        self.submitter = submitter
        self.arrived = arrived
        self.size = size
    }
}
