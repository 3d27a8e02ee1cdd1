import InternetMessage
public import NameResolution
public import SMTP
public import SamotopCore
public import SenderAuthentication
import Synchronization

/// Who is really speaking? SPF at MAIL, then DKIM, ARC and DMARC of the message: evidence for later guards, for the trace field
/// and for the record; and what policy makes of it.
///
///     Authenticating(with: CachingResolver(try UnboundResolver()))
///
/// The body is hashed while it streams in. Sessions without a network address, and those of our own MTA (LMTP),
/// are not asked about.
public struct Authenticating: MailGuard {
    private let resolver: any Resolver
    private let policy: AuthenticationPolicy
    private let spf: SPFEvaluator
    private let messages: MessageAuthenticator
    private let receiver: [UInt8]
    private let exempts: @Sendable (ClientAddress) -> Bool
    private let reports: (any DMARCReportStore)?
    private let isCounted: @Sendable (Envelope) -> Bool
    private let observe: @Sendable (MessageFindings, Timestamp) -> Void
    private let clock: any WallClock

    /// - Parameters:
    ///   - resolver: asks the DNS; a ``CachingResolver`` saves most of it.
    ///   - receiver: our name, for the explanations of SPF.
    ///   - exempts: clients that nothing is asked about.
    ///   - reports: where messages are counted for their authors' domains (RFC 9990). One that fails changes nothing for a
    ///     message.
    ///   - isCounted: whether a message is. Mail to addresses that take reports shouldn't be: there would be reports on reports for ever.
    ///   - observe: told what was found of each message, on the session's event loop: it must not block.
    public init(
        with resolver: any Resolver, policy: AuthenticationPolicy = AuthenticationPolicy(), receiver: DomainName? = nil,
        exempts: @escaping @Sendable (ClientAddress) -> Bool = { _ in false },
        reports: (any DMARCReportStore)? = nil, isCounted: @escaping @Sendable (Envelope) -> Bool = { _ in true },
        observe: @escaping @Sendable (MessageFindings, Timestamp) -> Void = { _, _ in },
        clock: any WallClock = SystemClock()
    ) {
        self.resolver = resolver
        self.reports = reports
        self.isCounted = isCounted
        self.observe = observe
        self.policy = policy
        self.receiver = receiver?.bytes ?? []
        self.exempts = exempts
        self.clock = clock
        spf = SPFEvaluator(resolver: resolver)
        messages = MessageAuthenticator(resolver: resolver, trustedSealers: policy.trustedSealers)
    }

    public var name: String { "authentication" }
    public var isForStrangers: Bool { true }
    public var provides: Set<String> { ["spf", "dkim", "arc", "dmarc"] }

    public func sender(_ envelope: Envelope, _ session: inout Session) async throws -> Verdict {
        guard let client = client(session) else { return .pass }
        let findings = await spf.check(
            SPFEnvelope(
                client: client, helo: session.hello?.domain.bytes ?? [], sender: envelope.reversePath.spfSender,
                receiver: receiver, time: clock.now().seconds))
        session.evidence.append(findings.mailFrom.authenticationResult)
        // RFC 8601 §2.7.2: of the null reverse-path both are the same identity.
        if envelope.reversePath != .null { session.evidence.append(findings.helo.authenticationResult) }
        if findings.mailFrom.result == .fail, policy.spfFail == .reject {
            return .reject(Refusal(.spfFailed, cause: "SPF: \(findings.mailFrom.reason)"))
        }
        return await takesMail(envelope.reversePath)
    }

    /// RFC 7505 §4.2: nobody could answer such mail.
    private func takesMail(_ path: ReversePath) async -> Verdict {
        guard policy.nullMX == .reject, case .mailbox(let mailbox) = path, case .name(let domain) = mailbox.domain,
            let name = DNSName(internationalized: domain.bytes),
            let exchanges = try? await resolver.mailExchanges(name), exchanges.count == 1,
            exchanges.first?.exchange == .root
        else { return .pass }
        return .reject(Refusal(.senderTakesNoMail, cause: "the sender's domain has a null MX"))
    }

    public func tap(_ envelope: Envelope, _ session: Session) -> (any ContentTap)? {
        client(session) == nil ? nil : SignatureTap()
    }

    public func message(_ message: ReceivedMessage, tap: (any ContentTap)?, _ session: inout Session) async throws
        -> Verdict
    {
        guard let tap = tap as? SignatureTap else { return .pass }
        let findings = await messages.authenticate(
            tap.finish(), spf: session.evidence, now: message.received.seconds)
        session.evidence += findings.authenticationResults
        observe(findings, message.received)
        let verdict = judge(findings, spf: session.evidence)
        if let reports, isCounted(message.envelope) {
            await count(findings, verdict, message.received, session, in: reports)
        }
        return verdict
    }

    /// RFC 9990: what was postponed comes again, and is counted then.
    private func count(
        _ findings: MessageFindings, _ verdict: Verdict, _ time: Timestamp, _ session: Session,
        in reports: any DMARCReportStore
    ) async {
        if case .postpone = verdict { return }
        guard let source = client(session),
            let row = findings.reportRow(source: source, spf: session.evidence, isRefused: verdict != .pass)
        else { return }
        try? await reports.add(row, at: time.seconds)
    }

    /// What policy makes of the findings.
    func judge(_ findings: MessageFindings, spf evidence: [AuthenticationResult]) -> Verdict {
        if case .failure(let failure) = findings.author, failure != .addressLiteral, policy.noAuthor == .reject {
            return .reject(Refusal(.noSingleAuthor, cause: findings.dmarc.reason))
        }
        if !findings.repeated.isEmpty, policy.noAuthor == .reject {
            let names = findings.repeated.map(\.rawValue).joined(separator: ", ")
            return .reject(Refusal(.repeatedFields, cause: "there more than once: \(names)"))
        }
        switch findings.dmarc.result {
        case .pass:
            return .pass
        case .fail:
            guard findings.dmarc.disposition == .reject, policy.dmarcReject == .reject, !findings.isVouchedFor,
                !findings.isFromList
            else { return .pass }
            return .reject(Refusal(.dmarcFailed, cause: "DMARC: \(findings.dmarc.reason)"))
        case .temperror:
            return postponed("DMARC: \(findings.dmarc.reason)")
        case .none, .permerror:
            let mailFrom = evidence.last { $0.method == .spf && $0.value(.smtp, .mailfrom) != nil }
            let isSigned = findings.signatures.contains { $0.result == .pass }
            if mailFrom?.result == .temperror, !isSigned { return postponed("SPF: no answer") }
            let lacksKey = findings.signatures.contains { $0.result == .temperror }
            return lacksKey && !isSigned && mailFrom?.result != .pass ? postponed("DKIM: no answer") : .pass
        }
    }

    private func postponed(_ cause: String) -> Verdict {
        policy.postponesWithoutAnswer ? .postpone(Refusal(.noAnswer, cause: cause)) : .pass
    }

    /// Nil: nothing is asked about this session.
    private func client(_ session: Session) -> IPAddress? {
        exempts(session.client) ? nil : session.stranger
    }
}

/// Reads a message's header and hashes its body while it streams in.
private final class SignatureTap: ContentTap {
    private let reader = Mutex(SignedMessageReader())

    func append(_ slice: Span<UInt8>) { reader.withLock { $0.push(slice) } }

    func finish() -> SignedMessage { reader.withLock { $0.finish() } }
}

extension Session {
    /// The address of a client that isn't ours; nil for a Unix socket or memory, and for LMTP, where our own MTA is the client
    /// (RFC 2033).
    var stranger: IPAddress? {
        switch client {
        case .ipv4(let octets), .ipv6(let octets): role == .mx ? IPAddress(octets: octets) : nil
        case .local: nil
        }
    }
}

extension ReversePath {
    /// The sender as SPF's macros have it; nil for the null one.
    var spfSender: SPFSender? {
        guard case .mailbox(let mailbox) = self else { return nil }
        return SPFSender(localPart: mailbox.localPart.content, domain: mailbox.domain.bytes)
    }
}

extension ReplyWords {
    /// RFC 7372 §3.2.
    static let spfFailed = ReplyWords(50, 7, 23, "SPF: your server may not send for the sender's domain")
    /// RFC 7505 §4.2.
    static let senderTakesNoMail = ReplyWords(50, 7, 27, "The sender's domain takes no mail (null MX)")
    /// RFC 9989 §5.4.
    static let dmarcFailed = ReplyWords(
        50, 7, 1, "DMARC: the author's domain asks to reject what it didn't authenticate")
    /// RFC 5322 §3.6.
    static let noSingleAuthor = ReplyWords(
        50, 6, 0, "From must be there once and name one author (RFC 5322 section 3.6)")
    /// RFC 5322 §3.6.
    static let repeatedFields = ReplyWords(
        50, 6, 0, "A header field that may be there once is repeated (RFC 5322 section 3.6)")
    /// RFC 3463 X.4.3.
    static let noAnswer = ReplyWords(51, 4, 3, "The sender can't be checked without the DNS, please try again later")
}
