public import SMTP

/// What became of one recipient, for those who keep it, or pass it on. Holds addresses, where ``QueueEvent`` doesn't.
///
/// Facts are shared with the queue and read when they are asked for: an outcome that nobody looks at costs nothing.
public struct QueueOutcome: Sendable {
    /// What happened.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// The next server answers for it, or it is in a mailbox of ours.
        case delivered
        /// It takes so long that its sender is told (RFC 3461 §4.1), or would be.
        case delayed
        /// Somebody said never.
        case failed
        /// Given up after its lifetime.
        case expired
        /// It waits for a person.
        case held
        /// Not sent: the address is suppressed for its submitter.
        case suppressed
    }

    /// What happened.
    public let kind: Kind
    /// The message's facts.
    public let facts: MessageFacts
    /// The recipient's place among the message's.
    public let recipient: Int
    /// Where it went, or should have gone.
    public let destination: QueueDestination
    /// Where an operator sent it instead of the recipient.
    public let detour: Mailbox?
    /// Why; nil when it was delivered or held.
    public let failure: AttemptFailure?
    /// Why it is held.
    public let hold: HoldReason?
    /// What the server said to the final dot.
    public let reply: RemoteReply?
    /// The TLS that it went inside; nil: none.
    public let tls: DeliveredTLS?
    /// It is in a mailbox of ours: it went over no wire.
    public let isLocal: Bool

    /// The address that it was for; nil when the facts can't be read.
    public var address: Mailbox? {
        if let detour { return detour }
        guard let number = UInt16(exactly: recipient) else { return nil }
        return facts.recipients(at: [number])?.first?.path
    }

    /// Whether it is a notification, of which nobody is told anything.
    public var isNotification: Bool { facts.sender.isEmpty }
}

extension QueueOutcome {
    /// Why, as it is shown.
    public var failureEntry: FailureEntry? { failure.map { FailureEntry($0) } }
}
