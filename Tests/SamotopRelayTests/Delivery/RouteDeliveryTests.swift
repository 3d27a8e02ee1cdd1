import Foundation
import NameResolution
import SMTP
import SamotopClient
import SamotopQueue
import Testing
import TransportSecurity

@testable import SamotopRelay

@Suite struct RouteDeliveryTests {
    private func table(_ route: Route, for patterns: [String] = ["*"]) -> RouteTable {
        var table = RouteTable()
        table.add(route, for: patterns)
        return table
    }

    @Test("A smart host gets all mail, by required and verified TLS unless the route says otherwise")
    func smartHost() async throws {
        let server = try await ScriptedServer()
        let hop = NextHop.host("127.0.0.1", port: UInt16(server.port))
        let strict = try Stand(ZoneResolver(), port: 25, routes: table(Route(name: "smart", .nextHops([hop]))))
        #expect(try await strict.deliver().text == "postponed 4.7.4 tls hostWide")
        #expect(server.seen.messages.isEmpty)
        let plain = try Stand(
            ZoneResolver(), port: 25, routes: table(Route(name: "smart", .nextHops([hop]), tls: ClientTLS.none)))
        let report = await plain.deliver(try plain.job(to: ["a@one.test", "b@two.test", "c@three.test"]))
        #expect(report.outcomes.map(\.text) == ["delivered", "delivered", "delivered"])
        #expect(server.seen.messages.map(\.recipients.count) == [3])
    }

    @Test("A route's server is verified and authenticated to")
    func verified() async throws {
        let authority = try TestCertificate(name: "authority", isAuthority: true)
        let certificate = try TestCertificate(name: "smart.test", issuer: authority)
        let context = try certificate.serverContext()
        let server = try await ScriptedServer()
        server.change { script in
            script.tls = .offered(context)
            script.keywords = ["AUTH PLAIN", "DSN"]
        }
        let resolver = try zone([("smart.test", "A", "127.0.0.1")])
        var tls = ClientTLS.required
        tls.trust = .certificates([try authority.der])
        var route = Route(name: "smart", .nextHops([.host("smart.test", port: UInt16(server.port))]), tls: tls)
        route.authentication = SamotopClient.Authentication(.password(user: "ann", password: "secret"))
        let stand = try Stand(resolver, port: 25, routes: table(route))
        let report = await stand.deliver(try stand.job { $0.auth = .null })
        #expect(report.outcomes.map(\.text) == ["delivered"])
        #expect(report.tls?.verifiedBy == .pkix)
        #expect(server.seen.commands.contains { $0.hasPrefix("AUTH PLAIN") })
        #expect(!server.seen.clear.contains { $0.hasPrefix("AUTH") })
        // A password that is wrong is our own fault: mail waits.
        server.change { $0.reply = { verb, _ in verb == "AUTH" ? "535 5.7.8 no" : nil } }
        stand.relay.shutDown()
        #expect(try await stand.deliver().text == "postponed 4.7.8 auth hostWide")
        // Another authority.
        tls.trust = .certificates([try TestCertificate(name: "other", isAuthority: true).der])
        route.tls = tls
        let other = try Stand(resolver, port: 25, routes: table(route))
        #expect(try await other.deliver().text == "postponed 4.7.5 tls hostWide")
        #expect(server.seen.messages.count == 1)
    }

    @Test("An LMTP server at a Unix socket answers for each recipient")
    func lmtp() async throws {
        let path = "/tmp/samotop-relay-\(UInt64.random(in: 0 ... .max)).sock"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let server = try await ScriptedServer(unixPath: path)
        server.change { $0.dotReplies = ["250 2.0.0 ok", "452 4.2.2 full", "550 5.2.1 off"] }
        var route = Route(name: "local", .nextHops([.unix(path: path)]))
        route.isLMTP = true
        let stand = try Stand(ZoneResolver(), port: 25, routes: table(route, for: ["example.test"]))
        let job = try stand.job(to: ["a@example.test", "b@example.test", "c@example.test"]) { $0.requireTLS = true }
        #expect(
            await stand.deliver(job).outcomes.map(\.text) == [
                "delivered", "postponed 4.2.2 content", "refused 5.2.1 content",
            ])
        #expect(server.seen.commands.first == "LHLO relay.test")
    }

    @Test("A fallback is taken when no server can be reached, and only then")
    func fallback() async throws {
        let main = try await ScriptedServer("127.0.0.1")
        let other = try await ScriptedServer("127.0.0.2")
        var table = RouteTable()
        var route = Route(name: "main", .nextHops([.host("127.0.0.1", port: UInt16(main.port))]), tls: ClientTLS.none)
        route.fallback = "other"
        table.add(route, for: ["*"])
        table.add(
            Route(name: "other", .nextHops([.host("127.0.0.2", port: UInt16(other.port))]), tls: ClientTLS.none),
            for: [])
        let stand = try Stand(ZoneResolver(), port: 25, routes: table)
        main.change { $0.reply = { verb, _ in verb == "MAIL" ? "451 4.3.0 no" : nil } }
        #expect(try await stand.deliver().text == "postponed 4.3.0 mail")
        #expect(other.seen.connections == 0)
        main.change { $0.greeting = "421 4.3.2 no" }
        stand.relay.shutDown()
        #expect(try await stand.deliver().text == "delivered")
        #expect(other.seen.messages.count == 1)
        // By the DNS, too.
        var direct = Route(name: "direct", .mailExchanges)
        direct.fallback = "other"
        table.add(direct, for: ["example.test"])
        let down = try Stand(zone([("example.test", "MX", "SERVFAIL")]), port: 25, routes: table)
        #expect(try await down.deliver().text == "delivered")
        let gone = try Stand(ZoneResolver(), port: 25, routes: table)
        #expect(try await gone.deliver().text == "refused 5.1.2 dns hostWide")
    }

    @Test("Recipients of one job that go different ways now are each taken their own")
    func split() async throws {
        let first = try await ScriptedServer("127.0.0.1")
        let second = try await ScriptedServer("127.0.0.2", port: first.port)
        let resolver = try zone([
            ("a.test", "MX", "1 mx.a.test"), ("mx.a.test", "A", "127.0.0.1"), ("b.test", "MX", "1 mx.b.test"),
            ("mx.b.test", "A", "127.0.0.2"),
        ])
        let stand = try Stand(resolver, port: first.port)
        let report = await stand.deliver(try stand.job(to: ["1@a.test", "2@b.test", "3@gone.test", "4@A.test"]))
        #expect(report.outcomes.map(\.text) == ["delivered", "delivered", "refused 5.1.2 dns hostWide", "delivered"])
        #expect(
            first.seen.messages.map(\.recipients.count) == [2] && second.seen.messages.map(\.recipients.count) == [1])
    }

    @Test("A message with REQUIRETLS doesn't go by a route that doesn't verify")
    func requireTLS() async throws {
        let server = try await ScriptedServer()
        var unverified = ClientTLS.required
        unverified.verification = .none
        for tls in [ClientTLS.none, .opportunistic, unverified] {
            let route = Route(name: "smart", .nextHops([.host("127.0.0.1", port: UInt16(server.port))]), tls: tls)
            let stand = try Stand(ZoneResolver(), port: 25, routes: table(route))
            let report = await stand.deliver(try stand.job { $0.requireTLS = true })
            #expect(report.outcomes.map(\.text) == ["refused 5.7.30 policy"])
        }
        #expect(server.seen.connections == 0)
    }
}
