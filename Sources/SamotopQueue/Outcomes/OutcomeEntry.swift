import SMTP

/// An outcome as it is shown.
public struct OutcomeEntry: Sendable, Codable {
    /// The message's identifier.
    public var message: String
    /// The sender's address; empty: the null path.
    public var sender: String
    /// What happened.
    public var event: QueueOutcome.Kind
    /// When, in seconds since 1970.
    public var time: Int64
    /// The recipient's place among the message's.
    public var number: Int
    /// The recipient's address, or where an operator sent it instead.
    public var recipient: String
    /// Where it went, or should have gone.
    public var destination: String
    /// Nil: in clear, or not sent.
    public var tls: DeliveredTLS?
    /// In a mailbox of ours: over no wire.
    public var isLocal: Bool
    /// Why not.
    public var failure: FailureEntry?
    /// Why it is held.
    public var hold: String?

    /// An outcome at `time`, in seconds since 1970.
    public init(_ outcome: QueueOutcome, time: Int64) {
        message = outcome.facts.id
        sender = String(decoding: outcome.facts.sender, as: UTF8.self)
        event = outcome.kind
        self.time = time
        number = outcome.recipient
        recipient = outcome.address.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
        destination = outcome.destination.text
        tls = outcome.tls
        isLocal = outcome.isLocal
        failure = outcome.failureEntry
        hold = outcome.hold?.words
    }
}
