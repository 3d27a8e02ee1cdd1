public import InternetMessage
public import NameResolution

/// Asks DKIM, ARC and DMARC about a received message, each in its turn: what one of them proves, the next one goes by.
public struct MessageAuthenticator: Sendable {
    /// Time for all of it by default: shorter than a client waits for the reply to its final dot (RFC 5321 §4.5.3.2.6).
    public static let timeLimit = Duration.seconds(60)

    private let resolver: any Resolver
    private let trustedSealers: Set<DNSName>
    private let policy: DKIMPolicy
    private let keys = DKIMKeyCache()
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
        self.resolver = ResolverUntilCancelled(resolver: resolver)
        self.trustedSealers = trustedSealers
        self.policy = policy
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
        let signatures = await DKIMVerifier(resolver: resolver, policy: policy, keys: keys).verify(message, now: now)
        let arc = await ARCVerifier(resolver: resolver, policy: policy, keys: keys).verify(message, now: now)
        let dmarc = await DMARCEvaluator(resolver: resolver).evaluate(
            author: author,
            identifiers: Self.identifiers(spf, .pass) + Self.identifiers(signatures, .pass),
            undecided: Self.identifiers(spf, .temperror) + Self.identifiers(signatures, .temperror))
        return MessageFindings(
            author: author, repeated: message.repeatedFields, signatures: signatures, arc: arc, dmarc: dmarc,
            trustedAssertions: arc.trustedAssertions(of: trustedSealers))
    }

    private static func identifiers(
        _ evidence: [AuthenticationResult], _ result: AuthenticationKeyword
    ) -> [AuthenticatedIdentifier] {
        evidence.filter { $0.method == .spf && $0.result == result }
            .compactMap { $0.value(.smtp, .mailfrom).flatMap { DNSName(internationalized: $0) } }
            .map { AuthenticatedIdentifier(.spf, $0) }
    }

    private static func identifiers(
        _ signatures: [DKIMFinding], _ result: DKIMFinding.Result
    ) -> [AuthenticatedIdentifier] {
        signatures.filter { $0.result == result }.compactMap(\.domain).map { AuthenticatedIdentifier(.dkim, $0) }
    }
}

extension AuthorDomain {
    /// The domain of the author, or why there is none.
    static func result(in header: HeaderSection) -> Result<AuthorDomain, AuthorDomain.Failure> {
        Result { () throws(AuthorDomain.Failure) in try AuthorDomain(in: header) }
    }
}
