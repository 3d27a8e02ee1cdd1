public import InternetMessage
public import NameResolution

/// Asks DKIM, ARC and DMARC about a received message, each in its turn: what one of them proves, the next one goes by.
public struct MessageAuthenticator: Sendable {
    /// Time for all of it by default: shorter than a client waits for the reply to its final dot (RFC 5321 §4.5.3.2.6).
    public static let timeLimit = Duration.seconds(60)

    private let dkim: DKIMVerifier
    private let arc: ARCVerifier
    private let dmarc: DMARCEvaluator
    private let trustedSealers: Set<DNSName>
    private let clock: any Clock<Duration>
    private let time: Duration

    /// - Parameters:
    ///   - trustedSealers: domains whose ARC seals are believed (RFC 8617 §9.4).
    ///   - policy: the same as that of the ``SignedMessageReader``.
    ///   - time: for everything; what isn't known by then is a temperror.
    ///   - clock: measures it.
    public init(
        resolver: any Resolver, trustedSealers: Set<DNSName> = [], policy: DKIMPolicy = .standard,
        time: Duration = timeLimit, clock: any Clock<Duration> = ContinuousClock()
    ) {
        let resolver = ResolverUntilCancelled(resolver: resolver)
        let keys = DKIMKeyCache()
        dkim = DKIMVerifier(resolver: resolver, policy: policy, keys: keys)
        arc = ARCVerifier(resolver: resolver, policy: policy, keys: keys)
        dmarc = DMARCEvaluator(resolver: resolver)
        self.trustedSealers = trustedSealers
        self.time = time
        self.clock = clock
    }

    /// Evaluates a message.
    ///
    /// - Parameters:
    ///   - spf: what SPF said of the reverse-path: evidence of ``SPFFinding/authenticationResult``'s form.
    ///   - now: seconds since 1970.
    public func authenticate(
        _ message: SignedMessage, spf: [AuthenticationResult], now: Int64
    ) async -> MessageFindings {
        let found = await value(within: time, by: clock) { await findings(message, spf, now) }
        return found ?? .notInTime(message)
    }

    private func findings(_ message: SignedMessage, _ spf: [AuthenticationResult], _ now: Int64) async
        -> MessageFindings
    {
        let author = AuthorDomain.result(in: message.header)
        let signatures = await dkim.verify(message, now: now)
        let arc = await arc.verify(message, now: now)
        let identifiers = Identifiers(spf, signatures)
        let dmarc = await dmarc.evaluate(
            author: author, identifiers: identifiers.proved, undecided: identifiers.undecided)
        return MessageFindings(
            author: author, repeated: message.repeatedFields, signatures: signatures, arc: arc, dmarc: dmarc,
            trustedAssertions: arc.trustedAssertions(of: trustedSealers))
    }
}

/// The domains that SPF and DKIM have proved, and those that they could not decide about for lack of an answer.
private struct Identifiers {
    private(set) var proved: [AuthenticatedIdentifier] = []
    private(set) var undecided: [AuthenticatedIdentifier] = []

    init(_ evidence: [AuthenticationResult], _ signatures: [DKIMFinding]) {
        for result in evidence where result.method == .spf {
            let isProved = result.result == .pass
            guard isProved || result.result == .temperror,
                let domain = result.value(.smtp, .mailfrom).flatMap({ DNSName(internationalized: $0) })
            else { continue }
            add(AuthenticatedIdentifier(.spf, domain), isProved: isProved)
        }
        for finding in signatures where finding.result == .pass || finding.result == .temperror {
            guard let domain = finding.domain else { continue }
            add(AuthenticatedIdentifier(.dkim, domain), isProved: finding.result == .pass)
        }
    }

    private mutating func add(_ identifier: AuthenticatedIdentifier, isProved: Bool) {
        if isProved { proved.append(identifier) } else { undecided.append(identifier) }
    }
}

extension AuthorDomain {
    /// The domain of the author, or why there is none.
    static func result(in header: HeaderSection) -> Result<AuthorDomain, AuthorDomain.Failure> {
        Result { () throws(AuthorDomain.Failure) in try AuthorDomain(in: header) }
    }
}
