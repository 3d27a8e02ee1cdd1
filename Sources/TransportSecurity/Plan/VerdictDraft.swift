import NameResolution

/// A verdict while the connection is held against each thing that the plan asks for.
struct VerdictDraft {
    let plan: SecurityPlan
    let transport: EstablishedTransport
    let now: Int64

    private var outcome = SecurityVerdict.Outcome.proceed
    private var steps: [SecurityStep]
    private var authentications: [Authentication] = []
    private var dane: DANEVerdict?
    private var failure: TLSReportFailureType?
    private var usesAcceptOnce = false
    private var isDifference = false

    init(plan: SecurityPlan, transport: EstablishedTransport, now: Int64) {
        self.plan = plan
        self.transport = transport
        self.now = now
        steps = plan.steps
        failure = plan.testedFailure
    }

    /// Whether nothing speaks against sending until now.
    var goesOn: Bool { outcome == .proceed }

    /// Whether the server has a key that a person compared with the domain's owner: that proves it, whatever says that it doesn't. Who
    /// sent the message with REQUIRETLS asked for another proof (RFC 8689 §4.2.1).
    private var hasVerifiedKey: Bool {
        guard let key, !plan.requiresTLS else { return false }
        return plan.peer?.decision.pins.contains(key) == true
    }

    private var chain: CertificateChain? { if case .tls(_, let chain) = transport { chain } else { nil } }
    private var key: Fingerprint? { chain?.leaf?.keyFingerprint }

    /// The plan itself says no.
    mutating func stop(_ outcome: SecurityVerdict.Outcome) {
        self.outcome = outcome
        failure = plan.reportedFailure
    }

    /// Whether there is the TLS that is asked for.
    mutating func connect(allowingPlaintext: Bool) {
        switch transport {
        case .tls(let version, _) where version >= SecurityPlan.minimumVersion || allowingPlaintext:
            steps.append(SecurityStep(.connection, .met, "encrypted by \(version.rawValue)"))
        case .tls(let version, _):
            refuse(.connection, "\(version.rawValue) is too old to keep anything secret", .validationFailure)
        case .plaintext(let cause) where allowingPlaintext:
            failure = failure ?? cause.reportedFailure
            steps.append(SecurityStep(.connection, .none, "\(cause.words): the message goes in clear"))
        case .plaintext(let cause):
            refuse(.connection, "\(cause.words): the message doesn't go in clear", cause.reportedFailure)
        }
    }

    private mutating func refuse(
        _ source: SecurityStep.Source, _ words: String, _ failure: TLSReportFailureType,
        _ outcome: SecurityVerdict.Outcome = .postpone
    ) {
        self.outcome = outcome
        self.failure = failure
        steps.append(SecurityStep(source, outcome == .hold ? .held : .postponed, words))
    }

    private mutating func accept(_ way: Authentication, _ source: SecurityStep.Source, _ words: String) {
        if !authentications.contains(way) { authentications.append(way) }
        steps.append(SecurityStep(source, .met, words))
    }

    /// The server isn't proven as it should be: wait, unless a person has verified its key.
    private mutating func disprove(_ source: SecurityStep.Source, _ words: String, _ failure: TLSReportFailureType) {
        guard hasVerifiedKey else { return refuse(source, words, failure) }
        // The domain's owner is told all the same.
        self.failure = failure
        accept(.pins, .person, "\(words); but it has a key that a person verified")
    }

    /// A person must decide, or has decided for this once.
    ///
    /// - Parameter isDifference: whether it is no proof that is missing.
    private mutating func hold(_ source: SecurityStep.Source, _ words: String, isDifference: Bool = false) {
        if let once = plan.acceptOnce, once.key == nil || once.key == key, isDifference || !once.isLasting {
            usesAcceptOnce = true
            steps.append(SecurityStep(.person, .met, "\(words); a person let this message go nevertheless"))
        } else {
            self.isDifference = isDifference
            refuse(source, words, .validationFailure, .hold)
        }
    }

    /// Whether the server is authenticated in this way.
    mutating func authenticate(by way: Authentication, anchors: TrustAnchors) async {
        guard let chain else { return }
        switch way {
        case .dane:
            let verdict = await plan.dane.verdict(on: chain, at: now)
            dane = verdict
            if let match = verdict.matched {
                accept(
                    .dane, .dane,
                    "TLSA record \(match + 1) of \(verdict.entries.count): \(verdict.entries[match].attempt.words)")
            } else {
                disprove(.dane, "the server is not the one that its TLSA records tell of", verdict.reportedFailure)
            }
        case .mtaSTS, .pkix:
            let asker = plan.steps.last {
                $0.effect == .required && ($0.source == .requireTLS || $0.source == .localRule)
            }
            let source = way == .mtaSTS ? SecurityStep.Source.mtaSTS : asker?.source ?? .localRule
            if let flaw = await pathFlaw(chain, anchors, allowsCommonName: way == .pkix) {
                disprove(source, flaw.words, flaw.reportedFailure)
            } else {
                accept(way, source, "an authority vouches for the server")
            }
        case .continuity: await continueWith(chain, anchors)
        case .pins:
            if let key, plan.peer?.decision.pins.contains(key) == true {
                accept(.pins, .person, "the server has a key that a person verified")
            } else {
                hold(.person, "the server has none of the keys that a person verified")
            }
        case .sameKey:
            let isKnown = key.map { key in plan.peer?.hosts.contains { $0.knows(key) } == true } ?? false
            if !isKnown, !hasVerifiedKey {
                hold(.person, "the server has a key that was not seen before", isDifference: true)
            } else if let difference = plan.differences.first {
                hold(.person, difference, isDifference: true)
            } else {
                accept(.sameKey, .person, "all is as it was seen before")
            }
        }
    }

    /// A server that was authenticated before: by its key, or by an authority for the name that it had then.
    private mutating func continueWith(_ chain: CertificateChain, _ anchors: TrustAnchors) async {
        let known = plan.peer?.hosts.first { $0.name == plan.host && !$0.provenKeys.isEmpty }
        if hasVerifiedKey {
            accept(.continuity, .ratchet, "the server has a key that a person verified")
        } else if let key, plan.peer?.hosts.contains(where: { $0.provenKeys.contains(key) }) == true {
            accept(.continuity, .ratchet, "the server has a key that was authenticated before")
        } else if known != nil, await pathFlaw(chain, anchors, allowsCommonName: false) == nil {
            accept(.continuity, .ratchet, "an authority vouches for a server that was authenticated before")
        } else {
            let words = known == nil ? "a server that is new" : "a key that is new"
            hold(
                .ratchet, "the domain's servers were authenticated before; now there is \(words), and nothing proves it"
            )
        }
    }

    private func pathFlaw(_ chain: CertificateChain, _ anchors: TrustAnchors, allowsCommonName: Bool) async -> PathFlaw?
    {
        let path = CertificatePath(names: [plan.host], allowsCommonName: allowsCommonName, now: now)
        if case .failure(let flaw) = await path.find(chain, anchors: anchors.store) { return flaw }
        return nil
    }

    /// RFC 8461 §5: a policy that is being tested is held against the server, and only reported.
    mutating func test(anchors: TrustAnchors) async {
        guard plan.mtaSTS.policy?.mode == .testing, failure == nil, !authentications.contains(.dane) else { return }
        guard let chain else {
            failure = .startTLSNotSupported
            return
        }
        if let flaw = await pathFlaw(chain, anchors, allowsCommonName: false) {
            failure = flaw.reportedFailure
            steps.append(SecurityStep(.mtaSTS, .none, "by the policy that the domain tests: \(flaw.words)"))
        }
    }

    /// How well the way is secured. Proven is only who is proven to take the domain's mail.
    private var level: SecurityLevel {
        guard chain != nil else { return .plaintext }
        let isProven =
            authentications.contains(.dane) && (plan.dane.isNextHopProven || plan.mtaSTSNamesHost)
            || authentications.contains(.mtaSTS) || authentications.contains(.continuity)
            || authentications.contains(.pins)
        return isProven ? .authenticated : .encrypted
    }

    private var standing: PeerStanding {
        switch outcome {
        case .proceed where usesAcceptOnce: .mismatch
        case .proceed: level == .authenticated ? .signed : level == .encrypted ? .unsigned : .plaintext
        case .hold: chain == nil ? .unknown : .mismatch
        case .postpone where plan.dane.reason.isBogus: .bogus
        case .postpone where chain != nil && failure != nil: .mismatch
        case .postpone: .unknown
        }
    }

    var verdict: SecurityVerdict {
        var version: EstablishedTransport.TLSVersion?
        if case .tls(let found, _) = transport { version = found }
        let observation = PeerObservation(
            time: now, domain: plan.domain, host: plan.host, outcome: outcome, level: level,
            authentications: authentications,
            dane: plan.dane, policy: plan.mtaSTS.policy, version: version,
            records: dane?.entries ?? plan.dane.records.map { DANEVerdict.Entry(unheld: $0) },
            chain: chain?.certificates.compactMap(\.keyFingerprint) ?? [],
            usesAcceptOnce: usesAcceptOnce && outcome == .proceed, isDifference: isDifference,
            standing: standing, words: steps.last { $0.effect != .none }?.words ?? "")
        return SecurityVerdict(
            outcome: outcome, level: level, authentications: authentications, steps: steps, dane: dane,
            observation: observation,
            failure: failure)
    }
}
