public import SMTP

/// A recipient of a message to be queued.
public struct NewRecipient: Sendable, Hashable {
    /// Where the message goes.
    public let path: Mailbox
    /// From RCPT.
    public let parameters: RcptParameters
    /// The next hop.
    public let destination: QueueDestination

    /// Makes a recipient.
    ///
    /// - Parameter destination: nil: the recipient's domain.
    public init(
        _ path: Mailbox, parameters: RcptParameters = RcptParameters(), destination: QueueDestination? = nil
    ) {
        self.path = path
        self.parameters = parameters
        self.destination = destination ?? QueueDestination(path.domain)
    }
}
