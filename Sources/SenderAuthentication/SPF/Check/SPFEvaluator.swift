public import NameResolution

/// Sender Policy Framework: whether a client may use a domain in HELO or MAIL FROM (RFC 7208).
///
///     let spf = SPFEvaluator(resolver: resolver)
///     let findings = await spf.check(SPFEnvelope(client: address, helo: helo, sender: sender))
///     trace.results.append(findings.mailFrom.authenticationResult)
///
/// Only TXT records are asked for policies (§3.1). A look-up that fails is a temperror, except where the standard says that it
/// is no match. With ``SPFLimits/expandsLocalPart`` off, no local-part gets into a question to the DNS.
public struct SPFEvaluator: Sendable {
    private let resolver: any Resolver
    private let records = RecordCache<SPFRecord>()
    private let limits: SPFLimits
    private let clock: any Clock<Duration>

    /// - Parameter clock: measures ``SPFLimits/time``.
    public init(
        resolver: any Resolver, limits: SPFLimits = .standard, clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.resolver = ResolverUntilCancelled(resolver: resolver)
        self.limits = limits
        self.clock = clock
    }

    /// Checks both identities of an envelope, side by side.
    public func check(_ envelope: SPFEnvelope) async -> SPFFindings {
        // Each begins in place: where the answers are at hand, nothing changes threads.
        let helo = begin(envelope.heloQuestion)
        let mailFrom = begin(envelope.mailFromQuestion)
        return SPFFindings(helo: await helo.finding, mailFrom: await mailFrom.finding)
    }

    /// The check_host() of RFC 7208 §4. It returns in time whatever the resolver does, and when the task is cancelled.
    public func checkHost(_ question: SPFQuestion) async -> SPFFinding { await begin(question).finding }

    private func begin(_ question: SPFQuestion) -> SPFCheck {
        SPFCheck(question, resolver: resolver, records: records, limits: limits, clock: clock)
    }
}
