import Crypto
import NameResolution
import SamotopQueue
import Testing

@testable import SamotopRelay
@testable import TransportSecurity

@Suite("What a person decided about a domain's servers, where mail goes to them")
struct DecisionTests {
    private static let mx = "mx1.example.test"

    private let peers = MemoryPeerStore()
    private let certificate: TestCertificate
    private let server: ScriptedServer

    init() async throws {
        certificate = try TestCertificate(name: "x")
        let context = try certificate.serverContext()
        server = try await ScriptedServer()
        server.change { $0.tls = .offered(context) }
    }

    private var key: Fingerprint { Fingerprint(of: Array(certificate.key.publicKey.derRepresentation)) }

    private func stand(_ records: [String]? = nil) throws -> Stand {
        var entries = [("example.test", "MX", "10 \(Self.mx)"), (Self.mx, "A", "127.0.0.1")]
        entries += (records ?? []).map { ("_\(server.port)._tcp.\(Self.mx)", "TLSA", $0) }
        var resolver = try zone(entries)
        if records != nil { resolver.security = .secure }
        var security = RelaySecurity()
        security.peers = peers
        return try Stand(resolver, port: server.port, security: security)
    }

    private func decide(_ decide: @escaping @Sendable (inout PeerRecord) -> Void) async throws {
        let domain = try name("example.test")
        try await peers.change(domain) { record in
            var record = record ?? PeerRecord(domain: domain, now: Stand.realTime)
            decide(&record)
            return record
        }
    }

    private func record() async throws -> PeerRecord {
        try #require(try await peers.record(of: try name("example.test")))
    }

    /// So many messages at once.
    private func deliver(_ count: Int, over stand: Stand) async throws -> [String] {
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<count { group.addTask { try await stand.deliver().text } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// A pin of another key, and a permission for one message.
    private func permitOnce() async throws {
        try await decide { record in
            record.pin([Fingerprint(of: [1])], now: Stand.realTime)
            record.acceptOnce(key: nil, until: Stand.realTime + 1_000, now: Stand.realTime)
        }
    }

    @Test(
        "D13: with TLSA records of another key mail waits, and the record says which didn't match; once the key is verified, it goes"
    )
    func wrongRecords() async throws {
        let stand = try stand(["3 1 1 \(String(repeating: "ab", count: 32))"])
        #expect(try await stand.deliver().text == "postponed 4.7.5 tls hostWide")
        let offered = try #require(try await record().offered)
        #expect(offered.chain.first == key && !offered.isHeld)
        #expect(offered.records.map(\.attempt) == [.noMatch])
        #expect(offered.words.contains("TLSA"))
        #expect(server.seen.messages.isEmpty)
        // Letting one message go is not enough: the domain itself says that it is somebody else.
        try await decide { $0.acceptOnce(key: nil, until: Stand.realTime + 1_000, now: Stand.realTime) }
        #expect(try await stand.deliver().text == "postponed 4.7.5 tls hostWide")
        let key = key
        try await decide { $0.pin([key], now: Stand.realTime) }
        let report = await stand.deliver(try stand.job())
        #expect(report.outcomes.map(\.text) == ["delivered"])
        #expect(report.tls?.verifiedBy == .person)
    }

    @Test("D15: MX records with wrong signatures: nobody connects, and the record says so until they are right again")
    func bogusMailExchange() async throws {
        let host = (Self.mx, "A", "127.0.0.1")
        var (good, wrong) = (try zone([("example.test", "MX", "10 \(Self.mx)"), host]), try zone([host]))
        wrong.fail(try name("example.test"), .bogus)
        good.security = .insecure
        var security = RelaySecurity()
        security.peers = peers
        let bogus = try Stand(wrong, port: server.port, security: security)
        #expect(try await bogus.deliver().text == "postponed 4.4.3 dns hostWide")
        #expect(server.seen.connections == 0)
        #expect(try await record().standing == .bogus)
        #expect(try await Stand(good, port: server.port, security: security).deliver().text == "delivered")
        #expect(try await record().standing == .unsigned)
        #expect(try await record().changes.map(\.kind).contains(.standing))
    }

    @Test("A permission for one message lets one go of many that are under way at once")
    func atOnce() async throws {
        try await permitOnce()
        let stand = try stand()
        let outcomes = try await deliver(8, over: stand)
        #expect(outcomes.count { $0 == "delivered" } == 1)
        #expect(outcomes.count { $0 == "held signature" } == 7)
        #expect(server.seen.messages.count == 1)
    }

    @Test("A permission is not used up by a message that wasn't taken", arguments: ["MAIL", "RCPT", "."])
    func givenBack(verb: String) async throws {
        try await permitOnce()
        server.change { $0.reply = { command, _ in command == verb ? "450 4.7.1 come back later" : nil } }
        let stand = try stand()
        #expect(try await stand.deliver().text.hasPrefix("postponed 4.7.1"))
        #expect(try await record().decision.acceptOnce != nil)
        server.change { $0.reply = { _, _ in nil } }
        #expect(try await stand.deliver().text == "delivered")
        #expect(try await record().decision.acceptOnce == nil)
    }

    @Test("RFC 1047: it is used up when the server may have the message")
    func uncertain() async throws {
        try await permitOnce()
        server.change { $0.reply = { command, _ in command == "." ? "" : nil } }
        #expect(try await stand().deliver().text.hasPrefix("postponed"))
        #expect(try await record().decision.acceptOnce == nil)
    }

    @Test("What changed is accepted: the message goes, and the next one finds nothing that differs")
    func adopted() async throws {
        let stand = try stand()
        #expect(try await stand.deliver().text == "delivered")
        try await decide { $0.holdOnDifference(true, now: Stand.realTime) }
        let context = try TestCertificate(name: "y").serverContext()
        server.change { $0.tls = .offered(context) }
        stand.relay.shutDown()
        #expect(try await stand.deliver().text == "held signature")
        #expect(try await record().offered?.isHeld == true)
        #expect(try await record().offered?.isDifference == true)
        try await decide {
            $0.acceptOnce(key: nil, isLasting: true, until: Stand.realTime + 1_000, now: Stand.realTime)
        }
        // Of many at once all go: the others find what the first has found.
        #expect(try await deliver(4, over: stand) == Array(repeating: "delivered", count: 4))
        #expect(try await record().offered == nil)
        #expect(try await record().decision.acceptOnce == nil)
    }

    @Test("A lasting permission isn't there for the next difference, although the message wasn't taken")
    func adoptedOnce() async throws {
        let stand = try stand()
        #expect(try await stand.deliver().text == "delivered")
        try await decide { $0.holdOnDifference(true, now: Stand.realTime) }
        for (name, verb) in [("y", "RCPT"), ("z", "nothing")] {
            let context = try TestCertificate(name: name).serverContext()
            server.change {
                $0.tls = .offered(context)
                $0.reply = { command, _ in command == verb ? "450 4.7.1 later" : nil }
            }
            stand.relay.shutDown()
            #expect(try await stand.deliver().text == "held signature")
            guard name == "y" else { break }
            try await decide {
                $0.acceptOnce(key: nil, isLasting: true, until: Stand.realTime + 1_000, now: Stand.realTime)
            }
            #expect(try await stand.deliver().text.hasPrefix("postponed 4.7.1"))
        }
    }

    @Test("It stands in for no proof: pins hold on")
    func adoptsNoPins() async throws {
        try await decide { record in
            record.pin([Fingerprint(of: [1])], now: Stand.realTime)
            record.acceptOnce(key: nil, isLasting: true, until: Stand.realTime + 1_000, now: Stand.realTime)
        }
        #expect(try await stand().deliver().text == "held signature")
        #expect(try await record().offered?.isDifference == false)
    }

    @Test("Mail waits when anything differs, also where a connection is open already")
    func openConnection() async throws {
        let stand = try stand()
        #expect(try await stand.deliver().text == "delivered")
        try await decide { $0.holdOnDifference(true, now: Stand.realTime) }
        #expect(try await stand.deliver().text == "delivered")
        let opened = server.seen.connections
        // As if it had been signed.
        try await decide { $0.mailExchangeSecurity = .secure }
        #expect(try await stand.deliver().text == "held signature")
        #expect(server.seen.connections == opened + 1)
    }
}
