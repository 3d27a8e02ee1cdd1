import InternetMessage
import SMTP
public import SamotopCore

/// The operator's lists: who may write in any case, and who never.
///
///     AllowDenyLists(allow: allowed, deny: denied)
///
/// A deny entry refuses as early as it can be known (550 5.7.1): a network when the client connects, a HELO name when it
/// greets, a reverse-path at MAIL, an author at the end of the message. It needs no proof.
///
/// An allow entry settles RCPT and the end of the message, so that the guards behind this one aren't asked: block lists,
/// greylisting, ``ContactScreening``. A network is proved by the connection itself. Anything else anybody can say, so it
/// counts only when it is proved: a reverse-path by SPF, an author as for contacts, a HELO name by SPF for that name. An
/// allowed client isn't refused for what it says in HELO.
///
/// Of an allow and a deny entry of the same kind the more specific one counts, and of equal ones the allow entry:
/// `ann@example.org` is allowed though `example.org` is denied.
///
/// Put it behind what authenticates, and in front of what it shall spare.
public struct AllowDenyLists: MailGuard {
    private let allow: SenderList
    private let deny: SenderList
    private let asciiDomain: @Sendable ([UInt8]) -> [UInt8]?

    /// - Parameter asciiDomain: turns a domain with letters beyond ASCII into its A-labels (RFC 5890).
    public init(
        allow: SenderList = SenderList(), deny: SenderList = SenderList(),
        asciiDomain: @escaping @Sendable ([UInt8]) -> [UInt8]? = { _ in nil }
    ) {
        self.allow = allow
        self.deny = deny
        self.asciiDomain = asciiDomain
    }

    public var name: String { "lists of senders" }
    public var isForStrangers: Bool { true }

    public func connection(_ session: inout Session) async throws -> Verdict {
        guard session.strangerNetwork != nil, let denied = deny.match(session.client) else { return .pass }
        if let allowed = allow.match(session.client), allowed.rank >= denied.rank { return .pass }
        return Self.refusal(denied)
    }

    public func hello(_ session: inout Session) async throws -> Verdict {
        guard session.strangerNetwork != nil, allow.match(session.client) == nil, let hello = session.hello,
            let denied = deny.match(hello: hello.domain.bytes)
        else { return .pass }
        if let allowed = allow.match(hello: hello.domain.bytes), allowed.rank >= denied.rank { return .pass }
        return Self.refusal(denied)
    }

    public func sender(_ envelope: Envelope, _ session: inout Session) async throws -> Verdict {
        guard let network = session.strangerNetwork,
            let sender = envelopeSender(envelope, SenderEvidence(session.evidence), network)
        else { return .pass }
        return denial(of: sender) ?? .pass
    }

    public func recipient(_ recipient: Recipient, _ envelope: Envelope, _ session: inout Session) async throws
        -> Verdict
    {
        guard let network = session.strangerNetwork else { return .pass }
        let evidence = SenderEvidence(session.evidence)
        return allowance(envelopeSender(envelope, evidence, network), session) ?? .pass
    }

    public func tap(_ envelope: Envelope, _ session: Session) -> (any ContentTap)? {
        session.strangerNetwork == nil || !(allow.namesSenders || deny.namesSenders) ? nil : HeaderTap()
    }

    public func message(_ message: ReceivedMessage, tap: (any ContentTap)?, _ session: inout Session) async throws
        -> Verdict
    {
        guard let network = session.strangerNetwork else { return .pass }
        let evidence = SenderEvidence(session.evidence)
        let envelope = envelopeSender(message.envelope, evidence, network)
        let author = (tap as? HeaderTap).flatMap { MessageHeader($0.finish()).author }.map { author in
            let address = SenderAddress(author, asciiDomain: asciiDomain)
            return Sender(
                address, proofs: evidence.proofs(ofAuthor: address.domain), isDenied: evidence.isDenied,
                network: network)
        }
        if let author, let denial = denial(of: author) { return denial }
        return allowance(author, session) ?? allowance(envelope, session) ?? .pass
    }

    private func envelopeSender(_ envelope: Envelope, _ evidence: SenderEvidence, _ network: String) -> Sender? {
        guard case .mailbox(let mailbox) = envelope.reversePath else { return nil }
        let address = SenderAddress(mailbox, asciiDomain: asciiDomain)
        return Sender(
            address, proofs: evidence.proofs(ofReversePath: address.domain), isDenied: evidence.isDenied,
            network: network)
    }

    private func denial(of sender: Sender) -> Verdict? {
        guard let denied = deny.match(sender.address) else { return nil }
        if let allowed = allow.match(sender.address), allowed.rank >= denied.rank, sender.identity.isProven {
            return nil
        }
        return Self.refusal(denied)
    }

    private func allowance(_ sender: Sender?, _ session: Session) -> Verdict? {
        if let allowed = allow.match(session.client) { return Self.acceptance(allowed) }
        if let hello = session.hello?.domain.bytes, let allowed = allow.match(hello: hello), session.hasProvenHello {
            return Self.acceptance(allowed)
        }
        guard let sender, sender.identity.isProven, let allowed = allow.match(sender.address) else { return nil }
        return Self.acceptance(allowed)
    }

    private static func refusal(_ match: SenderList.Match) -> Verdict {
        .reject(Refusal(.denied, cause: "denied by \(match.entry.kind)"))
    }

    private static func acceptance(_ match: SenderList.Match) -> Verdict {
        .accept(cause: "allowed by \(match.entry.kind)")
    }
}

extension SenderList {
    /// Whether there is anything to look for in a message's header.
    var namesSenders: Bool {
        entries.contains { entry in
            switch entry {
            case .address, .addresses, .domain, .domains: true
            case .network, .hello: false
            }
        }
    }
}

extension SenderListEntry {
    /// What it goes by, for the record: it names nobody.
    var kind: String {
        switch self {
        case .address, .addresses: "address"
        case .domain, .domains: "domain"
        case .network: "network"
        case .hello: "HELO name"
        }
    }
}

extension Session {
    /// SPF passed for the name in EHLO (RFC 7208 §2.3).
    var hasProvenHello: Bool {
        guard let hello = hello?.domain.bytes.map(\.foldedASCII) else { return false }
        return evidence.contains { result in
            result.method == .spf && result.result == .pass
                && result.value(.smtp, .helo)?.map(\.foldedASCII) == hello
        }
    }
}
