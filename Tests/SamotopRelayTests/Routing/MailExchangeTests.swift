import NameResolution
import SMTP
import Testing

@testable import SamotopRelay

@Suite struct MailExchangeTests {
    @Test("Servers come in the order of their preference")
    func preference() async throws {
        let router = try MailRouter.testing(
            zone([
                ("example.org", "MX", "20 b.example.org"), ("example.org", "MX", "10 a.example.org"),
                ("example.org", "MX", "300 c.example.org"), ("a.example.org", "A", "192.0.2.1"),
                ("b.example.org", "A", "192.0.2.2"), ("c.example.org", "A", "192.0.2.3"),
            ]))
        #expect(
            try await router.route("Example.ORG").text == [
                "10 a.example.org 192.0.2.1", "20 b.example.org 192.0.2.2", "300 c.example.org 192.0.2.3",
            ])
    }

    @Test("Among servers of equal preference chance decides, and only among them")
    func equals() async throws {
        var entries = [("example.org", "MX", "5 first.example.org"), ("first.example.org", "A", "192.0.2.100")]
        for number in 1...4 {
            entries.append(("example.org", "MX", "10 mx\(number).example.org"))
            entries.append(("mx\(number).example.org", "A", "192.0.2.\(number)"))
        }
        let resolver = try zone(entries)
        var orders: Set<[String]> = []
        var seconds: [String: Int] = [:]
        for seed in 1...200 {
            let routing = try await MailRouter.testing(resolver, seed: UInt64(seed)).route("example.org")
            #expect(routing.text.first == "5 first.example.org 192.0.2.100")
            #expect(Set(routing.text).count == 5)
            orders.insert(routing.text)
            seconds[routing.text[1], default: 0] += 1
        }
        // 24 orders; each of the four is second about 50 times in 200.
        #expect(orders.count > 18)
        #expect(seconds.count == 4 && seconds.values.allSatisfy { $0 > 25 })
    }

    @Test("Without MX records the domain is its own server (RFC 5321 §5.1)")
    func implicit() async throws {
        var resolver = try zone([("example.org", "A", "192.0.2.1"), ("example.org", "TXT", "x")])
        resolver.security = .secure
        let routing = try await MailRouter.testing(resolver).route("example.org")
        #expect(routing.text == ["0 example.org 192.0.2.1"])
        #expect(routing.hosts.first?.source == .implicit(security: .secure))
        #expect(routing.hosts.first?.addressSecurity == .secure)
    }

    @Test("With MX records the domain's own address is never used, also when they lead nowhere")
    func noFallbackToTheDomain() async throws {
        let resolver = try zone([
            ("example.org", "A", "192.0.2.1"), ("example.org", "MX", "10 gone.example.org"),
            ("example.org", "MX", "20 empty.example.org"), ("empty.example.org", "TXT", "no address"),
        ])
        #expect(try await MailRouter.testing(resolver).route("example.org") == .refused(.noAddress))
        #expect(RoutingFailure.noAddress.status(isFinal: true).description == "5.4.4")
    }

    @Test("D11: a null MX is refused with 5.1.10 at once")
    func nullMX() async throws {
        let resolver = try zone([("example.org", "MX", "0 ."), ("example.org", "A", "192.0.2.1")])
        #expect(try await MailRouter.testing(resolver).route("example.org") == .refused(.nullMX))
        #expect(RoutingFailure.nullMX.status(isFinal: true).description == "5.1.10")
    }

    @Test("D11: beside others a null MX means nothing")
    func nullMXAmongOthers() async throws {
        let resolver = try zone([
            ("example.org", "MX", "0 ."), ("example.org", "MX", "10 mx.example.org"),
            ("mx.example.org", "A", "192.0.2.1"),
        ])
        #expect(try await MailRouter.testing(resolver).route("example.org").text == ["10 mx.example.org 192.0.2.1"])
    }

    @Test("D11: a domain that doesn't exist is refused with 5.1.2, one without any address with 5.4.4")
    func missing() async throws {
        let resolver = try zone([("example.org", "A", "192.0.2.1"), ("empty.test", "TXT", "x")])
        let router = try MailRouter.testing(resolver)
        #expect(try await router.route("gone.test") == .refused(.noSuchDomain))
        #expect(RoutingFailure.noSuchDomain.status(isFinal: true).description == "5.1.2")
        #expect(try await router.route("empty.test") == .refused(.noAddress))
    }

    @Test(
        "D10: whatever fails in the DNS postpones and never refuses",
        arguments: [
            Answer.Failure.serverFailure, .timeout, .bogus, .malformed, .unavailable,
        ])
    func failures(_ failure: Answer.Failure) async throws {
        var resolver = ZoneResolver()
        let (domain, host) = (try name("example.org"), try name("mx.example.org"))
        resolver.fail(domain, failure)
        let reason = failure == .bogus ? RoutingFailure.bogus : .lookupFailed
        #expect(try await MailRouter.testing(resolver).route("example.org") == .postponed(reason))
        #expect(RoutingFailure.bogus.status(isFinal: false).description == "4.4.3")
        #expect(RoutingFailure.lookupFailed.status(isFinal: false).description == "4.4.3")
        // The same of a server's addresses.
        resolver = ZoneResolver()
        resolver.add(domain, .mx, .mailExchange(preference: 1, host))
        resolver.fail(host, failure)
        #expect(try await MailRouter.testing(resolver).route("example.org") == .postponed(.lookupFailed))
        // And of the implicit MX.
        resolver = ZoneResolver()
        resolver.fail(domain, .a, failure)
        #expect(try await MailRouter.testing(resolver).route("example.org") == .postponed(.lookupFailed))
    }

    @Test("D10: a server whose addresses are unknown doesn't stand in the way of the others, nor do they of it")
    func partialFailure() async throws {
        var resolver = try zone([
            ("example.org", "MX", "10 bad.example.org"), ("example.org", "MX", "20 good.example.org"),
            ("good.example.org", "A", "192.0.2.2"),
        ])
        resolver.fail(try name("bad.example.org"), .timeout)
        #expect(try await MailRouter.testing(resolver).route("example.org").text == ["20 good.example.org 192.0.2.2"])
        // One without an address and one that is unknown: unknown.
        resolver = try zone([
            ("example.org", "MX", "10 bad.example.org"), ("example.org", "MX", "20 gone.example.org"),
        ])
        resolver.fail(try name("bad.example.org"), .timeout)
        #expect(try await MailRouter.testing(resolver).route("example.org") == .postponed(.lookupFailed))
        // One family that fails, and one that answers.
        resolver = try zone([("example.org", "MX", "10 mx.example.org"), ("mx.example.org", "A", "192.0.2.2")])
        resolver.fail(try name("mx.example.org"), .aaaa, .serverFailure)
        #expect(try await MailRouter.testing(resolver).route("example.org").text == ["10 mx.example.org 192.0.2.2"])
    }

    @Test("Aliases of the domain are followed and kept, and servers that are aliases are tolerated")
    func aliases() async throws {
        var resolver = try zone([
            ("example.org", "CNAME", "real.example.net"), ("real.example.net", "MX", "10 mx.example.net"),
            ("mx.example.net", "CNAME", "host.example.net"), ("host.example.net", "A", "192.0.2.1"),
        ])
        resolver.security = .secure
        let routing = try await MailRouter.testing(resolver).route("example.org")
        #expect(routing.text == ["10 mx.example.net 192.0.2.1"])
        #expect(routing.hosts.first?.source == .mailExchange(expanded: try name("real.example.net"), security: .secure))
    }

    @Test("What DNSSEC says of each step is kept for DANE")
    func security() async throws {
        let resolver = MixedSecurity(
            zone: try zone([
                ("example.org", "MX", "10 mx.example.org"), ("mx.example.org", "A", "192.0.2.1"),
                ("mx.example.org", "AAAA", "2a00::1"),
            ]),
            security: [.mx: .secure, .a: .secure, .aaaa: .insecure])
        let host = try #require(try await MailRouter.testing(resolver).route("example.org").hosts.first)
        #expect(host.source == .mailExchange(expanded: nil, security: .secure))
        #expect(host.addressSecurity == .insecure)
    }

    @Test("Internationalized domains are asked for by their A-labels")
    func internationalized() async throws {
        let resolver = try zone([("xn--mnchen-3ya.test", "MX", "1 mx.test"), ("mx.test", "A", "192.0.2.1")])
        #expect(try await MailRouter.testing(resolver).route("münchen.test").text == ["1 mx.test 192.0.2.1"])
    }

    @Test("Address literals are connected to as they are")
    func literals() async throws {
        let router = try MailRouter.testing(ZoneResolver())
        #expect(try await router.route("[192.0.2.7]").text == ["0 - 192.0.2.7"])
        #expect(try await router.route("[IPv6:2a00::7]").text == ["0 - 2a00::7"])
        #expect(try await router.route("[tag:content]") == .refused(.unusableDomain))
        #expect(try await router.route("[127.0.0.1]") == .refused(.loop))
        #expect(try await router.route("[10.0.0.1]") == .refused(.insideAddress))
    }

    @Test("Both families take turns, the preferred one first")
    func families() async throws {
        var entries = [("example.org", "MX", "10 mx.example.org")]
        for number in 1...3 { entries.append(("mx.example.org", "A", "192.0.2.\(number)")) }
        entries.append(("mx.example.org", "AAAA", "2a00::1"))
        let resolver = try zone(entries)
        func families(_ prefersIPv6: Bool, _ seed: UInt64) async throws -> String {
            let router = try MailRouter.testing(resolver, seed: seed) { $0.prefersIPv6 = prefersIPv6 }
            let endpoints = try await router.route("example.org").hosts.first?.endpoints ?? []
            #expect(Set(endpoints).count == 4)
            return endpoints.map { $0.address?.contains(":") == true ? "6" : "4" }.joined()
        }
        #expect(try await families(true, 1) == "6444")
        #expect(try await families(false, 2) == "4644")
        var firsts: Set<Endpoint> = []
        for seed in 1...40 {
            let router = try MailRouter.testing(resolver, seed: UInt64(seed)) { $0.prefersIPv6 = false }
            try await firsts.insert(#require(router.route("example.org").hosts.first?.endpoints.first))
        }
        #expect(firsts.count == 3)
    }
}

func name(_ text: String) throws -> DNSName { try #require(DNSName(text)) }

/// Answers of a zone, with another security for each type.
struct MixedSecurity: Resolver {
    let zone: ZoneResolver
    let security: [RecordType: SecurityStatus]
    func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
        var answer = await zone.resolve(name, type)
        answer.security = security[type] ?? .insecure
        return answer
    }
}
