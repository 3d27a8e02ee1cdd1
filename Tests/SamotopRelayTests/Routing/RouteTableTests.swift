import SamotopCore
import NameResolution
import SMTP
import SamotopQueue
import Testing

@testable import SamotopRelay

@Suite struct RouteTableTests {
    private func table() -> RouteTable {
        var table = RouteTable()
        table.add(Route(name: "exact", .nextHops([.host("a.test", port: 25)])), for: ["Example.org"])
        table.add(Route(name: "below", .nextHops([.host("b.test", port: 25)])), for: [".example.org", ".test"])
        table.add(Route(name: "deeper", .mailExchanges), for: [".sub.example.org"])
        table.add(Route(name: "all", .nextHops([.unix(path: "/run/lmtp")])), for: ["*"])
        table.add(Route(name: "literal", .mailExchanges), for: ["[192.0.2.1]", "xn--mnchen-3ya.de"])
        return table
    }

    @Test(
        "The exact domain goes before those above it, the nearest of these before the others, and all before the rest",
        arguments: [
            ("example.org", "exact"), ("EXAMPLE.org", "exact"), ("a.example.org", "below"),
            ("b.a.example.org", "below"),
            ("sub.example.org", "below"), ("x.sub.example.org", "deeper"), ("test", "all"), ("x.test", "below"),
            ("notexample.org", "all"), ("[192.0.2.1]", "literal"), ("[192.0.2.2]", "all"), ("münchen.de", "literal"),
        ])
    func matching(_ domain: String, _ route: String) throws {
        #expect(table().route(for: try #require(Domain(domain)))?.name == route)
    }

    @Test("Without a match the DNS decides")
    func none() throws {
        var table = RouteTable()
        #expect(table.route(for: try #require(Domain("example.org"))) == nil)
        table.add(Route(name: "x", .mailExchanges), for: ["other.test"])
        #expect(table.route(for: try #require(Domain("example.org"))) == nil)
    }

    @Test("The queue counts by the route only what a route takes elsewhere")
    func destinations() throws {
        let table = table()
        #expect(table.destination(for: try #require(Domain("example.org"))).text == "exact")
        #expect(table.destination(for: try #require(Domain("X.Sub.example.org"))).text == "x.sub.example.org")
    }

    @Test("Next hops are connected to wherever they are, in the given order")
    func nextHops() async throws {
        let resolver = try zone([("inside.test", "A", "10.0.0.1"), ("inside.test", "AAAA", "fd00::1")])
        let router = try MailRouter.testing(resolver)
        let routing = await router.route(to: [
            .host("127.0.0.1", port: 2525), .host("inside.test", port: 26), .unix(path: "/run/lmtp"),
            .host("gone.test", port: 25),
        ])
        #expect(routing.text == ["0 - 127.0.0.1", "0 inside.test fd00::1,10.0.0.1", "0 - unix"])
        #expect(routing.hosts.first?.endpoints == [.address(try #require(IPAddress("127.0.0.1")), port: 2525)])
        #expect(routing.hosts.allSatisfy { $0.source == .route })
        #expect(await router.route(to: [.host("gone.test", port: 25)]) == .postponed(.lookupFailed))
        #expect(await router.route(to: []) == .postponed(.noAddress))
    }

    @Test("An IPv4 address is in a network also when it is written within IPv6")
    func networks() throws {
        let network = try #require(IPNetwork("192.0.2.128/25"))
        #expect(network.contains(try #require(IPAddress("192.0.2.255"))))
        #expect(network.contains(try #require(IPAddress("::ffff:192.0.2.255"))))
        #expect(!network.contains(try #require(IPAddress("192.0.2.127"))))
        #expect(IPNetwork("2001:db8::/32")?.contains(try #require(IPAddress("2001:db8:1::1"))) == true)
    }
}
