import NameResolution
import SenderAuthentication
import Testing

struct SPFLimitTests {
    @Test("D01: a record that includes itself ends after ten includes") func includesItself() async throws {
        let resolver = RecordedQuestions(try spfZone("a.test TXT v=spf1 include:a.test -all"))
        let finding = await spfCheck(resolver, try spfQuestion("a.test"))
        #expect(finding.result == .permerror)
        #expect(finding.reason == "more than 10 terms that need look-ups")
        #expect(resolver.entries.count == 11)
        #expect(finding.steps.map(\.depth).max() == 10)
    }

    @Test("D01: a record that redirects to itself ends after ten") func redirectsToItself() async throws {
        let resolver = RecordedQuestions(try spfZone("a.test TXT v=spf1 redirect=a.test"))
        #expect(await spfCheck(resolver, try spfQuestion("a.test")).result == .permerror)
        #expect(resolver.entries.count == 11)
    }

    @Test("D01: ten includes are enough, eleven are too many", arguments: [(10, SPFResult.fail), (11, .permerror)])
    func includes(_ count: Int, _ result: SPFResult) async throws {
        var zone = ZoneResolver()
        let includes = (0..<count).map { " include:i\($0).test" }.joined()
        zone.add(try #require(DNSName("a.test")), .txt, .text([Array("v=spf1\(includes) -all".utf8)]))
        for index in 0..<count {
            zone.add(try #require(DNSName("i\(index).test")), .txt, .text([Array("v=spf1 ?all".utf8)]))
        }
        let resolver = RecordedQuestions(zone)
        #expect(await spfCheck(resolver, try spfQuestion("a.test")).result == result)
        #expect(resolver.entries.count == 11)
    }

    @Test("D01: all terms that need look-ups count together, wherever they are") func termsTogether() async throws {
        let zone = try spfZone(
            "a.test TXT v=spf1 a mx include:b.test exists:a.test a mx redirect=c.test", "a.test A 192.0.2.1",
            "a.test MX 1 a.test", "b.test TXT v=spf1 ptr:x.test ip4:198.51.100.1 ?all",
            "7.2.0.192.in-addr.arpa PTR a.test", "c.test TXT v=spf1 a:a.test a:a.test %@")
        // exists:a.test matches, since there is an A record.
        let resolver = RecordedQuestions(zone)
        let finding = await spfCheck(resolver, try spfQuestion("a.test"))
        #expect(finding.result == .pass)
        #expect(finding.mechanism == "exists:a.test")
        var limits = SPFLimits.standard
        for terms in 0..<5 {
            limits.lookupTerms = terms
            #expect(await spfCheck(zone, try spfQuestion("a.test"), limits: limits).result == .permerror)
        }
        limits.lookupTerms = 5
        #expect(await spfCheck(zone, try spfQuestion("a.test"), limits: limits).result == .pass)
    }

    @Test(
        "D02: a third term for which nothing is found is a permerror",
        arguments: [
            "a:nx1.test a:nx2.test a:nx3.test -all", "exists:nx1.test exists:nx2.test exists:nx3.test -all",
            "mx:nx1.test mx:nx2.test mx:nx3.test -all", "ptr:nx1.test a:nx2.test a:nx3.test -all",
            "a:nx1.test include:b.test -all",
        ])
    func void(_ terms: String) async throws {
        let zone = try spfZone("a.test TXT v=spf1 \(terms)", "b.test TXT v=spf1 a:nx2.test a:nx3.test -all")
        let resolver = RecordedQuestions(zone)
        let finding = await spfCheck(resolver, try spfQuestion("a.test"))
        #expect(finding.result == .permerror)
        #expect(finding.reason == "more than 2 terms for which nothing was found")
        #expect(resolver.entries.count <= 5)
    }

    @Test("D02: a name without records of this type counts like one that doesn't exist") func noData() async throws {
        let terms = "a:x1.test a:x2.test a:x3.test +all"
        let zone = try spfZone(
            "a.test TXT v=spf1 \(terms)", "x1.test AAAA 2001:db8::1", "x2.test AAAA 2001:db8::1",
            "x3.test AAAA 2001:db8::1")
        #expect(await spfCheck(zone, try spfQuestion("a.test")).result == .permerror)
    }

    @Test("RFC 7208 §4.6.4 counts terms: an mx with many hosts that have no such address is one")
    func voidLookupsNotQuestions() async throws {
        let zone = try spfZone(
            "a.test TXT v=spf1 mx ip6:2001:db8::/32 -all", "a.test MX 1 m1.test", "a.test MX 2 m2.test",
            "a.test MX 3 m3.test", "m1.test A 192.0.2.1", "m2.test A 192.0.2.2", "m3.test A 192.0.2.3")
        #expect(await spfCheck(zone, try spfQuestion("a.test", client: "2001:db8::7")).result == .pass)
    }

    @Test("RFC 7208 §4.6.4: an explanation that isn't there doesn't count") func voidExplanation() async throws {
        let zone = try spfZone("a.test TXT v=spf1 a:nx1.test a:nx2.test -all exp=nx3.test")
        #expect(await spfCheck(zone, try spfQuestion("a.test", wantsExplanation: true)).result == .fail)
    }

    @Test("D03: ten MX records are looked at; more are a permerror without another question") func manyMX() async throws
    {
        for (count, result) in [(10, SPFResult.pass), (11, .permerror), (1_000, .permerror)] {
            var zone = try spfZone("a.test TXT v=spf1 mx -all")
            for index in 0..<count {
                let host = try #require(DNSName("m\(index).test"))
                zone.add(try #require(DNSName("a.test")), .mx, .mailExchange(preference: UInt16(index), host))
                let address = index == 9 ? "192.0.2.7" : "192.0.2.1"
                zone.add(host, .a, .address(try #require(IPAddress(address))))
            }
            let resolver = RecordedQuestions(zone)
            #expect(await spfCheck(resolver, try spfQuestion("a.test")).result == result)
            #expect(resolver.entries.count == (count == 10 ? 12 : 2))
        }
    }

    @Test("D03: of a thousand PTR records the first ten count") func manyPTR() async throws {
        var zone = try spfZone("a.test TXT v=spf1 ptr:good.test -all")
        let reverse = try #require(IPAddress("192.0.2.7")).reverseName
        for index in 0..<1_000 {
            let host = try #require(DNSName("h\(index).good.test"))
            zone.add(reverse, .ptr, .name(host))
            zone.add(host, .a, .address(try #require(IPAddress(index == 10 ? "192.0.2.7" : "192.0.2.1"))))
        }
        let resolver = RecordedQuestions(zone)
        #expect(await spfCheck(resolver, try spfQuestion("a.test")).result == .fail)
        #expect(resolver.entries.count == 12)
        var limits = SPFLimits.standard
        limits.pointers = 11
        #expect(await spfCheck(zone, try spfQuestion("a.test"), limits: limits).result == .pass)
    }

    @Test("D03: a hundred addresses of a host count") func manyAddresses() async throws {
        for (place, result) in [(99, SPFResult.pass), (100, .fail)] {
            var zone = try spfZone("a.test TXT v=spf1 a -all")
            for index in 0..<1_000 {
                let address = index == place ? "192.0.2.7" : "198.51.100.\(index % 250)"
                zone.add(try #require(DNSName("a.test")), .a, .address(try #require(IPAddress(address))))
            }
            #expect(await spfCheck(zone, try spfQuestion("a.test")).result == result)
        }
    }

    @Test("D03: reverse mapping is looked up once, whatever asks for it") func reverseOnce() async throws {
        let zone = try spfZone(
            "a.test TXT v=spf1 ptr:x.test ptr:y.test exists:%{p}.x.test ptr:z.test ?all",
            "7.2.0.192.in-addr.arpa PTR host.test", "host.test A 192.0.2.7")
        let resolver = RecordedQuestions(zone)
        #expect(await spfCheck(resolver, try spfQuestion("a.test")).result == .neutral)
        #expect(
            spfAsked(resolver) == [
                "a.test TXT", "7.2.0.192.in-addr.arpa PTR", "host.test A", "host.test.x.test A",
            ])
    }

    @Test func theStepsAreBounded() async throws {
        let networks = (0..<1_000).map { " ip4:198.51.\($0 / 250).\($0 % 250)" }.joined()
        let finding = await spfCheck(try spfZone("a.test TXT v=spf1\(networks) -all"), try spfQuestion("a.test"))
        #expect(finding.result == .fail)
        #expect(finding.steps.count == 200)
    }
}
