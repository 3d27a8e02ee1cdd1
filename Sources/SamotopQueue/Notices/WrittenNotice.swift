public import SMTP
public import SamotopCore

/// A notification's text.
public struct WrittenNotice: Sendable {
    /// The octets, header section and body.
    public let content: any MailContent
    /// What MAIL has to say: SMTPUTF8, BODY.
    public let parameters: MailParameters
    /// The next hop; nil: the domain of the reverse-path.
    public let destination: QueueDestination?

    /// Makes a notification's text.
    public init(
        content: any MailContent, parameters: MailParameters = MailParameters(), destination: QueueDestination? = nil
    ) {
        self.content = content
        self.parameters = parameters
        self.destination = destination
    }
}
