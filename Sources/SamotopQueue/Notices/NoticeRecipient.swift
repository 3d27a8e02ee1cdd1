public import SMTP
public import SamotopCore

/// One recipient in a notification.
public struct NoticeRecipient: Sendable, Hashable {
    /// Its place among the message's recipients, from 0.
    public let number: Int
    /// Final-Recipient.
    public let path: Mailbox
    /// NOTIFY, and Original-Recipient.
    public let parameters: RcptParameters
    /// Attempts made.
    public let attempts: Int
    /// The last failure; nil when none was met, or of a success.
    public let failure: AttemptFailure?
    /// What the peer said to the final dot, of a success.
    public let reply: RemoteReply?
    /// It failed because its time was over (status 4.4.7), not because somebody said never.
    public let isExpired: Bool
    /// Delayed: how long it is tried (Will-Retry-Until).
    public let expires: Timestamp?

    /// Makes a recipient.
    public init(
        number: Int, path: Mailbox, parameters: RcptParameters = RcptParameters(), attempts: Int = 0,
        failure: AttemptFailure? = nil, reply: RemoteReply? = nil, isExpired: Bool = false, expires: Timestamp? = nil
    ) {
        self.number = number
        self.path = path
        self.parameters = parameters
        self.attempts = attempts
        self.failure = failure
        self.reply = reply
        self.isExpired = isExpired
        self.expires = expires
    }
}
