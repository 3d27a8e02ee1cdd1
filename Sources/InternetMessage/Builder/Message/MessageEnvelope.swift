public import SMTP

/// Who sends a message and who gets it: the arguments of MAIL and RCPT (RFC 5321 §2.3.1).
public struct MessageEnvelope: Sendable, Hashable {
    /// Where reports of failure go.
    public var reversePath: ReversePath
    /// Who gets the message, each once.
    public var forwardPaths: [Mailbox]

    /// An envelope of one's own.
    public init(reversePath: ReversePath, forwardPaths: [Mailbox]) {
        self.reversePath = reversePath
        self.forwardPaths = forwardPaths
    }

    /// Whether every address is ASCII.
    public var isASCII: Bool { reversePath.isASCII && forwardPaths.allSatisfy(\.isASCII) }
}

extension MessageEnvelope: CustomStringConvertible {
    /// The number of recipients, no address.
    public var description: String { "MessageEnvelope(\(forwardPaths.count) recipients)" }
}
