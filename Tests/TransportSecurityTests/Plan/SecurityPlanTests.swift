import NameResolution
import Testing

@testable import TransportSecurity

@Suite struct SecurityPlanTests {
    @Test("D15: what can't be looked up or validated is a reason to wait, whatever the others say")
    func bogus() async throws {
        for failure in [Answer.Failure.bogus, .serverFailure, .timeout] {
            let resolver = FixedResolver([
                "mx.example.org A": try .address(), "_25._tcp.mx.example.org TLSA": .failure(failure),
            ])
            let dane = await DANELookup(resolver: resolver).find(
                try name("mx.example.org"),
                from: .mailExchange(domain: try name("example.org"), expanded: nil, security: .secure))
            let plan = try Samples.plan(dane, sts: .enforce, minimum: .plaintext)
            #expect(plan.requirement == .postpone)
            #expect(plan.steps.last?.source == .dane)
            for transport in [
                EstablishedTransport.plaintext(.notOffered), .tls(.tls13, try Fixtures.chain("leaf", "inter")),
            ] {
                let verdict = await plan.verdict(
                    on: transport, anchors: try Fixtures.anchors("root"), now: try Fixtures.now())
                #expect(verdict.outcome == .postpone)
                #expect(verdict.failure == .dnssecInvalid)
            }
        }
    }

    @Test("DANE goes first: with signed MX records MTA-STS isn't asked")
    func daneFirst() async throws {
        let plan = try Samples.plan(try await .of(records: "3-1-1:leaf"), sts: .enforce, patterns: ["mx.else.example"])
        #expect(plan.requirement == .authenticated(by: [.dane]))
    }

    @Test("without signed MX records DANE proves the server, and MTA-STS that it is the domain's: both are asked for")
    func daneAndMTASTS() async throws {
        let dane = try await DANEFinding.of(records: "3-1-1:leaf", mx: .insecure)
        #expect(try Samples.plan(dane, sts: .enforce).requirement == .authenticated(by: [.dane, .mtaSTS]))
        #expect(try Samples.plan(dane).requirement == .authenticated(by: [.dane]))
        #expect(try Samples.plan(dane, sts: .enforce, patterns: ["mx.else.example"]).requirement == .postpone)
    }

    @Test("D15: records that don't count ask for encryption, which MTA-STS may raise")
    func unusable() async throws {
        let dane = try await DANEFinding.of(records: "1-1-1:leaf")
        #expect(try Samples.plan(dane, minimum: .plaintext).requirement == .encrypted)
        #expect(try Samples.plan(dane, sts: .enforce, minimum: .plaintext).requirement == .authenticated(by: [.mtaSTS]))
    }

    @Test(
        "D16: a policy that is enforced and doesn't name the server is a reason to wait; one that is tested or ended isn't"
    )
    func mtaSTS() async throws {
        let dane = try await DANEFinding.unsigned()
        #expect(try Samples.plan(dane, sts: .enforce).requirement == .authenticated(by: [.mtaSTS]))
        let other = try Samples.plan(dane, sts: .enforce, patterns: ["mx.else.example", "*.mx.example.org"])
        #expect(other.requirement == .postpone)
        #expect(other.steps.last?.source == .mtaSTS)
        let tested = try Samples.plan(dane, sts: .testing, patterns: ["mx.else.example"], minimum: .plaintext)
        #expect(tested.requirement == .plaintextAllowed)
        #expect(
            try Samples.plan(dane, sts: MTASTSPolicy.Mode.none, minimum: .plaintext).requirement == .plaintextAllowed)
    }

    @Test("the ratchet: what was reached before is not given up")
    func ratchet() async throws {
        let dane = try await DANEFinding.unsigned()
        let encrypted = try Samples.peer(level: .encrypted)
        #expect(try Samples.plan(dane, peer: encrypted, minimum: .plaintext).requirement == .encrypted)
        let proven = try Samples.peer(level: .authenticated)
        #expect(
            try Samples.plan(dane, peer: proven, minimum: .plaintext).requirement == .authenticated(by: [.continuity]))
        // Neither is asked for where the server is proven anyway …
        let signed = try await DANEFinding.of(records: "3-1-1:leaf")
        #expect(try Samples.plan(signed, peer: proven).requirement == .authenticated(by: [.dane]))
        #expect(try Samples.plan(dane, sts: .enforce, peer: proven).requirement == .authenticated(by: [.mtaSTS]))
        // … which it isn't by records of a server that anybody may have named.
        let named = try await DANEFinding.of(records: "3-1-1:leaf", mx: .insecure)
        #expect(try Samples.plan(named, peer: proven).requirement == .authenticated(by: [.dane, .continuity]))
    }

    @Test("REQUIRETLS asks for a proven server, by signed MX records or a policy (RFC 8689 §4.2.1)")
    func requireTLS() async throws {
        let unproven = try await DANEFinding.unsigned()
        #expect(try Samples.plan(unproven, requiresTLS: true).requirement == .postpone)
        #expect(try Samples.plan(unproven, sts: .testing, requiresTLS: true).requirement == .postpone)
        #expect(
            try Samples.plan(unproven, sts: .enforce, requiresTLS: true).requirement == .authenticated(by: [.mtaSTS]))
        let signedMX = try await DANEFinding.unsigned(mx: .secure)
        #expect(try Samples.plan(signedMX, requiresTLS: true).requirement == .authenticated(by: [.pkix]))
        let dane = try await DANEFinding.of(records: "3-1-1:leaf")
        #expect(try Samples.plan(dane, requiresTLS: true).requirement == .authenticated(by: [.dane]))
        let unusable = try await DANEFinding.of(records: "1-1-1:leaf")
        #expect(try Samples.plan(unusable, requiresTLS: true).requirement == .authenticated(by: [.pkix]))
    }

    @Test("a person's pins come on top of all others; a held domain waits")
    func person() async throws {
        var peer = try Samples.peer(level: .encrypted)
        peer.pin([try Fixtures.key("leaf")], now: 1)
        let dane = try await DANEFinding.of(records: "3-1-1:leaf")
        #expect(try Samples.plan(dane, peer: peer).requirement == .authenticated(by: [.dane, .pins]))
        #expect(try Samples.plan(try await .unsigned(), peer: peer).requirement == .authenticated(by: [.pins]))
        peer.holdMail(true, now: 2)
        let held = try Samples.plan(dane, peer: peer)
        #expect(held.requirement == .hold)
        let verdict = await held.verdict(
            on: .tls(.tls13, try Fixtures.chain("leaf")), anchors: .none, now: try Fixtures.now())
        #expect(verdict.outcome == .hold)
        #expect(verdict.explanation == "a person wants all mail for the domain to wait")
        let unconnected = await held.verdict(on: .plaintext(.notOffered), anchors: .none, now: 1)
        #expect(unconnected.outcome == .hold)
        #expect(unconnected.observation.standing == .unknown)
    }

    @Test("a key that is new makes mail wait only where a person wants that, and one was seen before")
    func holdOnDifference() async throws {
        var peer = try Samples.peer(level: .encrypted)
        let dane = try await DANEFinding.unsigned()
        peer.holdOnDifference(true, now: 1)
        #expect(try Samples.plan(dane, peer: peer).requirement == .encrypted)
        peer.note(try Samples.observation(chain: ["leaf"], level: .encrypted))
        #expect(try Samples.plan(dane, peer: peer).requirement == .authenticated(by: [.sameKey]))
    }

    @Test("the local rule asks for what nobody else did")
    func localRule() async throws {
        let dane = try await DANEFinding.unsigned()
        #expect(try Samples.plan(dane, minimum: .plaintext).requirement == .plaintextAllowed)
        #expect(try Samples.plan(dane).requirement == .encrypted)
        #expect(try Samples.plan(dane, minimum: .authenticated).requirement == .authenticated(by: [.pkix]))
        #expect(
            try Samples.plan(dane, sts: .enforce, minimum: .authenticated).requirement == .authenticated(by: [.mtaSTS]))
    }

    @Test("a plan comes back from JSON as it was")
    func coding() async throws {
        let plan = try Samples.plan(
            try await .of(records: "3-1-1:leaf"), sts: .enforce, peer: try Samples.peer(level: .authenticated),
            requiresTLS: true)
        #expect(try roundTrip(plan) == plan)
    }
}
