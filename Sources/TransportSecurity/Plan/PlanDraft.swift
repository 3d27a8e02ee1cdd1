import NameResolution

/// A plan while each of those who have a say is asked.
struct PlanDraft {
    let domain: DNSName
    let host: DNSName
    let dane: DANEFinding
    let mtaSTS: MTASTSFinding
    let peer: PeerRecord?

    private(set) var steps: [SecurityStep] = []
    private(set) var testedFailure: TLSReportFailureType?
    private var level = SecurityLevel.plaintext
    private var authentications: [Authentication] = []
    private var postpones = false
    private var holds = false
    /// Whether it will be proven that the server takes the domain's mail, and who it is.
    private var isNextHopProven = false

    init(domain: DNSName, host: DNSName, dane: DANEFinding, mtaSTS: MTASTSFinding, peer: PeerRecord?) {
        self.domain = domain
        self.host = host
        self.dane = dane
        self.mtaSTS = mtaSTS
        self.peer = peer
    }

    var requirement: SecurityPlan.Requirement {
        if postpones { return .postpone }
        if holds { return .hold }
        if !authentications.isEmpty { return .authenticated(by: authentications) }
        return level == .plaintext ? .plaintextAllowed : .encrypted
    }

    mutating func ask(requiresTLS: Bool, minimum: SecurityLevel) {
        askDANE()
        if !postpones { askMTASTS() }
        if !postpones { askRatchet() }
        if !postpones, requiresTLS { requireTLS() }
        if !postpones { askPerson() }
        if !postpones, !holds { askLocalRule(minimum) }
    }

    private mutating func require(_ authentication: Authentication, _ source: SecurityStep.Source, _ words: String) {
        if !authentications.contains(authentication) { authentications.append(authentication) }
        level = max(level, .encrypted)
        steps.append(SecurityStep(source, .required, words))
    }

    private mutating func encrypt(_ source: SecurityStep.Source, _ words: String) {
        level = max(level, .encrypted)
        steps.append(SecurityStep(source, .required, words))
    }

    private mutating func postpone(_ source: SecurityStep.Source, _ words: String) {
        postpones = true
        steps.append(SecurityStep(source, .postponed, words))
    }

    private mutating func askDANE() {
        let words = dane.reason.words
        switch dane.outcome {
        case .postpone: postpone(.dane, words)
        case .encrypt: encrypt(.dane, "\(words): TLS, with whomever")
        case .notApplicable: steps.append(SecurityStep(.dane, .none, words))
        case .authenticate where dane.isNextHopProven:
            isNextHopProven = true
            require(.dane, .dane, words)
        case .authenticate: require(.dane, .dane, "\(words); that it is the domain's server, nobody signs")
        }
    }

    /// RFC 8461 §5; DANE goes first (§2), where it proves what a policy would.
    private mutating func askMTASTS() {
        guard let policy = mtaSTS.policy, policy.mode != .none else {
            steps.append(
                SecurityStep(
                    .mtaSTS, .none, mtaSTS.policy == nil ? mtaSTS.reason.words : "the domain has ended its policy"))
            return
        }
        guard !isNextHopProven else {
            steps.append(SecurityStep(.mtaSTS, .none, "not asked, as DANE proves the server"))
            return
        }
        let isNamed = policy.allows(host)
        guard policy.mode == .enforce else {
            if !isNamed { testedFailure = .validationFailure }
            let named = isNamed ? "names the server" : "doesn't name the server"
            steps.append(SecurityStep(.mtaSTS, .none, "the domain tests a policy, which \(named)"))
            return
        }
        guard isNamed else {
            postpone(.mtaSTS, "the domain's policy doesn't name this server")
            return
        }
        // Signed TLSA records prove who the server is, the policy that it is the domain's.
        isNextHopProven = true
        require(.mtaSTS, .mtaSTS, "the domain's policy names the server, and asks for an authority that vouches for it")
    }

    /// What was reached before is not given up without a decision.
    private mutating func askRatchet() {
        switch peer?.level {
        case .authenticated? where !isNextHopProven:
            require(
                .continuity, .ratchet,
                "the domain's servers were authenticated before, and nothing says how this one is to be")
        case .authenticated?, .encrypted?: encrypt(.ratchet, "the domain's mail was encrypted before")
        case .plaintext?, nil: steps.append(SecurityStep(.ratchet, .none, "nothing was reached before"))
        }
    }

    /// RFC 8689 §4.2.1: the server must be named by signed MX records or by an MTA-STS policy, and be authenticated.
    private mutating func requireTLS() {
        guard isNextHopProven || (dane.mailExchangeSecurity ?? dane.addressSecurity) == .secure else {
            postpone(.requireTLS, "the message requires TLS with a proven server, and nothing proves this one")
            return
        }
        if authentications.contains(.dane) || authentications.contains(.mtaSTS) {
            steps.append(SecurityStep(.requireTLS, .required, "the message requires TLS with a proven server"))
        } else {
            require(.pkix, .requireTLS, "the message requires TLS with a proven server: an authority must vouch for it")
        }
    }

    private mutating func askPerson() {
        guard let decision = peer?.decision else { return }
        guard !decision.holdsMail else {
            holds = true
            steps.append(SecurityStep(.person, .held, "a person wants all mail for the domain to wait"))
            return
        }
        if !decision.pins.isEmpty {
            require(.pins, .person, "a person verified the server's key")
        }
        if watched != nil {
            require(.sameKey, .person, "a person wants mail to wait when anything differs")
        }
    }

    /// What was seen before, where a person wants mail to wait when anything differs from it.
    private var watched: PeerRecord? {
        guard let peer, peer.decision.holdsOnDifference else { return nil }
        return peer.hosts.contains { !$0.chain.isEmpty } ? peer : nil
    }

    /// What isn't as it was seen before, besides the key, which nobody has seen yet.
    var differences: [String] {
        guard let peer = watched else { return [] }
        var found: [String] = []
        if peer.mailExchangeSecurity == .secure, let security = dane.mailExchangeSecurity, security != .secure {
            found.append("the MX records were signed, and no longer are")
        }
        if let seen = peer.policy, let policy = mtaSTS.policy {
            if policy.mode != seen.mode || Set(policy.patterns) != Set(seen.patterns) {
                found.append("the domain has another MTA-STS policy")
            }
        } else if let seen = peer.policy, seen.mode != .none, mtaSTS.reason != .notAsked {
            found.append("the domain had an MTA-STS policy, and has none")
        }
        guard let known = peer.hosts.first(where: { $0.name == host && !$0.chain.isEmpty }) else {
            return found + ["the domain has a server that was not seen before"]
        }
        if known.dane == .usableRecords, dane.reason != .usableRecords {
            found.append("the server had signed TLSA records: now \(dane.reason.words)")
        } else if Set(known.records)
            != Set(PeerHost.kept(dane.records.map { DANEVerdict.Entry(unheld: $0) }).map(\.record))
        {
            found.append("the server has other TLSA records")
        }
        return found
    }

    private mutating func askLocalRule(_ minimum: SecurityLevel) {
        switch minimum {
        case .plaintext: break
        case .encrypted where level == .plaintext: encrypt(.localRule, "mail leaves encrypted, or not at all")
        case .encrypted: break
        // That all is as it was before proves nothing.
        case .authenticated where authentications.allSatisfy({ $0 == .sameKey }):
            require(.pkix, .localRule, "mail leaves only to servers that somebody vouches for")
        case .authenticated: break
        }
    }
}
