import InternetMessage
import SMTP
public import SamotopCore

/// Who has authenticated sends from addresses of their own, and not without bounds (RFC 6409 §6.1, §8.1).
///
/// The reverse-path, every author and the Sender must be addresses that the account owns; a null reverse-path is free. Sessions in which
/// nobody authenticated aren't its business.
public struct OwnSender: MailGuard {
    private let accounts: any SubmissionAccounts
    private let acquaintances: any Acquaintances
    private let ledger: SendingLedger
    private let clock: any WallClock

    /// - Parameter acquaintances: told of whom is written to, and asked.
    public init(
        _ accounts: any SubmissionAccounts, acquaintances: any Acquaintances, limits: SendingLimits = SendingLimits(),
        clock: any WallClock = SystemClock()
    ) {
        self.accounts = accounts
        self.acquaintances = acquaintances
        ledger = SendingLedger(limits)
        self.clock = clock
    }

    public var name: String { "own sender" }

    public func sender(_ envelope: Envelope, _ session: inout Session) async throws -> Verdict {
        guard let account = Self.account(session) else { return .pass }
        guard let owned = accounts.addresses(of: account) else { return Self.gone }
        guard case .mailbox(let mailbox) = envelope.reversePath, !owned.contains(mailbox) else { return .pass }
        return .reject(Refusal(.senderNotOwned, cause: "the reverse-path isn't the account's"))
    }

    public func recipient(_ recipient: Recipient, _ envelope: Envelope, _ session: inout Session) async throws
        -> Verdict
    {
        guard let account = Self.account(session) else { return .pass }
        let count = envelope.recipients.count + 1
        guard !ledger.hasRoom(for: count, of: account, at: clock.now()) else { return .pass }
        return .postpone(Refusal(.dailyRecipients, cause: "the account's recipients of a day are used up"))
    }

    public func tap(_ envelope: Envelope, _ session: Session) -> (any ContentTap)? {
        Self.account(session) == nil ? nil : HeaderTap()
    }

    public func message(_ message: ReceivedMessage, tap: (any ContentTap)?, _ session: inout Session) async throws
        -> Verdict
    {
        guard let account = Self.account(session), let tap = tap as? HeaderTap else { return .pass }
        guard let owned = accounts.addresses(of: account) else { return Self.gone }
        guard let header = tap.finish(), let authors = Self.authors(header) else {
            return .reject(Refusal(.authorUnclear, cause: "no author that every reader would see"))
        }
        guard authors.allSatisfy(owned.contains) else {
            return .reject(Refusal(.authorNotOwned, cause: "an author or Sender isn't the account's"))
        }
        let strangers = try await acquaintances.strangers(among: Self.recipients(message), of: account)
        let envelope = message.envelope
        let excess = ledger.take(
            envelope.id, recipients: envelope.recipients.count, strangers: strangers, of: account, at: message.received)
        switch excess {
        case .recipients:
            return .postpone(Refusal(.dailyRecipients, cause: "the account's recipients of a day are used up"))
        case .strangers:
            return .postpone(Refusal(.dailyStrangers, cause: "the account's new recipients of a day are used up"))
        case nil: return .pass
        }
    }

    public func settled(_ message: ReceivedMessage, isTaken: Bool, _ session: Session) async {
        guard ledger.settle(message.envelope.id, isTaken: isTaken), isTaken, let account = Self.account(session) else {
            return
        }
        // Without that they are strangers next time, too: no reason to keep back what is delivered.
        try? await acquaintances.write(to: Self.recipients(message), from: account)
    }

    private static let gone = Verdict.reject(Refusal(.senderNotOwned, cause: "the account is gone"))

    private static func account(_ session: Session) -> String? {
        guard let submitter = session.submitter, submitter.kind == .authenticated else { return nil }
        return submitter.name
    }

    private static func recipients(_ message: ReceivedMessage) -> [Mailbox] {
        message.envelope.recipients.compactMap {
            if case .mailbox(let mailbox) = $0.path { mailbox } else { nil }
        }
    }

    /// All authors, and the Sender; nil when readers could see different ones.
    private static func authors(_ header: HeaderSection) -> [Mailbox]? {
        var found: [Mailbox]
        do throws(Author.Failure) {
            found = [try Author.identity(in: header).mailbox]
        } catch {
            // Several authors are lawful (RFC 5322 §3.6.2) when each is theirs.
            guard case .severalAddresses = error, let field = header.fields(named: .from).first,
                let list = try? AddressList(field.body), list.mailboxes.allSatisfy({ !$0.hasEncodedWordInAddress })
            else { return nil }
            found = list.mailboxes.map(\.mailbox)
        }
        for field in header.fields where field.isNamed(.sender) {
            guard let list = try? AddressList(field.body), list.mailboxes.count == 1 else { return nil }
            found += list.mailboxes.map(\.mailbox)
        }
        return found
    }
}
