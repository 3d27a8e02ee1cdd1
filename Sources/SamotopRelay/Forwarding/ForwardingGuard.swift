import SMTP
public import SamotopCore

/// Refuses at RCPT what can't be forwarded, while the sender's server is still there to tell its sender: a stranger's address that is too
/// long to be rewritten (``SenderRewriting``).
public struct ForwardingGuard: MailGuard {
    private let rewriting: SenderRewriting
    private let clock: any WallClock

    /// - Parameter rewriting: that of ``ForwardedSenders``.
    public init(_ rewriting: SenderRewriting, clock: any WallClock = SystemClock()) {
        self.rewriting = rewriting
        self.clock = clock
    }

    public var name: String { "forwarding" }
    public var isForStrangers: Bool { true }

    public func recipient(_ recipient: Recipient, _ envelope: Envelope, _ session: inout Session) async throws
        -> Verdict
    {
        guard recipient.destinations.contains(where: { $0.mailbox == nil }),
            rewriting.rewritten(envelope.reversePath, now: clock.now().seconds) == nil
        else { return .pass }
        return .reject(Refusal(.senderTooLong, cause: "the rewritten sender would be longer than 64 octets"))
    }
}

extension ReplyWords {
    /// RFC 3463 X.1.7.
    static let senderTooLong = ReplyWords(
        53, 1, 7, "This recipient's mail is forwarded, and the sender's address is too long for that")
}
