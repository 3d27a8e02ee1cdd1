/// What became of each recipient of a transaction that the server has answered.
public struct SendResult: Sendable, Hashable {
    /// What became of one recipient.
    public struct Recipient: Sendable, Hashable {
        /// The command whose reply decided: `mail`, `rcpt`, `data` or `content`.
        public let stage: ClientStage
        /// That reply. After the end of the content it is the same for all recipients, but for LMTP (RFC 2033 §4.2).
        public let reply: ServerReply

        /// Makes a result.
        public init(stage: ClientStage, reply: ServerReply) {
            self.stage = stage
            self.reply = reply
        }

        /// True when the server has taken responsibility for this recipient (RFC 5321 §4.2.5).
        public var isAccepted: Bool { stage == .content && reply.isCompletion }
    }

    /// In the order of the transaction's recipients, as many.
    public let recipients: [Recipient]
    /// Whether the server offered DSN, and so takes over NOTIFY; else the sender owes a `relayed` notification (RFC 3461 §5.2.2).
    public let notifiesItself: Bool

    /// Makes a result.
    public init(recipients: [Recipient], notifiesItself: Bool) {
        self.recipients = recipients
        self.notifiesItself = notifiesItself
    }

    /// Whether the server took the message for every recipient.
    public var isAcceptedForAll: Bool { recipients.allSatisfy(\.isAccepted) }
    /// Whether the server took the message for any recipient.
    public var isAcceptedForAny: Bool { recipients.contains(where: \.isAccepted) }
}
