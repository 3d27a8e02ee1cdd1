import NameResolution
import Testing

@testable import TransportSecurity

@Suite struct SecurityVerdictTests {
    private func verdict(
        _ plan: SecurityPlan, _ chain: String..., version: EstablishedTransport.TLSVersion = .tls13,
        anchors: [String] = ["root"],
        years: Int64 = 0
    ) async throws -> SecurityVerdict {
        let chain = CertificateChain(try chain.map(Fixtures.certificate))
        let trusted = TrustAnchors(der: try anchors.map(Fixtures.certificate))
        return await plan.verdict(on: .tls(version, chain), anchors: trusted, now: try Fixtures.now(years: years))
    }

    private func plaintext(
        _ plan: SecurityPlan, _ cause: EstablishedTransport.PlaintextCause = .notOffered
    ) async throws -> SecurityVerdict {
        await plan.verdict(on: .plaintext(cause), anchors: .none, now: try Fixtures.now())
    }

    @Test("T04, D15: no STARTTLS, a refusal or a failed handshake is never a reason to go on in clear")
    func stripping() async throws {
        let plans = [
            try Samples.plan(try await .unsigned()),
            try Samples.plan(try await .of(records: "3-1-1:leaf"), minimum: .plaintext),
            try Samples.plan(try await .of(records: "1-1-1:leaf"), minimum: .plaintext),
            try Samples.plan(try await .unsigned(), sts: .enforce, minimum: .plaintext),
            try Samples.plan(try await .unsigned(), peer: try Samples.peer(level: .encrypted), minimum: .plaintext),
            try Samples.plan(try await .unsigned(), peer: try Samples.peer(level: .authenticated), minimum: .plaintext),
            try Samples.plan(try await .unsigned(mx: .secure), requiresTLS: true, minimum: .plaintext),
        ]
        for plan in plans {
            for (cause, failure) in [
                (EstablishedTransport.PlaintextCause.notOffered, TLSReportFailureType.startTLSNotSupported),
                (.refused, .startTLSNotSupported), (.handshakeFailed, .validationFailure),
            ] {
                let verdict = try await plaintext(plan, cause)
                #expect(verdict.outcome == .postpone)
                #expect(verdict.failure == failure)
                #expect(verdict.explanation.contains("doesn't go in clear"))
            }
        }
    }

    @Test("T04: not even a permission for one message lets it go in clear")
    func acceptOnceInClear() async throws {
        for level in [SecurityLevel.encrypted, .authenticated] {
            var peer = try Samples.peer(level: level)
            peer.acceptOnce(key: nil, until: .max, now: 1)
            let plan = try Samples.plan(try await .unsigned(), peer: peer, minimum: .plaintext)
            #expect(try await plaintext(plan).outcome == .postpone)
        }
    }

    @Test("in clear where nobody asks for more, which is said")
    func inClear() async throws {
        let verdict = try await plaintext(try Samples.plan(try await .unsigned(), minimum: .plaintext))
        #expect(verdict.outcome == .proceed)
        #expect(verdict.level == .plaintext)
        #expect(verdict.failure == .startTLSNotSupported)
        #expect(verdict.observation.standing == .plaintext)
    }

    @Test("TLS before 1.2 is no TLS where TLS is asked for")
    func oldVersions() async throws {
        let plan = try Samples.plan(try await .of(records: "3-1-1:leaf"))
        for version in [EstablishedTransport.TLSVersion.tls10, .tls11] {
            #expect(try await verdict(plan, "leaf", version: version).outcome == .postpone)
        }
        #expect(try await verdict(plan, "leaf", version: .tls12).outcome == .proceed)
    }

    @Test("D15: a mismatch is a reason to wait, with the reason of each record")
    func daneMismatch() async throws {
        let plan = try Samples.plan(try await .of(records: "3-1-1:next", "2-1-1:inter"))
        let matched = try await verdict(plan, "next", "inter")
        #expect(matched.outcome == .proceed)
        #expect(matched.level == .authenticated)
        #expect(matched.authentications == [.dane])
        #expect(matched.failure == nil)
        #expect(matched.observation.standing == .signed)
        let mismatch = try await verdict(plan, "self")
        #expect(mismatch.outcome == .postpone)
        #expect(mismatch.failure == .validationFailure)
        #expect(mismatch.dane?.entries.map(\.attempt) == [.noMatch, .noMatch])
        #expect(mismatch.observation.standing == .mismatch)
        #expect(mismatch.explanation == "the server is not the one that its TLSA records tell of")
    }

    @Test("D15: DANE-TA with a wrong name, or expired, fails, and the report says how")
    func daneAnchor() async throws {
        let plan = try Samples.plan(try await .of(records: "2-1-1:inter"))
        let wrongName = try await verdict(plan, "othername", "inter")
        #expect(wrongName.outcome == .postpone)
        #expect(wrongName.failure == .certificateHostMismatch)
        #expect(try await verdict(plan, "leaf", "inter", years: 60).failure == .certificateExpired)
        #expect(try await verdict(plan, "forged", "inter").failure == .certificateNotTrusted)
    }

    @Test("DANE with unsigned MX records proves the server, not the way to the domain")
    func unprovenNextHop() async throws {
        let plan = try Samples.plan(try await .of(records: "3-1-1:leaf", mx: .insecure))
        let verdict = try await verdict(plan, "leaf")
        #expect(verdict.outcome == .proceed)
        #expect(verdict.level == .encrypted)
    }

    @Test("D16: the servers of a policy need an authority and their own name in a subjectAltName")
    func mtaSTS() async throws {
        let plan = try Samples.plan(try await .unsigned(), sts: .enforce)
        let good = try await verdict(plan, "leaf", "inter")
        #expect(good.outcome == .proceed)
        #expect(good.level == .authenticated)
        #expect(good.authentications == [.mtaSTS])
        for (chain, failure) in [
            (["othername", "inter"], TLSReportFailureType.certificateHostMismatch),
            (["domainname", "inter"], .certificateHostMismatch),
            (["commonname", "inter"], .certificateHostMismatch), (["self"], .certificateNotTrusted),
            (["leaf"], .certificateNotTrusted),
            (["forged", "falseinter", "falseroot"], .certificateNotTrusted),
            (["forged", "inter"], .certificateNotTrusted),
            (["byv1", "v1inter"], .certificateNotTrusted), (["sha1", "rsaroot"], .validationFailure),
        ] {
            let chain = CertificateChain(try chain.map(Fixtures.certificate))
            let verdict = await plan.verdict(
                on: .tls(.tls13, chain), anchors: try Fixtures.anchors("root", "rsaroot"), now: try Fixtures.now())
            #expect(verdict.outcome == .postpone)
            #expect(verdict.failure == failure)
        }
        #expect(try await verdict(plan, "leaf", "inter", years: 60).failure == .certificateExpired)
        #expect(try await verdict(plan, "leaf", "inter", anchors: []).outcome == .postpone)
    }

    @Test("D16: a policy that is tested stops nothing, and its failures are reported")
    func testing() async throws {
        let plan = try Samples.plan(try await .unsigned(), sts: .testing, minimum: .plaintext)
        let bad = try await verdict(plan, "self")
        #expect(bad.outcome == .proceed)
        #expect(bad.level == .encrypted)
        #expect(bad.failure == .certificateNotTrusted)
        #expect(try await verdict(plan, "leaf", "inter").failure == nil)
        #expect(try await plaintext(plan).failure == .startTLSNotSupported)
        let other = try Samples.plan(try await .unsigned(), sts: .testing, patterns: ["mx.else.example"])
        #expect(try await verdict(other, "leaf", "inter").failure == .validationFailure)
    }

    private func proven() throws -> PeerRecord {
        var peer = PeerRecord(domain: try name("example.org"), now: 0)
        peer.note(try Samples.observation(chain: ["leaf", "inter"], level: .authenticated))
        return peer
    }

    @Test(
        "the ratchet: a server that was proven goes on with its key, or with an authority for its name; else a person decides"
    )
    func continuity() async throws {
        let plan = try Samples.plan(try await .unsigned(), peer: try proven())
        #expect(plan.requirement == .authenticated(by: [.continuity]))
        let same = try await verdict(plan, "leaf", anchors: [])
        #expect(same.outcome == .proceed)
        #expect(same.level == .authenticated)
        #expect(try await verdict(plan, "next", "inter").outcome == .proceed)
        let changed = try await verdict(plan, "next", anchors: [])
        #expect(changed.outcome == .hold)
        #expect(changed.observation.standing == .mismatch)
        #expect(changed.observation.chain == [try Fixtures.key("next")])
        #expect(try await verdict(plan, "othername", "inter").outcome == .hold)
    }

    @Test("the ratchet: an authority vouches for a new server in vain; anybody can have one that vouches for theirs")
    func newServer() async throws {
        let dane = try await DANEFinding.unsigned("mx.other.example")
        let plan = try Samples.plan(dane, peer: try proven())
        #expect(try await verdict(plan, "othername", "inter").outcome == .hold)
        // But for one that has a key that was proven.
        #expect(try await verdict(plan, "leaf", "inter").outcome == .proceed)
    }

    @Test("a person's permission lets one message go, to the key that it is for, and lifts no other rule")
    func acceptOnce() async throws {
        var peer = try proven()
        peer.acceptOnce(key: try Fixtures.key("next"), until: 100, now: 1)
        let plan = try Samples.plan(try await .unsigned(), peer: peer, now: 100)
        let once = try await verdict(plan, "next", anchors: [])
        #expect(once.outcome == .proceed)
        #expect(once.level == .encrypted)
        #expect(once.observation.usesAcceptOnce)
        #expect(once.observation.standing == .mismatch)
        #expect(try await verdict(plan, "self", anchors: []).outcome == .hold)
        #expect(try await !verdict(plan, "leaf", anchors: []).observation.usesAcceptOnce)
        let late = try Samples.plan(try await .unsigned(), peer: peer, now: 101)
        #expect(try await verdict(late, "next", anchors: []).outcome == .hold)
        let dane = try Samples.plan(try await .of(records: "3-1-1:leaf"), peer: peer)
        #expect(try await verdict(dane, "next").outcome == .postpone)
        // The next message waits again.
        let taken = peer.takePermission(key: try Fixtures.key("next"), now: 100)
        #expect(taken != nil)
        peer.note(once.observation)
        let next = try Samples.plan(try await .unsigned(), peer: peer)
        #expect(try await verdict(next, "next", anchors: []).outcome == .hold)
    }

    @Test("a person's pins: the server's own key, nobody else's in the chain")
    func pins() async throws {
        var peer = try Samples.peer(level: .encrypted)
        peer.pin([try Fixtures.key("leaf"), try Fixtures.key("next")], now: 1)
        let plan = try Samples.plan(try await .unsigned(), peer: peer)
        let pinned = try await verdict(plan, "leaf", anchors: [])
        #expect(pinned.outcome == .proceed)
        #expect(pinned.level == .authenticated)
        #expect(try await verdict(plan, "next", anchors: []).outcome == .proceed)
        #expect(try await verdict(plan, "othername", "leaf", "inter").outcome == .hold)
        let both = try Samples.plan(try await .of(records: "3-1-1:othername"), peer: peer)
        #expect(try await verdict(both, "othername").outcome == .hold)
    }

    @Test(
        "a key that a person verified proves the server, whatever TLSA records, authorities and the ratchet say; reports tell all the same"
    )
    func verifiedKey() async throws {
        var peer = try proven()
        peer.pin([try Fixtures.key("next")], now: 1)
        for plan in [
            try Samples.plan(try await .of(records: "3-1-1:leaf"), peer: peer),
            try Samples.plan(try await .of(records: "2-1-1:root"), peer: peer),
            try Samples.plan(try await .unsigned(), sts: .enforce, peer: peer),
        ] {
            let found = try await verdict(plan, "next", anchors: [])
            #expect(found.outcome == .proceed && found.level == .authenticated)
            #expect(found.authentications == [.pins])
            #expect(found.failure != nil)
            // Any other key waits as before.
            #expect(try await verdict(plan, "self", anchors: []).outcome == .postpone)
        }
        let ratchet = try Samples.plan(try await .unsigned(), peer: peer)
        #expect(try await verdict(ratchet, "next", anchors: []).outcome == .proceed)
        #expect(try await verdict(ratchet, "self", anchors: []).outcome == .hold)
    }

    @Test(
        "it lifts neither wrong signatures of the DNS, nor a policy that names other servers, nor REQUIRETLS, nor clear text"
    )
    func verifiedKeyIsNoCure() async throws {
        var peer = try proven()
        peer.pin([try Fixtures.key("next")], now: 1)
        let bogus = DANEFinding(
            .postpone, .bogusRecords, host: try name("mx.example.org"), port: 25, mailExchangeSecurity: .secure)
        for plan in [
            try Samples.plan(bogus, peer: peer),
            try Samples.plan(try await .unsigned(), sts: .enforce, patterns: ["other.example.org"], peer: peer),
            try Samples.plan(try await .of(records: "3-1-1:leaf"), peer: peer, requiresTLS: true),
            try Samples.plan(try await .unsigned(mx: .secure), peer: peer, requiresTLS: true),
        ] {
            #expect(try await verdict(plan, "next", anchors: []).outcome != .proceed)
        }
        let plan = try Samples.plan(try await .of(records: "3-1-1:leaf"), peer: peer)
        #expect(try await plaintext(plan).outcome == .postpone)
    }

    @Test("where a person wants that, mail waits when anything differs from what was seen")
    func differences() async throws {
        let dane = try await DANEFinding.of(records: "3-1-1:leaf")
        let policy = MTASTSPolicy(mode: .enforce, maxAge: 86_400, patterns: ["mx.example.org"])
        var peer = try Samples.peer(level: .encrypted)
        peer.note(
            try Samples.observation(chain: ["leaf"], level: .authenticated, dane: dane, policy: policy, mx: .secure))
        func difference(_ dane: DANEFinding, _ sts: MTASTSPolicy.Mode? = .enforce) async throws -> String? {
            let plan = try Samples.plan(dane, sts: sts, peer: peer)
            let found = try await verdict(plan, "leaf", "inter")
            #expect((found.outcome == .hold) == !plan.differences.isEmpty)
            return plan.differences.first
        }
        // Nobody asked for it.
        #expect(try await difference(try await .of(records: "3-1-1:leaf", "3-1-1:next")) == nil)
        peer.holdOnDifference(true, now: 1)
        #expect(try await difference(dane) == nil)
        #expect(
            try await difference(try await .of(records: "3-1-1:leaf", "3-1-1:next"))
                == "the server has other TLSA records")
        #expect(try await difference(dane, .testing) == "the domain has another MTA-STS policy")
        #expect(try await difference(dane, nil) == "the domain had an MTA-STS policy, and has none")
        #expect(try await difference(try await .unsigned())?.contains("signed") == true)
        // A person who accepts it once: the next one waits again.
        peer.acceptOnce(key: nil, until: .max, now: 1)
        let plan = try Samples.plan(try await .of(records: "3-1-1:leaf", "3-1-1:next"), sts: .enforce, peer: peer)
        let found = try await verdict(plan, "leaf", "inter")
        #expect(found.outcome == .proceed && found.observation.usesAcceptOnce)
    }

    @Test("a server that was not seen before is a difference, whatever key it has")
    func newServerIsDifference() async throws {
        var peer = try Samples.peer(level: .encrypted)
        peer.note(try Samples.observation(chain: ["leaf"], level: .encrypted))
        peer.holdOnDifference(true, now: 1)
        let plan = try Samples.plan(try await .unsigned("mx.other.example"), peer: peer)
        #expect(plan.differences == ["the domain has a server that was not seen before"])
        #expect(try await verdict(plan, "leaf", anchors: []).outcome == .hold)
    }

    @Test("a key that is new waits for a person who wants that")
    func sameKey() async throws {
        var peer = try Samples.peer(level: .encrypted)
        peer.note(try Samples.observation(chain: ["leaf"], level: .encrypted))
        peer.holdOnDifference(true, now: 1)
        let plan = try Samples.plan(try await .unsigned(), peer: peer)
        #expect(try await verdict(plan, "leaf").outcome == .proceed)
        #expect(try await verdict(plan, "leaf").level == .encrypted)
        #expect(try await verdict(plan, "next", "inter").outcome == .hold)
    }

    @Test("REQUIRETLS by an authority")
    func requireTLS() async throws {
        let plan = try Samples.plan(try await .unsigned(mx: .secure), requiresTLS: true)
        #expect(try await verdict(plan, "leaf", "inter").outcome == .proceed)
        #expect(try await verdict(plan, "commonname", "inter").outcome == .proceed)
        let bad = try await verdict(plan, "self")
        #expect(bad.outcome == .postpone)
        #expect(bad.steps.last?.source == .requireTLS)
    }

    @Test("no certificate at all authenticates nobody")
    func noCertificate() async throws {
        var peer = try proven()
        peer.pin([try Fixtures.key("leaf")], now: 1)
        for plan in [
            try Samples.plan(try await .of(records: "3-1-1:leaf")),
            try Samples.plan(try await .unsigned(), sts: .enforce),
            try Samples.plan(try await .unsigned(), peer: try proven()),
            try Samples.plan(try await .unsigned(), peer: peer),
        ] {
            #expect(try await verdict(plan).outcome != .proceed)
        }
    }

    @Test("a verdict comes back from JSON as it was, and tells no address")
    func coding() async throws {
        let verdict = try await verdict(try Samples.plan(try await .of(records: "3-1-1:next")), "leaf", "inter")
        #expect(try roundTrip(verdict) == verdict)
        #expect(verdict.steps.allSatisfy { !$0.words.contains("@") && !$0.words.contains("192.") })
    }
}
