public import SMTP
public import SamotopCore

/// A notification's text.
public struct WrittenNotice: Sendable {
    /// The octets, header section and body.
    public let content: any MailContent
    /// What MAIL has to say: SMTPUTF8, BODY.
    public let parameters: MailParameters
    /// The next hop; nil: the domain of the recipient.
    public let destination: QueueDestination?
    /// Who gets it; nil: the message's reverse-path. Another one when that stands for somebody else's address.
    public let recipient: Mailbox?

    /// Makes a notification's text.
    public init(
        content: any MailContent, parameters: MailParameters = MailParameters(), destination: QueueDestination? = nil,
        recipient: Mailbox? = nil
    ) {
        self.content = content
        self.parameters = parameters
        self.destination = destination
        self.recipient = recipient
    }
}
