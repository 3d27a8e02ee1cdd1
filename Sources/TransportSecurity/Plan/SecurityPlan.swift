public import NameResolution

/// What a connection to one server must achieve before a message for one domain may leave by it, and who says so.
///
/// Asked in this order: DANE (RFC 7672), MTA-STS (RFC 8461), the ratchet (what was reached before is not given up),
/// REQUIRETLS (RFC 8689), what a person decided, the local rule. A later one may ask for more, never for less; but a key that a person
/// verified proves a server that TLSA records or authorities don't.
public struct SecurityPlan: Sendable, Hashable, Codable {
    /// What must be achieved.
    public enum Requirement: Sendable, Hashable, Codable {
        /// Anything: TLS if it is offered.
        case plaintextAllowed
        /// TLS, with whomever.
        case encrypted
        /// TLS with a server that is authenticated in all of these ways; at least one.
        case authenticated(by: [Authentication])
        /// This server is not to be used now: the reason is the last of ``SecurityPlan/steps``.
        case postpone
        /// A person wants mail to wait: the reason is the last of ``SecurityPlan/steps``.
        case hold
    }

    /// The domain that the message is for.
    public let domain: DNSName
    /// The server.
    public let host: DNSName
    /// What must be achieved.
    public let requirement: Requirement
    /// Who asked for what, in order.
    public let steps: [SecurityStep]
    /// What DANE says of the server.
    public let dane: DANEFinding
    /// What MTA-STS says of the domain.
    public let mtaSTS: MTASTSFinding
    /// What was known of the domain before.
    public let peer: PeerRecord?
    /// Whether a person allowed this message to go to a server that would otherwise make it wait for a decision.
    public let acceptOnce: PeerDecision.AcceptOnce?
    /// What isn't as it was seen before, in English: where a person wants mail to wait then.
    public let differences: [String]
    /// Whether the message was given with REQUIRETLS.
    let requiresTLS: Bool
    /// The server fails the domain's MTA-STS policy, which only asks for reports (`testing`); nil: it doesn't.
    let testedFailure: TLSReportFailureType?

    /// A plan.
    ///
    /// - Parameters:
    ///   - peer: what is known of the domain, and what a person decided; nil: nothing.
    ///   - requiresTLS: whether the message was given with REQUIRETLS (RFC 8689 §4.2.1).
    ///   - minimum: what is asked of everybody.
    ///   - now: seconds since 1970.
    public init(
        domain: DNSName, host: DNSName, dane: DANEFinding, mtaSTS: MTASTSFinding, peer: PeerRecord?,
        requiresTLS: Bool = false,
        minimum: SecurityLevel = .encrypted, now: Int64
    ) {
        var draft = PlanDraft(domain: domain, host: host, dane: dane, mtaSTS: mtaSTS, peer: peer)
        draft.ask(requiresTLS: requiresTLS, minimum: minimum)
        self.domain = domain
        self.host = host
        self.dane = dane
        self.mtaSTS = mtaSTS
        self.peer = peer
        self.requiresTLS = requiresTLS
        differences = draft.differences
        requirement = draft.requirement
        steps = draft.steps
        testedFailure = draft.testedFailure
        acceptOnce = peer?.decision.acceptOnce.flatMap { $0.until >= now ? $0 : nil }
    }
}
