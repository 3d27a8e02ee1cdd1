import NameResolution
import SMTP
import SamotopCore
import SamotopQueue
import Synchronization
import Testing
import TransportSecurity

@testable import SamotopRelay

@Suite struct PolicyTests {
    /// Serves the policy of `example.test`, or nothing.
    private final class PolicyHost: HTTPSFetching {
        private let file: Mutex<String?>
        init(_ file: String?) { self.file = Mutex(file) }
        func set(_ file: String?) { self.file.withLock { $0 = file } }
        func fetch(_ request: HTTPSRequest) async throws(HTTPSFetchError) -> HTTPSResponse {
            guard let file = file.withLock({ $0 }) else { throw .unreachable }
            return HTTPSResponse(status: 200, contentType: "text/plain", body: Array(file.utf8))
        }
    }

    private func policy(_ mode: String, _ host: String) -> String {
        "version: STSv1\nmode: \(mode)\nmx: \(host)\nmax_age: 604800\n"
    }

    private struct Setting {
        let server: ScriptedServer
        let stand: Stand
        let host: PolicyHost
        let reports: MemoryTLSReportStore
    }

    private func setting(
        _ file: String?, certificate: String = "mx1.example.test", isTrusted: Bool = true
    ) async throws -> Setting {
        let authority = try TestCertificate(name: "authority", isAuthority: true)
        let context = try TestCertificate(name: certificate, issuer: authority).serverContext()
        let server = try await ScriptedServer()
        server.change { $0.tls = .offered(context) }
        var resolver = try servers("127.0.0.1")
        resolver.add(try name("_mta-sts.example.test"), .txt, .text([Array("v=STSv1; id=1".utf8)]))
        let (host, reports) = (PolicyHost(file), MemoryTLSReportStore())
        var security = RelaySecurity()
        security.mtaSTS = MTASTSDiscovery(resolver: resolver, fetcher: host, store: MemoryMTASTSStore())
        security.anchors = isTrusted ? TrustAnchors(der: [try authority.der]) : .none
        security.reports = reports
        let stand = try Stand(resolver, port: server.port, security: security)
        return Setting(server: server, stand: stand, host: host, reports: reports)
    }

    @Test("D16: a server that an enforced policy names, and an authority vouches for, gets the message")
    func enforced() async throws {
        let setting = try await setting(policy("enforce", "*.example.test"))
        let report = await setting.stand.deliver(try setting.stand.job())
        #expect(report.outcomes.map(\.text) == ["delivered"])
        #expect(report.tls?.verifiedBy == .mtaSTS)
        let counted = try await setting.reports.take(endedAt: setting.stand.clock.now().seconds + 86_400)
        #expect(counted.first?.policies.first?.policy.kind == .sts)
    }

    @Test("D16: a server that an enforced policy doesn't name isn't connected to")
    func notNamed() async throws {
        let setting = try await setting(policy("enforce", "other.example.test"))
        #expect(try await setting.stand.deliver().text == "postponed 4.7.5 policy hostWide")
        #expect(setting.server.seen.connections == 0)
        let counted = try await setting.reports.take(endedAt: setting.stand.clock.now().seconds + 86_400)
        #expect(counted.first?.policies.first?.failed == 1)
    }

    @Test(
        "D16: a wrong name, or an authority that nobody trusts, gets nothing",
        arguments: [("wrong.test", true), ("mx1.example.test", false)])
    func wrongCertificate(_ certificate: String, _ isTrusted: Bool) async throws {
        let setting = try await setting(
            policy("enforce", "mx1.example.test"), certificate: certificate, isTrusted: isTrusted)
        #expect(try await setting.stand.deliver().text == "postponed 4.7.5 tls hostWide")
        #expect(setting.server.seen.messages.isEmpty && !setting.server.seen.commands.contains { $0.hasPrefix("MAIL") })
    }

    @Test("D16: without STARTTLS an enforced policy lets nothing go in clear; a policy that is only tested does")
    func stripped() async throws {
        for (mode, expected) in [
            ("enforce", "postponed 4.7.4 tls hostWide"), ("testing", "delivered"), ("none", "delivered"),
        ] {
            let setting = try await setting(policy(mode, "mx1.example.test"))
            setting.server.change { $0.tls = .none }
            #expect(try await setting.stand.deliver().text == expected)
        }
    }

    @Test("D16: when the policy can't be fetched any more, the one that is kept holds")
    func kept() async throws {
        let setting = try await setting(policy("enforce", "mx1.example.test"))
        #expect(try await setting.stand.deliver().text == "delivered")
        setting.host.set(nil)
        setting.server.change { $0.tls = .none }
        setting.stand.relay.shutDown()
        #expect(try await setting.stand.deliver().text == "postponed 4.7.4 tls hostWide")
        #expect(setting.server.seen.messages.count == 1)
    }

    @Test("D16: a policy that could never be fetched asks for nothing")
    func neverFetched() async throws {
        let setting = try await setting(nil)
        setting.server.change { $0.tls = .none }
        #expect(try await setting.stand.deliver().text == "delivered")
    }
}
