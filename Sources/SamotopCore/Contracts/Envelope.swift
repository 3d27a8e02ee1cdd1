public import SMTP

/// The envelope of RFC 5321 §2.3.1: what MAIL and RCPT said.
public struct Envelope: Sendable, Hashable {
    /// Unique among all messages this service ever accepts: 26 characters, base 32. The `id` of the Received field.
    public let id: String
    /// From MAIL.
    public var reversePath: ReversePath
    /// From MAIL.
    public var parameters: MailParameters
    /// The accepted ones, in order.
    public var recipients: [Recipient]
    /// Who answers for the message, when somebody of ours does.
    public var submitter: Submitter?

    /// Makes an envelope.
    public init(
        id: String, reversePath: ReversePath, parameters: MailParameters, recipients: [Recipient] = [],
        submitter: Submitter? = nil
    ) {
        self.id = id
        self.reversePath = reversePath
        self.parameters = parameters
        self.recipients = recipients
        self.submitter = submitter
    }
}

/// An accepted recipient.
public struct Recipient: Sendable, Hashable {
    /// From RCPT.
    public let path: ForwardPath
    /// From RCPT.
    public let parameters: RcptParameters
    /// What the directory answered.
    public let destinations: [Destination]

    /// Makes a recipient.
    public init(path: ForwardPath, parameters: RcptParameters, destinations: [Destination]) {
        self.path = path
        self.parameters = parameters
        self.destinations = destinations
    }
}

/// A message that was received whole: envelope, trace, content.
public struct ReceivedMessage: Sendable {
    /// MAIL and RCPT.
    public let envelope: Envelope
    /// Our trace fields (Return-Path, signatures of ours, Authentication-Results, Received), each with its CRLF, to stand in front of the content.
    public var trace: [UInt8]
    /// The octets as received, forged trace fields removed.
    public let content: any MailContent
    /// When the final dot came.
    public let received: Timestamp

    /// Makes a message.
    public init(envelope: Envelope, trace: [UInt8], content: any MailContent, received: Timestamp) {
        self.envelope = envelope
        self.trace = trace
        self.content = content
        self.received = received
    }
}
