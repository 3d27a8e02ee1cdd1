public import SamotopCore

/// A message to be queued.
public struct NewMessage: Sendable {
    /// Its facts.
    public let message: QueuedMessage
    /// To whom; 1 to 1,000.
    public let recipients: [NewRecipient]
    /// The octets to be sent, our trace fields included.
    public let content: any MailContent

    /// Recipients that one queued message may have.
    public static let maximumRecipients = 1_000

    /// Makes a message.
    public init(_ message: QueuedMessage, to recipients: [NewRecipient], content: any MailContent) {
        self.message = message
        self.recipients = recipients
        self.content = content
    }
}
