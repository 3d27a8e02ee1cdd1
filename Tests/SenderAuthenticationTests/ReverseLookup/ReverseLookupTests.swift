import InternetMessage
import NameResolution
import SMTP
import SenderAuthentication
import Testing

struct ReverseLookupTests {
    private func name(_ text: String) -> DNSName { DNSName(text) ?? .root }

    private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    /// A world in which an address has names, and names have addresses.
    private func zone(_ client: String, named names: [String], hosts: [String: String] = [:]) throws -> ZoneResolver {
        var zone = ZoneResolver()
        for text in names { zone.add(try address(client).withoutMapping.reverseName, .ptr, .name(name(text))) }
        for (host, text) in hosts {
            let address = try address(text)
            zone.add(name(host), address.isIPv6 ? .aaaa : .a, .address(address))
        }
        return zone
    }

    @Test(
        "RFC 8601 §2.7.3: a name that has the address",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:db8::1"), ("::ffff:192.0.2.1", "192.0.2.1"),
        ]) func pass(client: String, shown: String) async throws
    {
        let zone = try zone(client, named: ["mx.example.org"], hosts: ["mx.example.org": shown])
        let finding = await ReverseLookup(resolver: zone).evaluate(try address(client))
        #expect(finding.result == .pass)
        #expect(finding.name == name("mx.example.org"))
        #expect(finding.genericSign == nil)
        let id = try #require(AuthservID(Array("mx.our.test".utf8)))
        let field = AuthenticationResults(authservID: id, results: [finding.authenticationResult])
        let again = try AuthenticationResults(Array(field.bytes.dropFirst("Authentication-Results:".utf8.count)))
        #expect(again.results.first?.method == .iprev)
        #expect(again.results.first?.result == .pass)
        #expect(again.results.first?.value(.policy, .iprev) == Array(shown.utf8))
    }

    @Test("RFC 8601 §2.7.3: names that don't have the address") func fail() async throws {
        let client = try address("192.0.2.1")
        for hosts in [[:], ["mx.example.org": "192.0.2.2"], ["mx.example.org": "2001:db8::1"]] {
            let zone = try zone("192.0.2.1", named: ["mx.example.org"], hosts: hosts)
            let finding = await ReverseLookup(resolver: zone).evaluate(client)
            #expect(finding.result == .fail)
            #expect(finding.name == nil)
        }
    }

    @Test("RFC 8601 §2.7.3: an address without a name") func permerror() async throws {
        let finding = await ReverseLookup(resolver: ZoneResolver()).evaluate(try address("192.0.2.1"))
        #expect(finding.result == .permerror)
    }

    @Test("D10: without the DNS the result is temperror") func temperror() async throws {
        let client = try address("192.0.2.1")
        var down = ZoneResolver()
        down.fail(client.reverseName, .serverFailure)
        #expect(await ReverseLookup(resolver: down).evaluate(client).result == .temperror)

        var half = try zone("192.0.2.1", named: ["a.test", "b.test"], hosts: ["a.test": "192.0.2.9"])
        half.fail(name("b.test"), .timeout)
        #expect(await ReverseLookup(resolver: half).evaluate(client).result == .temperror)
        half.add(name("c.test"), .a, .address(client))
        half.add(client.reverseName, .ptr, .name(name("c.test")))
        let finding = await ReverseLookup(resolver: half).evaluate(client)
        #expect(finding.result == .pass && finding.name == name("c.test"))
    }

    @Test("D03: a thousand names are ten") func manyNames() async throws {
        let zone = try zone(
            "192.0.2.1", named: (0..<1_000).map { "h\($0).test" },
            hosts: ["h9.test": "192.0.2.1", "h10.test": "192.0.2.1"])
        let asked = RecordedQuestions(zone)
        let finding = await ReverseLookup(resolver: asked).evaluate(try address("192.0.2.1"))
        #expect(finding.name == name("h9.test"))
        #expect(asked.entries.count == 1 + ReverseLookup.maximumNames)
    }

    @Test(
        "D14: what is no name of a host is never shown",
        arguments: [
            "<script>alert(1)</script>", "a\r\nX: y", "%s${run{x}}", "a b", "a\"b", "\0", "\u{E9}", "-a", "a\u{1B}[2J",
            String(repeating: "(", count: 63),
        ]) func hostileNames(label: String) async throws
    {
        let client = try address("192.0.2.1")
        let hostile = try #require(DNSName(labels: [Array(label.utf8), Array("test".utf8)]))
        var zone = ZoneResolver()
        zone.add(client.reverseName, .ptr, .name(hostile))
        zone.add(hostile, .a, .address(client))
        let asked = RecordedQuestions(zone)
        let alone = await ReverseLookup(resolver: asked).evaluate(client)
        #expect(alone.result == .fail)
        #expect(alone.name == nil)
        #expect(asked.entries.count == 1)
        #expect(!String(describing: alone).contains(label))
        // a good name beside it is found
        zone.add(client.reverseName, .ptr, .name(name("mx.example.org")))
        zone.add(name("mx.example.org"), .a, .address(client))
        #expect(await ReverseLookup(resolver: zone).evaluate(client).name == name("mx.example.org"))
        // the root is no host either
        var root = ZoneResolver()
        root.add(client.reverseName, .ptr, .name(.root))
        #expect(await ReverseLookup(resolver: root).evaluate(client).result == .fail)
    }

    @Test func aNameThatIsNotGenericIsPreferred() async throws {
        let names = ["dsl-192-0-2-1.example.org", "mx.example.org"]
        let zone = try zone(
            "192.0.2.1", named: names, hosts: Dictionary(uniqueKeysWithValues: names.map { ($0, "192.0.2.1") }))
        #expect(await ReverseLookup(resolver: zone).evaluate(try address("192.0.2.1")).name == name("mx.example.org"))
    }

    @Test(arguments: [
        ("mx.example.org", HelloMatch.exact), ("MX.Example.ORG", .exact), ("[192.0.2.1]", .addressLiteral),
        ("[192.0.2.2]", .no), ("[IPv6:::ffff:192.0.2.1]", .addressLiteral), ("[IPv6:2001:db8::1]", .no),
        ("other.test", .forwardConfirmed), ("elsewhere.test", .no), ("out.example.org", .sameParent),
        ("example.org", .sameParent), ("a.mx.example.org", .sameParent), ("a.b.example.org", .no), ("org", .no),
        ("down.test", .temperror), ("nowhere.test", .no),
    ]) func hello(text: String, match: HelloMatch) async throws {
        var zone = try zone(
            "192.0.2.1", named: ["mx.example.org"],
            hosts: ["mx.example.org": "192.0.2.1", "other.test": "192.0.2.1", "elsewhere.test": "192.0.2.2"])
        zone.fail(name("down.test"), .timeout)
        let lookup = ReverseLookup(resolver: zone)
        let finding = await lookup.evaluate(try address("192.0.2.1"))
        #expect(await lookup.match(try #require(Domain(text)), finding) == match)
    }

    @Test func withoutANameOnlyTheAddressCounts() async throws {
        let zone = try zone("2001:db8::1", named: [], hosts: ["mx.example.org": "2001:db8::1"])
        let lookup = ReverseLookup(resolver: zone)
        let finding = await lookup.evaluate(try address("2001:db8::1"))
        #expect(await lookup.match(try #require(Domain("mx.example.org")), finding) == .forwardConfirmed)
        #expect(await lookup.match(try #require(Domain("out.example.org")), finding) == .no)
        #expect(await lookup.match(try #require(Domain("[IPv6:2001:db8::1]")), finding) == .addressLiteral)
    }

    @Test(
        "names that hold their address",
        arguments: [
            ("203-0-113-7.example.net", "203.0.113.7"), ("7.113.0.203.example.net", "203.0.113.7"),
            ("host203x0x113x7.example.net", "203.0.113.7"), ("h203000113007.example.net", "203.0.113.7"),
            ("h007113000203.example.net", "203.0.113.7"), ("203-000-113-007.example.net", "203.0.113.7"),
            ("cb007107.example.net", "203.0.113.7"), ("CB-00-71-07.example.net", "203.0.113.7"),
            ("x077100cb.example.net", "203.0.113.7"), ("ip-203-0-113-7.eu.compute.example.net", "203.0.113.7"),
            ("2001-db8--1.example.net", "2001:db8::1"), ("20010db8000000000000000000000001.example.net", "2001:db8::1"),
            ("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.example.net", "2001:db8::1"),
            ("h-02aa-00ff-fe00-1234.example.net", "2001:db8::2aa:ff:fe00:1234"),
        ]) func namesOfAddresses(text: String, client: String) throws
    {
        #expect(GenericHostName.sign(in: name(text), of: try address(client)) == .address)
    }

    @Test(
        "names of lines",
        arguments: [
            "dyn.example.net.test", "pool-7.example.net", "a.dsl.example.net", "adsl7.example.net",
            "x_dhcp_1.example.net",
            "cable12.example.net", "DIAL.example.net", "ppp9.a.example.net", "customer-1.example.net",
            "dynamic.a.b.example.net",
        ]) func namesOfLines(text: String) throws
    {
        #expect(GenericHostName.sign(in: name(text), of: try address("203.0.113.7")) == .word)
    }

    @Test(
        "names of mail servers",
        arguments: [
            "mx.example.net", "carpool.example.net", "dynamo.example.net", "mail.cable.test", "203-0-113-8.example.net",
            "113-0-203-7.example.net", "mx203.example.net", "mx1.mail0.out113.x7.example.net", "apple.example.net",
            "pool.test",
            "test", "cb007108.example.net",
        ]) func namesOfServers(text: String) throws
    {
        #expect(GenericHostName.sign(in: name(text), of: try address("203.0.113.7")) == nil)
    }
}
