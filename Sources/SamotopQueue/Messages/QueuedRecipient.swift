public import SMTP

/// A recipient in a job.
public struct QueuedRecipient: Sendable, Hashable {
    /// Its place among the message's recipients, from 0.
    public let number: Int
    /// Where the message goes.
    public let path: Mailbox
    /// From RCPT.
    public let parameters: RcptParameters
    /// Attempts made before this one.
    public let attempts: Int

    /// Makes a recipient.
    public init(number: Int, path: Mailbox, parameters: RcptParameters = RcptParameters(), attempts: Int = 0) {
        self.number = number
        self.path = path
        self.parameters = parameters
        self.attempts = attempts
    }
}
