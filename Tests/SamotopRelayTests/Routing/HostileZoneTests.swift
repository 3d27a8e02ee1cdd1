import SamotopCore
import NameResolution
import SMTP
import Testing

@testable import SamotopRelay

@Suite struct HostileZoneTests {
    @Test(
        "D12: addresses of inside and our own are not connected to",
        arguments: [
            ("127.0.0.1", RoutingFailure.loop), ("127.255.0.9", .loop), ("0.0.0.0", .loop), ("::1", .loop),
            ("::", .loop),
            ("::ffff:127.0.0.1", .loop), ("10.1.2.3", .insideAddress), ("172.16.0.1", .insideAddress),
            ("172.31.255.255", .insideAddress), ("192.168.1.1", .insideAddress), ("169.254.1.1", .insideAddress),
            ("100.64.0.1", .insideAddress), ("100.127.255.255", .insideAddress), ("0.1.2.3", .insideAddress),
            ("192.0.0.8", .insideAddress), ("198.18.0.1", .insideAddress), ("224.0.0.1", .insideAddress),
            ("255.255.255.255", .insideAddress), ("240.0.0.1", .insideAddress), ("fe80::1", .insideAddress),
            ("fd00::1", .insideAddress), ("fc00::1", .insideAddress), ("ff02::1", .insideAddress),
            ("fec0::1", .insideAddress), ("::ffff:10.0.0.1", .insideAddress), ("::10.0.0.1", .insideAddress),
            ("64:ff9b::10.0.0.1", .insideAddress), ("64:ff9b::7f00:1", .insideAddress),
            ("64:ff9b:1::1", .insideAddress),
            ("2002:0a00:0001::1", .insideAddress), ("2001:0:1::1", .insideAddress), ("100::1", .insideAddress),
        ])
    func inside(_ address: String, _ failure: RoutingFailure) async throws {
        let type = address.contains(":") ? "AAAA" : "A"
        let resolver = try zone([("example.org", "MX", "1 mx.example.org"), ("mx.example.org", type, address)])
        #expect(try await MailRouter.testing(resolver).route("example.org") == .refused(failure))
    }

    @Test(
        "D12: addresses of the public Internet are",
        arguments: [
            "192.0.2.1", "172.32.0.1", "100.128.0.1", "9.255.255.255", "11.0.0.0", "128.0.0.1", "2a00::1", "2600::1",
            "64:ff9b::8.8.8.8",
        ])
    func outside(_ address: String) async throws {
        let type = address.contains(":") ? "AAAA" : "A"
        let resolver = try zone([("example.org", "MX", "1 mx.example.org"), ("mx.example.org", type, address)])
        #expect(try await MailRouter.testing(resolver).route("example.org").hosts.count == 1)
    }

    @Test("D12: only the inner addresses of a server are left out; a network that is allowed isn't")
    func allowed() async throws {
        let resolver = try zone([
            ("example.org", "MX", "1 mx.example.org"), ("mx.example.org", "A", "10.0.0.1"),
            ("mx.example.org", "A", "192.0.2.1"), ("mx.example.org", "A", "10.1.0.1"),
        ])
        #expect(try await MailRouter.testing(resolver).route("example.org").text == ["1 mx.example.org 192.0.2.1"])
        let router = try MailRouter.testing(resolver) {
            $0.addresses.allowedNetworks = [IPNetwork("10.0.0.0/16"), IPNetwork("127.0.0.0/8")].compactMap { $0 }
        }
        let addresses = try await router.route("example.org").hosts.first?.endpoints.compactMap(\.address) ?? []
        #expect(Set(addresses) == ["192.0.2.1", "10.0.0.1"])
        #expect(try await router.route("[127.0.0.1]").hosts.count == 1)
    }

    @Test(
        "D12: among the MX, this host ends the list: itself, its equals and the worse are left out",
        arguments: [
            "relay.test", "RELAY.test", "other-own.test", "alias.test", "by-address.test",
        ])
    func ownName(_ own: String) async throws {
        let resolver = try zone([
            ("example.org", "MX", "10 best.example.org"), ("example.org", "MX", "20 \(own)"),
            ("example.org", "MX", "20 equal.example.org"), ("example.org", "MX", "30 worse.example.org"),
            ("best.example.org", "A", "192.0.2.1"), ("equal.example.org", "A", "192.0.2.2"),
            ("worse.example.org", "A", "192.0.2.3"), ("relay.test", "A", "192.0.2.9"),
            ("other-own.test", "A", "192.0.2.9"), ("alias.test", "CNAME", "relay.test"),
            ("by-address.test", "A", "192.0.2.77"),
        ])
        let router = try MailRouter.testing(resolver) {
            $0.ownNames = [DNSName("other-own.test")].compactMap { $0 }.reduce(into: []) { $0.insert($1) }
            if let address = IPAddress("192.0.2.77") { $0.addresses.ownAddresses = [address] }
        }
        #expect(try await router.route("example.org").text == ["10 best.example.org 192.0.2.1"])
    }

    @Test("D12: when this host is the best, the mail would go round: 5.4.6")
    func loop() async throws {
        let resolver = try zone([
            ("example.org", "MX", "10 relay.test"), ("example.org", "MX", "20 worse.example.org"),
            ("worse.example.org", "A", "192.0.2.3"), ("relay.test", "A", "192.0.2.9"),
            ("itself.test", "CNAME", "relay.test"),
        ])
        let router = try MailRouter.testing(resolver)
        #expect(try await router.route("example.org") == .refused(.loop))
        #expect(try await router.route("relay.test") == .refused(.loop))
        #expect(try await router.route("itself.test") == .refused(.loop))
        #expect(RoutingFailure.loop.status(isFinal: true).description == "5.4.6")
        let own = try MailRouter.testing(resolver) {
            $0.addresses.allowedNetworks = [IPNetwork("192.0.2.0/24")].compactMap { $0 }
            $0.addresses.ownAddresses = Set([IPAddress("192.0.2.3")].compactMap { $0 })
        }
        #expect(try await own.route("worse.example.org") == .refused(.loop))
    }

    @Test("D12: where inner networks are allowed, this host's own addresses are none of them")
    func ownInside() async throws {
        let resolver = try zone([
            ("here.test", "A", "127.0.0.9"), ("beside.test", "A", "10.0.0.2"), ("own.test", "A", "10.0.0.1"),
        ])
        func router(_ allowed: String) throws -> MailRouter {
            try MailRouter.testing(resolver) {
                $0.addresses.allowedNetworks = [IPNetwork(allowed)].compactMap { $0 }
                $0.addresses.ownAddresses = Set([IPAddress("10.0.0.1")].compactMap { $0 })
                $0.addresses.ownNetworks = [IPNetwork("127.0.0.0/8")].compactMap { $0 }
            }
        }
        #expect(try await router("127.0.0.0/8").route("here.test") == .refused(.loop))
        #expect(try await router("10.0.0.0/8").route("own.test") == .refused(.loop))
        #expect(try await router("10.0.0.0/8").route("beside.test").hosts.count == 1)
        // Elsewhere such an address may be anybody's.
        #expect(try await router("192.168.0.0/16").route("own.test") == .refused(.insideAddress))
    }

    @Test("D12: a server at a loopback address is left out alone, without those behind it")
    func loopbackAmongOthers() async throws {
        let resolver = try zone([
            ("example.org", "MX", "10 trap.example.org"), ("example.org", "MX", "20 mx.example.org"),
            ("trap.example.org", "A", "127.0.0.1"), ("mx.example.org", "A", "192.0.2.1"),
        ])
        #expect(try await MailRouter.testing(resolver).route("example.org").text == ["20 mx.example.org 192.0.2.1"])
    }

    @Test("D13: of 1,000 MX with 1,000 addresses each, few are asked about and at most 20 are tried")
    func flood() async throws {
        var resolver = ZoneResolver()
        let domain = try name("example.org")
        for number in 0..<1_000 {
            let host = try name("mx\(number).example.org")
            resolver.add(domain, .mx, .mailExchange(preference: UInt16(number), host))
            guard number < 12 else { continue }
            for last in 0..<1_000 {
                let address = try #require(
                    IPAddress(octets: [193, UInt8(number), UInt8(last / 256), UInt8(last % 256)]))
                resolver.add(host, .a, .address(address))
            }
        }
        let questions = RecordedQuestions(resolver)
        let settings = try RelaySettings.testing()
        let hosts = try await MailRouter.testing(questions).route("example.org").hosts
        #expect(hosts.flatMap(\.endpoints).count == settings.maximumAddresses)
        #expect(hosts.allSatisfy { $0.endpoints.count <= settings.maximumAddressesOfHost })
        #expect(hosts.count == 3)
        #expect(hosts.first?.preference == 0)
        #expect(questions.entries.count == 1 + 2 * settings.maximumExchanges)
    }

    @Test("D13: chains of aliases that are too long, and circles, postpone")
    func chains() async throws {
        var entries = [("loop.test", "CNAME", "pool.test"), ("pool.test", "CNAME", "loop.test")]
        for number in 0..<50 { entries.append(("a\(number).test", "CNAME", "a\(number + 1).test")) }
        entries.append(("a50.test", "A", "192.0.2.1"))
        let resolver = try zone(entries)
        let router = try MailRouter.testing(resolver)
        #expect(try await router.route("a0.test") == .postponed(.lookupFailed))
        #expect(try await router.route("loop.test") == .postponed(.lookupFailed))
        #expect(try await router.route("a45.test").text == ["0 a45.test 192.0.2.1"])
        // Of a resolver that follows longer chains, no more than eight are believed.
        for (count, isTaken, isOfDomain) in [(8, true, true), (9, false, true), (8, true, false), (9, false, false)] {
            let chain = LongChains(aliases: count, isOfDomain: isOfDomain)
            let routing = try await MailRouter.testing(chain).route("example.org")
            #expect((routing.hosts.count == 1) == isTaken)
            if !isTaken { #expect(routing == .postponed(.lookupFailed)) }
        }
    }

    @Test("D13: the same server named twice is tried once, at its best preference")
    func twice() async throws {
        let resolver = try zone([
            ("example.org", "MX", "30 mx.example.org"), ("example.org", "MX", "10 MX.example.org"),
            ("mx.example.org", "A", "192.0.2.1"),
        ])
        let hosts = try await MailRouter.testing(resolver).route("example.org").hosts
        #expect(hosts.map(\.preference) == [10])
    }
}

/// Answers every question with one address and so many aliases, that for MX only if they are the domain's.
private struct LongChains: Resolver {
    let aliases: Int
    let isOfDomain: Bool
    func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
        let address = IPAddress(octets: [192, 0, 2, 1]).map { RecordData.address($0) }
        let names = (0..<aliases).compactMap { DNSName("a\($0).test") }
        switch type {
        case .a: return Answer(.records([address].compactMap { $0 }), aliases: names)
        default: return Answer(.noData, aliases: type == .mx && !isOfDomain ? [] : names)
        }
    }
}
