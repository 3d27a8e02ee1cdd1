import Crypto
import NameResolution
import SMTP
import SamotopClient
import SamotopCore
import SamotopQueue
import Testing
import TransportSecurity

@testable import SamotopRelay

@Suite struct TransportTests {
    private static let mx = "mx1.example.test"
    private typealias ServerName = ClientTLS.ServerName

    /// A server with a certificate for its name.
    private func server(_ certificate: TestCertificate) async throws -> ScriptedServer {
        let context = try certificate.serverContext()
        let server = try await ScriptedServer()
        server.change { $0.tls = .offered(context) }
        return server
    }

    private func plain(_ change: @escaping @Sendable (inout ScriptedServer.Script) -> Void = { _ in }) async throws
        -> ScriptedServer
    {
        let server = try await ScriptedServer()
        server.change { change(&$0) }
        return server
    }

    /// The signed zone of `example.test`, with these TLSA records of its server.
    private func signed(_ records: [String], port: Int) throws -> ZoneResolver {
        var entries = [("example.test", "MX", "10 \(Self.mx)"), (Self.mx, "A", "127.0.0.1")]
        entries += records.map { ("_\(port)._tcp.\(Self.mx)", "TLSA", $0) }
        var resolver = try zone(entries)
        resolver.security = .secure
        return resolver
    }

    private func neverMail(_ server: ScriptedServer) -> Bool {
        !server.seen.commands.contains { $0.hasPrefix("MAIL") } && server.seen.messages.isEmpty
    }

    @Test("TLS is used where it is offered, though nobody asks for it and nobody vouches for the server")
    func opportunistic() async throws {
        let server = try await server(TestCertificate(name: "other.test"))
        let stand = try Stand(servers("127.0.0.1"), port: server.port)
        let report = await stand.deliver(try stand.job())
        #expect(report.outcomes.map(\.text) == ["delivered"])
        #expect(report.tls?.version == "TLSv1.3" && report.tls?.verifiedBy == DeliveredTLS.Verification.none)
        #expect(report.tls?.cipher != nil)
        #expect(server.seen.messages.first?.isSecure == true)
        #expect(server.seen.clear == ["EHLO relay.test", "STARTTLS"])
    }

    @Test("D15: the server that signed TLSA records tell of gets the message, and the report says so")
    func daneRight() async throws {
        let certificate = try TestCertificate(name: "whatever.test")
        let server = try await server(certificate)
        let reports = MemoryTLSReportStore()
        var security = RelaySecurity()
        security.reports = reports
        let stand = try Stand(signed([certificate.tlsa], port: server.port), port: server.port, security: security)
        let report = await stand.deliver(try stand.job())
        #expect(report.outcomes.map(\.text) == ["delivered"])
        #expect(report.tls?.verifiedBy == .dane)
        #expect(await stand.deliver(try stand.job()).tls?.verifiedBy == .dane)
        #expect(server.seen.connections == 1)
        let counted = try await reports.take(endedAt: stand.clock.now().seconds + 86_400)
        #expect(counted.first?.policies.first?.policy.kind == .tlsa)
        #expect(counted.first?.policies.first?.successes == 1)
        let fingerprint = try Fingerprint(of: certificate.der)
        let isTold = stand.witness.seen.contains { event in
            if case .connected(_, _, _, let told, _) = event { told == fingerprint } else { false }
        }
        #expect(isTold)
    }

    @Test("D15: an authority in TLSA records must vouch for the server's name")
    func daneAnchor() async throws {
        let authority = try TestCertificate(name: "authority", isAuthority: true)
        for (name, expected) in [(Self.mx, "delivered"), ("wrong.test", "postponed 4.7.5 tls hostWide")] {
            let server = try await server(TestCertificate(name: name, issuer: authority))
            let stand = try Stand(signed([authority.anchorTLSA], port: server.port), port: server.port)
            #expect(try await stand.deliver().text == expected)
            #expect(neverMail(server) == (expected != "delivered"))
        }
    }

    @Test("D15: another server than the one that TLSA records tell of gets nothing, neither in TLS nor in clear")
    func daneWrong() async throws {
        let server = try await server(TestCertificate(name: Self.mx))
        let other = try TestCertificate(name: Self.mx)
        let reports = MemoryTLSReportStore()
        var security = RelaySecurity()
        security.reports = reports
        let stand = try Stand(signed([other.tlsa], port: server.port), port: server.port, security: security)
        #expect(try await stand.deliver().text == "postponed 4.7.5 tls hostWide")
        #expect(neverMail(server))
        #expect(stand.witness.fallbacks == 0 && server.seen.connections == 1)
        #expect(stand.relay.connections.count == 0)
        let counted = try await reports.take(endedAt: stand.clock.now().seconds + 86_400)
        #expect(counted.first?.policies.first?.failures.first?.failure.type == .validationFailure)
    }

    @Test(
        "D15: with TLSA records and no STARTTLS, or one that doesn't work, nothing goes in clear; T04",
        arguments: [0, 1, 2, 3])
    func daneStripped(_ way: Int) async throws {
        let server = try await plain { script in
            switch way {
            case 1: script.tls = .answered("454 4.7.0 not now")
            case 2: script.tls = .broken
            case 3: script.tls = .answered("what")
            default: break
            }
        }
        let stand = try Stand(signed([try TestCertificate(name: "x").tlsa], port: server.port), port: server.port)
        let outcome = try await stand.deliver()
        #expect(outcome.failure?.stage == .tls && outcome.failure?.status.subject == 7)
        #expect(outcome.text.hasPrefix("postponed") && neverMail(server) && server.seen.connections == 1)
    }

    @Test("D15: TLSA records that are bogus, or can't be looked up, postpone without a connection")
    func daneBogus() async throws {
        let server = try await plain()
        for failure in [Answer.Failure.bogus, .serverFailure, .timeout] {
            var resolver = try signed([], port: server.port)
            resolver.fail(try name("_\(server.port)._tcp.\(Self.mx)"), failure)
            let stand = try Stand(resolver, port: server.port)
            #expect(try await stand.deliver().text == "postponed 4.7.5 policy hostWide")
        }
        #expect(server.seen.connections == 0)
    }

    @Test("D15: unusable TLSA records alone ask for TLS, with whomever")
    func daneUnusable() async throws {
        let unusable = "1 1 1 " + String(repeating: "ab", count: 32)
        let secure = try await server(TestCertificate(name: "other.test"))
        let stand = try Stand(signed([unusable], port: secure.port), port: secure.port)
        #expect(try await stand.deliver().text == "delivered")
        #expect(secure.seen.messages.first?.isSecure == true)
        let clear = try await plain()
        let other = try Stand(signed([unusable], port: clear.port), port: clear.port)
        #expect(try await other.deliver().text == "postponed 4.7.4 tls hostWide")
        #expect(neverMail(clear))
    }

    @Test("SNI is the server's name, or the TLSA base domain (RFC 7672 §8.1); other servers are asked for by no name")
    func serverName() async throws {
        var resolver = try zone([
            ("mx.test", "CNAME", "host.test"), ("host.test", "A", "127.0.0.1"),
            ("_25._tcp.host.test", "TLSA", "3 1 1 " + String(repeating: "ab", count: 32)),
            ("plain.test", "A", "127.0.0.1"),
        ])
        resolver.security = .secure
        let lookup = DANELookup(resolver: resolver)
        for (host, expected) in [("mx.test", "host.test"), ("plain.test", "plain.test"), ("a/b.test", nil)] {
            let finding = await lookup.find(try name(host), from: .direct)
            let plan = SecurityPlan(
                domain: try name("example.test"), host: try name(host), dane: finding,
                mtaSTS: .notAsked(try name("example.test")), peer: nil, minimum: .encrypted, now: 0)
            #expect(
                SecurityDemand.planned(plan).tls.serverName == expected.map { ServerName.name($0) } ?? ServerName.none)
        }
    }

    @Test(
        "T02: text put before the handshake ends the attempt, also where TLS is not asked for, and nothing goes in clear",
        arguments: [true, false])
    func injection(_ isAskedFor: Bool) async throws {
        let server = try await plain { $0.tls = .injecting("250-mx.test\r\n250 AUTH PLAIN\r\n250 ok") }
        let stand = try Stand(servers("127.0.0.1"), port: server.port) {
            $0.minimumSecurity = isAskedFor ? .encrypted : .plaintext
        }
        let outcome = try await stand.deliver()
        #expect(outcome.text.hasPrefix("postponed 4.7.") && outcome.failure?.stage == .tls)
        #expect(neverMail(server) && server.seen.connections == 1 && stand.witness.fallbacks == 0)
    }

    @Test(
        "T04: where mail leaves encrypted or not at all, a server without STARTTLS gets nothing", arguments: [0, 1, 2])
    func stripped(_ way: Int) async throws {
        let server = try await plain { script in
            if way == 1 { script.tls = .answered("454 4.7.0 not now") }
            if way == 2 { script.tls = .broken }
        }
        let stand = try Stand(servers("127.0.0.1"), port: server.port) { $0.minimumSecurity = .encrypted }
        #expect(try await stand.deliver().text.hasPrefix("postponed 4.7."))
        #expect(neverMail(server))
    }

    @Test(
        "O05: where nobody asks for TLS, a server whose TLS doesn't work gets the message in clear, and that is told",
        arguments: [0, 1, 2])
    func fallback(_ way: Int) async throws {
        let server = try await plain { script in
            script.tls = [.broken, .answered("what"), .answered("454 4.7.0 no")][way]
        }
        let stand = try Stand(servers("127.0.0.1"), port: server.port)
        let report = await stand.deliver(try stand.job())
        #expect(report.outcomes.map(\.text) == ["delivered"] && report.tls == nil)
        #expect(server.seen.messages.count == 1 && server.seen.messages.first?.isSecure == false)
        // Refused with 454, the same connection goes on.
        #expect(server.seen.connections == (way == 2 ? 1 : 2))
        #expect(stand.witness.fallbacks == (way == 2 ? 0 : 1))
        #expect(stand.witness.verdicts.map(\.level) == [.plaintext])
    }

    @Test("T04: a domain once reached by TLS is never spoken to in clear again")
    func ratchet() async throws {
        let peers = MemoryPeerStore()
        var security = RelaySecurity()
        security.peers = peers
        let server = try await server(TestCertificate(name: "other.test"))
        let stand = try Stand(servers("127.0.0.1"), port: server.port, security: security)
        #expect(try await stand.deliver().text == "delivered")
        #expect(try await peers.record(of: name("example.test"))?.level == .encrypted)
        server.change { $0.tls = .none }
        stand.relay.shutDown()
        #expect(try await stand.deliver().text == "postponed 4.7.4 tls hostWide")
        #expect(server.seen.messages.count == 1)
    }

    @Test("While nobody can say what was reached before, mail waits")
    func peersUnreadable() async throws {
        let server = try await plain()
        var security = RelaySecurity()
        security.peers = BrokenPeers()
        let stand = try Stand(servers("127.0.0.1"), port: server.port, security: security)
        #expect(try await stand.deliver().text == "postponed 4.3.0 policy hostWide")
        #expect(server.seen.connections == 0)
    }

    @Test("A server without a key that a person pinned lets the message wait for a decision; with it, it goes")
    func pins() async throws {
        let certificate = try TestCertificate(name: "x")
        let server = try await server(certificate)
        let peers = MemoryPeerStore()
        var security = RelaySecurity()
        security.peers = peers
        let stand = try Stand(servers("127.0.0.1"), port: server.port, security: security)
        let now = stand.clock.now().seconds
        func pin(_ key: Fingerprint) async throws {
            let domain = try name("example.test")
            try await peers.change(domain) { record in
                var record = record ?? PeerRecord(domain: domain, now: now)
                record.pin([key], now: now)
                return record
            }
        }
        try await pin(Fingerprint(of: [1, 2, 3]))
        #expect(try await stand.deliver().text == "held signature")
        #expect(neverMail(server))
        try await pin(Fingerprint(of: Array(certificate.key.publicKey.derRepresentation)))
        #expect(try await stand.deliver().text == "delivered")
        // Asked for from now on is what was reached, too.
        #expect(try await stand.deliver().text == "delivered")
        // A pin that changes while a connection is idle makes that connection worth nothing.
        try await pin(Fingerprint(of: [4]))
        #expect(try await stand.deliver().text == "held signature")
        #expect(server.seen.messages.count == 2)
    }

    @Test("A permission for one message is used up by one")
    func acceptOnce() async throws {
        let server = try await server(TestCertificate(name: "x"))
        let peers = MemoryPeerStore()
        var security = RelaySecurity()
        security.peers = peers
        let stand = try Stand(servers("127.0.0.1"), port: server.port, security: security)
        let (now, domain) = (stand.clock.now().seconds, try name("example.test"))
        try await peers.change(domain) { _ in
            var record = PeerRecord(domain: domain, now: now)
            record.pin([Fingerprint(of: [1])], now: now)
            record.acceptOnce(key: nil, until: now + 100, now: now)
            return record
        }
        #expect(try await stand.deliver().text == "delivered")
        #expect(stand.relay.connections.count == 0)
        #expect(try await stand.deliver().text == "held signature")
        #expect(server.seen.messages.count == 1)
    }

    @Test("Address literals get what everybody gets")
    func literal() async throws {
        let server = try await server(TestCertificate(name: "x"))
        let stand = try Stand(ZoneResolver(), port: server.port)
        let report = await stand.deliver(try stand.job(to: ["bob@[127.0.0.1]"]))
        #expect(report.outcomes.map(\.text) == ["delivered"] && report.tls != nil)
        server.change { $0.tls = .none }
        let strict = try Stand(ZoneResolver(), port: server.port) { $0.minimumSecurity = .encrypted }
        #expect(
            await strict.deliver(try strict.job(to: ["bob@[127.0.0.1]"])).outcomes.map(\.text) == [
                "postponed 4.7.4 tls hostWide"
            ])
        let strictest = try Stand(ZoneResolver(), port: server.port) { $0.minimumSecurity = .authenticated }
        #expect(
            await strictest.deliver(try strictest.job(to: ["bob@[127.0.0.1]"])).outcomes.map(\.text) == [
                "refused 5.7.30 policy"
            ])
        #expect(server.seen.messages.count == 1)
    }
}

/// Knows nothing and says so.
private struct BrokenPeers: PeerStore {
    func record(of domain: DNSName) async throws -> PeerRecord? { throw TestProblem("disk") }
    func change(
        _ domain: DNSName, _ change: @Sendable @escaping (PeerRecord?) -> PeerRecord?
    ) async throws -> PeerRecord? { throw TestProblem("disk") }
    func records(after domain: DNSName?, limit: Int) async throws -> [PeerRecord] { [] }
    func expire(before time: Int64) async throws -> Int { 0 }
}
