import NameResolution
import SMTP
import SamotopQueue
import Testing

@testable import SamotopRelay

@Suite struct RequireTLSTests {
    private static let mx = "mx1.example.test"

    /// A server with a certificate for its name.
    private func server(_ certificate: TestCertificate) async throws -> ScriptedServer {
        let context = try certificate.serverContext()
        let server = try await ScriptedServer()
        server.change { $0.tls = .offered(context) }
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

    @Test("REQUIRETLS goes only to a proven server that knows it; others refuse or postpone")
    func requireTLS() async throws {
        let certificate = try TestCertificate(name: Self.mx)
        let server = try await server(certificate)
        server.change { $0.keywords = ["REQUIRETLS", "DSN"] }
        let proven = try Stand(signed([certificate.tlsa], port: server.port), port: server.port)
        let job = try proven.job { $0.requireTLS = true }
        #expect(await proven.deliver(job).outcomes.map(\.text) == ["delivered"])
        #expect(server.seen.messages.first?.sender.contains(" REQUIRETLS") == true)
        let unproven = try Stand(servers("127.0.0.1"), port: server.port)
        #expect(await unproven.deliver(job).outcomes.first?.text.hasPrefix("postponed 4.7.") == true)
        server.change { $0.keywords = ["DSN"] }
        proven.relay.shutDown()
        #expect(await proven.deliver(job).outcomes.map(\.text) == ["refused 5.7.30 mail"])
        let literal = try proven.job(to: ["bob@[127.0.0.1]"]) { $0.requireTLS = true }
        #expect(await proven.deliver(literal).outcomes.map(\.text) == ["refused 5.7.30 policy"])
        #expect(server.seen.messages.count == 1)
    }

    @Test("A connection that was good enough for others isn't for a message with REQUIRETLS")
    func requireTLSAndReuse() async throws {
        let certificate = try TestCertificate(name: Self.mx)
        let server = try await server(certificate)
        server.change { $0.keywords = ["REQUIRETLS", "DSN"] }
        let stand = try Stand(signed([certificate.tlsa], port: server.port), port: server.port)
        #expect(await stand.deliver(try stand.job()).outcomes.map(\.text) == ["delivered"])
        #expect(await stand.deliver(try stand.job { $0.requireTLS = true }).outcomes.map(\.text) == ["delivered"])
        #expect(server.seen.connections == 2)
    }
}
