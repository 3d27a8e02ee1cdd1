public import SMTP
public import SamotopCore

/// Mailboxes that are full take no more mail: 452 4.2.2, or 552 5.2.2 where that is chosen; at RCPT already when SIZE tells enough
/// (RFC 1870), else at the end of the message.
///
/// What was once acknowledged is delivered, also when the mailbox has become full meanwhile. There is one reply for a whole message:
/// when only some of its recipients have no room for it, it comes in for all, and the next one finds them full.
///
/// Where strangers shall not know which names there are, the answer waits: ``forHiddenNames`` gives it, behind the guards that decide about
/// strangers.
public struct KeepingQuotas: MailGuard {
    private let mailboxes: @Sendable () -> Mailboxes
    private let hidesName: @Sendable (Mailbox) -> Bool
    private var isForHiddenNames = false

    /// - Parameters:
    ///   - mailboxes: those that answer now.
    ///   - hidesName: of addresses of which no answer is to tell whether they are there.
    public init(
        of mailboxes: @escaping @Sendable () -> Mailboxes,
        hidingNames hidesName: @escaping @Sendable (Mailbox) -> Bool = { _ in false }
    ) {
        self.mailboxes = mailboxes
        self.hidesName = hidesName
    }

    /// The guard for messages with a recipient whose name is hidden.
    public var forHiddenNames: KeepingQuotas {
        var other = self
        other.isForHiddenNames = true
        return other
    }

    public var name: String { "quota" }
    public var isAlwaysAsked: Bool { true }

    public func recipient(
        _ recipient: Recipient, _ envelope: Envelope, _ session: inout Session
    ) async throws -> Verdict {
        if isForHiddenNames || isHidden(recipient) { return .pass }
        // Without SIZE it is asked whether there is room for anything at all.
        return try await verdict(on: recipient, size: envelope.parameters.size ?? 1) ?? .pass
    }

    public func message(_ message: ReceivedMessage, _ session: inout Session) async throws -> Verdict {
        guard message.envelope.recipients.contains(where: isHidden) == isForHiddenNames else { return .pass }
        let size = UInt64(message.trace.count + message.content.count)
        var last = Verdict.pass
        for recipient in message.envelope.recipients {
            guard let verdict = try await verdict(on: recipient, size: size) else { return .pass }
            if case .reject = last { last = verdict }
            if last == .pass { last = verdict }
        }
        return last
    }

    private func isHidden(_ recipient: Recipient) -> Bool { recipient.path.mailbox.map(hidesName) ?? false }

    /// Nil: there is room.
    private func verdict(on recipient: Recipient, size: UInt64) async throws -> Verdict? {
        let names = recipient.destinations.compactMap(\.mailbox)
        // What goes elsewhere has room there, or not.
        guard names.count == recipient.destinations.count,
            let quota = try await mailboxes().fullQuota(among: names, for: size)
        else { return nil }
        let refusal = Refusal(quota.refuses ? .mailboxOverQuota : .mailboxFull, cause: "the quota is used up")
        return quota.refuses ? .reject(refusal) : .postpone(refusal)
    }
}

extension ReplyWords {
    /// RFC 3463 X.2.2, for good.
    static let mailboxOverQuota = ReplyWords(52, 2, 2, "Mailbox is full")
}
