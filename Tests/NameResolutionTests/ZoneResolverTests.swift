import NameResolution
import Testing

@Suite struct ZoneResolverTests {
    private func name(_ text: String) throws -> DNSName { try #require(DNSName(text)) }

    @Test func whatIsNotThereIsToldApart() async throws {
        var zone = ZoneResolver()
        zone.add(try name("host.example.org"), .a, .address(try #require(IPAddress("192.0.2.1"))))
        #expect(
            try await zone.addresses(try name("HOST.example.org"), isIPv6: false).map(\.description) == ["192.0.2.1"])
        #expect(await zone.resolve(try name("host.example.org"), .mx).outcome == .noData)
        #expect(await zone.resolve(try name("example.org"), .a).outcome == .noData)
        #expect(await zone.resolve(try name("other.example.org"), .a).outcome == .noSuchName)
    }

    @Test func aliasesAreFollowedAndTold() async throws {
        var zone = ZoneResolver()
        zone.add(try name("a.test"), .cname, .name(try name("b.test")))
        zone.add(try name("b.test"), .txt, .text([Array("x".utf8)]))
        let answer = await zone.resolve(try name("a.test"), .txt)
        #expect(answer.aliases == [try name("b.test")])
        #expect(answer.outcome == .records([.text([Array("x".utf8)])]))
    }

    @Test("D13: a circle of aliases ends") func circle() async throws {
        var zone = ZoneResolver()
        zone.add(try name("a.test"), .cname, .name(try name("b.test")))
        zone.add(try name("b.test"), .cname, .name(try name("a.test")))
        #expect(await zone.resolve(try name("a.test"), .txt).outcome == .failure(.serverFailure))
    }

    @Test func aWildcardStandsForWhatIsNotThere() async throws {
        var zone = ZoneResolver()
        zone.add(try name("*.example.org"), .txt, .text([Array("any".utf8)]))
        zone.add(try name("there.example.org"), .a, .address(try #require(IPAddress("192.0.2.1"))))
        #expect(try await zone.texts(try name("x.y.example.org")) == [Array("any".utf8)])
        // RFC 4592 §2.2.1: a name that exists has no wildcard, though not of that type.
        #expect(await zone.resolve(try name("there.example.org"), .txt).outcome == .noData)
    }
}
