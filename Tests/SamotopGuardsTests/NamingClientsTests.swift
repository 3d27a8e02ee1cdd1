import InternetMessage
import NameResolution
import SMTP
import SamotopCore
import SamotopGuards
import Testing

@Suite struct NamingClientsTests {
    private var world: SenderWorld
    init() throws { world = try SenderWorld() }

    private func hello(_ guardian: NamingClients, client: ClientAddress) async throws -> (Verdict, Session) {
        var session = Session(id: "s", role: .mx, client: client)
        session.hello = HelloCommand(verb: .ehlo, domain: try #require(Domain("mail.legit.test")))
        return (try await guardian.hello(&session), session)
    }

    @Test func aNameThatLeadsBackPasses() async throws {
        let (verdict, session) = try await hello(
            NamingClients(with: world.zone, unnamed: .reject), client: SenderWorld.client)
        #expect(verdict == .pass)
        #expect(session.evidence.first?.result == .pass)
        #expect(session.evidence.first?.reason == Array("greeting: exact".utf8))
    }

    @Test func withoutANamePolicyDecides() async throws {
        let stranger = ClientAddress.ipv4([198, 51, 100, 1])
        let (marked, session) = try await hello(NamingClients(with: world.zone), client: stranger)
        #expect(marked == .pass)
        #expect(session.evidence.first?.result == .permerror)
        guard
            case .postpone(let later) = try await hello(
                NamingClients(with: world.zone, unnamed: .postpone), client: stranger
            ).0
        else {
            Issue.record("not postponed")
            return
        }
        #expect(later.words.postponing.status?.description == "4.7.25")
        guard case .reject = try await hello(NamingClients(with: world.zone, unnamed: .reject), client: stranger).0
        else {
            Issue.record("not refused")
            return
        }
    }

    @Test func ourOwnMTAIsNotLookedUp() async throws {
        var session = Session(id: "s", role: .lmtp, client: .ipv4([198, 51, 100, 1]))
        session.hello = HelloCommand(verb: .lhlo, domain: try #require(Domain("mail.legit.test")))
        #expect(try await NamingClients(with: world.zone, unnamed: .reject).hello(&session) == .pass)
        #expect(session.evidence.isEmpty)
    }

    @Test("D10: without an answer nobody is refused for good") func noAnswer() async throws {
        var world = world
        world.zone.fail(try #require(DNSName("1.100.51.198.in-addr.arpa")), .timeout)
        let (verdict, _) = try await hello(
            NamingClients(with: world.zone, unnamed: .reject), client: .ipv4([198, 51, 100, 1]))
        guard case .postpone(let refusal) = verdict else {
            Issue.record("not postponed")
            return
        }
        #expect(refusal.words.postponing.code == 451)
    }
}
