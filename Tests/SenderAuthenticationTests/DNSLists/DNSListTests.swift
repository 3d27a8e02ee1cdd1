import NameResolution
import SenderAuthentication
import Testing

struct DNSListTests {
    private let list = DNSList(
        zone: DNSName("bl.test") ?? .root, coverage: [.ipv4, .ipv6, .domains], asksForReason: true)

    private func name(_ text: String) -> DNSName { DNSName(text) ?? .root }

    private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    /// A list with these entries, by what stands before the zone.
    private func zone(_ entries: [String: [String]]) throws -> ZoneResolver {
        var zone = ZoneResolver()
        for (entry, answers) in entries {
            for answer in answers { zone.add(name("\(entry).bl.test"), .a, .address(try address(answer))) }
        }
        return zone
    }

    private func look(_ client: String, _ list: DNSList? = nil, in zone: any Resolver) async throws -> DNSListFinding {
        await (list ?? self.list).look(up: try address(client), asking: zone)
    }

    @Test("RFC 5782 §2.1: an IPv4 address") func ipv4() async throws {
        let zone = try zone(["99.2.0.192": ["127.0.0.2", "127.0.0.4"]])
        let codes: Set = [try address("127.0.0.2"), try address("127.0.0.4")]
        #expect(try await look("192.0.2.99", in: zone) == .listed(codes: codes, reason: nil))
        #expect(try await look("::ffff:192.0.2.99", in: zone).isListed)
        #expect(try await look("192.0.2.98", in: zone) == .notListed)
    }

    @Test("RFC 5782 §2.4: an IPv6 address") func ipv6() async throws {
        let entry = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"
        let zone = try zone([entry: ["127.0.0.2"]])
        #expect(try await look("2001:db8::1", in: zone).isListed)
        #expect(try await look("2001:db8::2", in: zone) == .notListed)
    }

    @Test("RFC 5782 §3: a domain") func domains() async throws {
        let zone = try zone(["spam.example": ["127.0.0.2"]])
        #expect(await list.look(up: name("Spam.Example"), asking: zone).isListed)
        #expect(await list.look(up: name("www.spam.example"), asking: zone) == .notListed)
        #expect(await list.look(up: .root, asking: zone) == .notCovered)
        let hostile = try #require(DNSName(labels: [Array("a b".utf8)]))
        #expect(await list.look(up: hostile, asking: zone) == .notCovered)
        let long = [String](repeating: String(repeating: "a", count: 61), count: 4).joined(separator: ".")
        #expect(await list.look(up: name(long), asking: zone) == .notCovered)
    }

    @Test func whatAListIsNotAskedAbout() async throws {
        let asked = RecordedQuestions(try zone(["99.2.0.192": ["127.0.0.2"]]))
        let domains = DNSList(zone: name("bl.test"), coverage: .domains)
        #expect(try await look("192.0.2.99", domains, in: asked) == .notCovered)
        #expect(
            try await look("2001:db8::1", DNSList(zone: name("bl.test"), coverage: .ipv4), in: asked) == .notCovered)
        #expect(
            await DNSList(zone: name("bl.test"), coverage: .ipv6).look(up: name("a.test"), asking: asked) == .notCovered
        )
        #expect(asked.entries.isEmpty)
    }

    @Test(
        "an answer that no list gives means nothing",
        arguments: [
            "203.0.113.1", "10.0.0.1", "126.255.255.255", "128.0.0.1", "0.0.0.0", "127.0.0.1", "127.255.255.254",
        ]) func broken(answer: String) async throws
    {
        #expect(try await look("192.0.2.99", in: try zone(["99.2.0.192": [answer]])) == .broken)
        let both = try zone(["99.2.0.192": [answer, "127.0.0.3"]])
        #expect(try await look("192.0.2.99", in: both) == .listed(codes: [try address("127.0.0.3")], reason: nil))
    }

    @Test("a domain that was given up, with a wildcard") func parked() async throws {
        var zone = ZoneResolver()
        zone.add(name("*.bl.test"), .a, .address(try address("203.0.113.1")))
        #expect(try await look("192.0.2.99", in: zone) == .broken)
        #expect(await list.health(asking: zone) == .dead)
    }

    @Test("RFC 5782 §2.3: which answers count is said for each list") func codes() async throws {
        let zone = try zone([
            "99.2.0.192": ["127.0.0.2", "127.0.0.10"], "98.2.0.192": ["127.0.0.10"], "97.2.0.192": ["10.0.0.1"],
        ])
        let some = DNSList(zone: name("bl.test"), coverage: .ipv4, codes: [try address("127.0.0.2")])
        #expect(try await look("192.0.2.99", some, in: zone) == .listed(codes: [try address("127.0.0.2")], reason: nil))
        #expect(try await look("192.0.2.98", some, in: zone) == .notListed)
        #expect(try await look("192.0.2.97", some, in: zone) == .broken)
    }

    @Test("D10: without the DNS nothing is said") func temperror() async throws {
        var zone = ZoneResolver()
        zone.fail(name("99.2.0.192.bl.test"), .timeout)
        #expect(try await look("192.0.2.99", in: zone) == .temperror)
        zone.fail(name("2.0.0.127.bl.test"), .timeout)
        #expect(await list.health(asking: zone) == .temperror)
    }

    @Test("the reason is a stranger's text") func reason() async throws {
        var zone = try zone(["99.2.0.192": ["127.0.0.2"]])
        let text = Array("see\r\n550 <x>\u{1B}\u{E9}\0".utf8) + [UInt8](repeating: 0x61, count: 1_000)
        zone.add(name("99.2.0.192.bl.test"), .txt, .text([text]))
        guard case .listed(_, let reason?) = try await look("192.0.2.99", in: zone) else {
            Issue.record("no reason")
            return
        }
        #expect(reason.hasPrefix("see??550 <x>????aaa"))
        #expect(reason.utf8.count == DNSListFinding.maximumReason)
        let silent = DNSList(zone: name("bl.test"), coverage: .ipv4)
        let asked = RecordedQuestions(zone)
        #expect(
            try await look("192.0.2.99", silent, in: asked) == .listed(codes: [try address("127.0.0.2")], reason: nil))
        #expect(asked.entries.count == 1)
    }

    private let testEntries = [
        "2.0.0.127": ["127.0.0.2"], "test": ["127.0.0.2"],
        "2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0": ["127.0.0.2"],
    ]

    @Test("RFC 5782 §5: a list that works") func alive() async throws {
        let zone = try zone(testEntries)
        #expect(await list.health(asking: zone) == .alive)
        #expect(await list.health(asking: zone).isUsable)
    }

    @Test("RFC 5782 §5: a list without one of its test entries", arguments: ["2.0.0.127", "test", "2.0.0.0.0.0.f.7"])
    func dead(entry: String) async throws {
        for answers in [[], ["203.0.113.1"], ["127.255.255.254"]] as [[String]] {
            let entries = testEntries.map { key, value in (key, key.hasPrefix(entry) ? answers : value) }
            let zone = try zone(Dictionary(uniqueKeysWithValues: entries))
            #expect(await list.health(asking: zone) == .dead)
            #expect(await !list.health(asking: zone).isUsable)
        }
    }

    @Test(
        "RFC 5782 §5: a list of everything",
        arguments: [
            "1.0.0.127", "invalid", "1.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",
        ]) func listsEverything(entry: String) async throws
    {
        let zone = try zone(testEntries.merging([entry: ["127.0.0.2"]]) { one, _ in one })
        #expect(await list.health(asking: zone) == .listsEverything)
        var all = ZoneResolver()
        all.add(name("*.bl.test"), .a, .address(try address("127.0.0.2")))
        #expect(await list.health(asking: all) == .listsEverything)
        #expect(await !list.health(asking: all).isUsable)
    }

    @Test func onlyWhatIsCoveredIsTested() async throws {
        let zone = try zone(["2.0.0.127": ["127.0.0.2"]])
        #expect(await DNSList(zone: name("bl.test"), coverage: .ipv4).health(asking: zone) == .alive)
        #expect(await DNSList(zone: name("bl.test"), coverage: [.ipv4, .domains]).health(asking: zone) == .dead)
    }
}
