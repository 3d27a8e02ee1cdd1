import SMTP
public import SamotopCore

/// Mailboxes that are full take no more mail: 452 4.2.2, or 552 5.2.2 where that is chosen; at RCPT already when SIZE tells enough
/// (RFC 1870), else at the end of the message.
///
/// What was once acknowledged is delivered, also when the mailbox has become full meanwhile. There is one reply for a whole message:
/// when only some of its recipients have no room for it, it comes in for all, and the next one finds them full.
public struct KeepingQuotas: MailGuard {
    private let mailboxes: @Sendable () -> Mailboxes

    /// - Parameter mailboxes: those that answer now.
    public init(of mailboxes: @escaping @Sendable () -> Mailboxes) { self.mailboxes = mailboxes }

    public var name: String { "quota" }

    public func recipient(
        _ recipient: Recipient, _ envelope: Envelope, _ session: inout Session
    ) async throws -> Verdict {
        // Without SIZE it is asked whether there is room for anything at all.
        try await verdict(on: recipient, size: envelope.parameters.size ?? 1) ?? .pass
    }

    public func message(_ message: ReceivedMessage, _ session: inout Session) async throws -> Verdict {
        let size = UInt64(message.trace.count + message.content.count)
        var last = Verdict.pass
        for recipient in message.envelope.recipients {
            guard let verdict = try await verdict(on: recipient, size: size) else { return .pass }
            if case .reject = last { last = verdict }
            if last == .pass { last = verdict }
        }
        return last
    }

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
