import NameResolution
import Testing
import TransportSecurity

@Suite struct DANELookupTests {
    private static let host = "mx.example.org"
    private static let record = "_25._tcp.mx.example.org TLSA"

    private func find(
        _ resolver: FixedResolver, mx: SecurityStatus = .secure, expanded: String? = nil, port: UInt16 = 25,
        usesInsecure: Bool = true
    ) async throws -> DANEFinding {
        let lookup = DANELookup(resolver: resolver, port: port, usesInsecureMailExchanges: usesInsecure)
        return await lookup.find(
            try name(Self.host),
            from: .mailExchange(domain: try name("example.org"), expanded: try expanded.map(name), security: mx))
    }

    @Test("signed addresses and signed records: authenticate, by the base domain and the domain")
    func signed() async throws {
        let resolver = FixedResolver([
            "mx.example.org A": try .address(timeToLive: 50), Self.record: try .tlsa("3-1-1:leaf"),
        ])
        let finding = try await find(resolver, expanded: "example.net")
        #expect(finding.outcome == .authenticate)
        #expect(finding.reason == .usableRecords)
        #expect(finding.baseDomain == (try name(Self.host)))
        #expect(finding.referenceNames.map(\.text) == ["mx.example.org", "example.org", "example.net"])
        #expect(finding.timeToLive == 50)
        #expect(finding.isNextHopProven)
    }

    @Test("the records are those of the port")
    func port() async throws {
        let resolver = FixedResolver([
            "mx.example.org A": try .address(), "_587._tcp.mx.example.org TLSA": try .tlsa("3-1-1:leaf"),
        ])
        #expect(try await find(resolver, port: 587).outcome == .authenticate)
        #expect(try await find(resolver).reason == .noRecords)
    }

    @Test("with unsigned MX records the server is authenticated, and only by its own name")
    func insecureMailExchange() async throws {
        for status in [SecurityStatus.insecure, .indeterminate] {
            let resolver = FixedResolver(["mx.example.org A": try .address(), Self.record: try .tlsa("2-1-1:inter")])
            let finding = try await find(resolver, mx: status, expanded: "example.net")
            #expect(finding.outcome == .authenticate)
            #expect(finding.referenceNames.map(\.text) == ["mx.example.org"])
            #expect(!finding.isNextHopProven)
            let strict = try await find(resolver, mx: status, usesInsecure: false)
            #expect(strict.outcome == .notApplicable)
            #expect(strict.reason == .insecureMailExchange)
        }
    }

    @Test("D15: bogus MX records, addresses or records, and failures, are a reason to wait")
    func failures() async throws {
        let bogusMX = try await find(FixedResolver(), mx: .bogus)
        #expect(bogusMX.outcome == .postpone)
        #expect(bogusMX.reason == .bogusMailExchange)
        for (failure, address, record) in [
            (Answer.Failure.bogus, DANEFinding.Reason.bogusAddresses, DANEFinding.Reason.bogusRecords),
            (.serverFailure, .addressFailure, .recordFailure), (.timeout, .addressFailure, .recordFailure),
            (.malformed, .addressFailure, .recordFailure), (.unavailable, .addressFailure, .recordFailure),
        ] {
            let addresses = try await find(FixedResolver(["mx.example.org A": .failure(failure)]))
            #expect(addresses.outcome == .postpone)
            #expect(addresses.reason == address)
            let records = try await find(
                FixedResolver(["mx.example.org A": try .address(), Self.record: .failure(failure)]))
            #expect(records.outcome == .postpone)
            #expect(records.reason == record)
            #expect(records.timeToLive == 0)
        }
    }

    @Test("one kind of address is enough, but not beside a bogus one")
    func oneFamily() async throws {
        let partly = FixedResolver([
            "mx.example.org A": try .address(), "mx.example.org AAAA": .failure(.serverFailure),
            Self.record: try .tlsa("3-1-1:leaf"),
        ])
        #expect(try await find(partly).outcome == .authenticate)
        let mixed = FixedResolver([
            "mx.example.org A": try .address(.insecure), "mx.example.org AAAA": try .address(.secure),
            Self.record: try .tlsa("3-1-1:leaf"),
        ])
        #expect(try await find(mixed).outcome == .authenticate)
        let bogus = FixedResolver([
            "mx.example.org A": try .address(.insecure), "mx.example.org AAAA": .failure(.bogus),
        ])
        #expect(try await find(bogus).reason == .bogusAddresses)
    }

    @Test("a server without addresses is none")
    func noAddress() async throws {
        let finding = try await find(FixedResolver())
        #expect(finding.outcome == .notApplicable)
        #expect(finding.reason == .noAddress)
    }

    @Test("no records, unsigned records, and a resolver that doesn't validate: no DANE")
    func notApplicable() async throws {
        let absent = try await find(FixedResolver(["mx.example.org A": try .address()]))
        #expect(absent.outcome == .notApplicable)
        #expect(absent.reason == .noRecords)
        let unsigned = try await find(
            FixedResolver([
                "mx.example.org A": try .address(), Self.record: try .tlsa("3-1-1:leaf", security: .insecure),
            ]))
        #expect(unsigned.outcome == .notApplicable)
        #expect(unsigned.reason == .insecureRecords)
        let unchecked = try await find(
            FixedResolver([
                "mx.example.org A": try .address(.indeterminate),
                Self.record: try .tlsa("3-1-1:leaf", security: .indeterminate),
            ]))
        #expect(unchecked.outcome == .notApplicable)
        #expect(unchecked.reason == .notValidated)
    }

    @Test("signed aliases: the records of the name they lead to, then those of the server's name")
    func aliases() async throws {
        let resolver = FixedResolver([
            "mx.example.org A": try .address(aliases: ["a.example.net", "b.example.net"]),
            "_25._tcp.b.example.net TLSA": try .tlsa("3-1-1:leaf"), Self.record: try .tlsa("3-1-1:next"),
        ])
        let expanded = try await find(resolver)
        #expect(expanded.baseDomain == (try name("b.example.net")))
        #expect(expanded.serverName == (try name("b.example.net")))
        #expect(expanded.referenceNames.map(\.text) == ["b.example.net", "mx.example.org", "example.org"])
        #expect(!resolver.questions.contains(Self.record))
        resolver.set("_25._tcp.b.example.net TLSA", Answer(.noSuchName, security: .secure))
        let original = try await find(resolver)
        #expect(original.baseDomain == (try name(Self.host)))
        #expect(original.referenceNames.map(\.text) == ["mx.example.org", "example.org"])
        resolver.set("_25._tcp.b.example.net TLSA", try .tlsa("3-1-1:leaf", security: .insecure))
        #expect(try await find(resolver).baseDomain == (try name(Self.host)))
        resolver.set("_25._tcp.b.example.net TLSA", .failure(.timeout))
        #expect(try await find(resolver).outcome == .postpone)
    }

    @Test("aliases out of a signed zone: only the records of the server's own name, if its alias is signed")
    func aliasesOutOfSignedZone() async throws {
        let resolver = FixedResolver([
            "mx.example.org A": try .address(.insecure, aliases: ["mx.example.net"]),
            "mx.example.org CNAME": Answer(
                .records([.name(try name("mx.example.net"))]), security: .secure, timeToLive: 9),
            Self.record: try .tlsa("3-1-1:leaf"), "_25._tcp.mx.example.net TLSA": try .tlsa("3-1-1:next"),
        ])
        let finding = try await find(resolver)
        #expect(finding.outcome == .authenticate)
        #expect(finding.baseDomain == (try name(Self.host)))
        #expect(finding.timeToLive == 9)
        #expect(!resolver.questions.contains("_25._tcp.mx.example.net TLSA"))
        resolver.set("mx.example.org CNAME", Answer(.records([.name(try name("mx.example.net"))]), security: .insecure))
        #expect(try await find(resolver).reason == .insecureAddresses)
        resolver.set("mx.example.org CNAME", .failure(.bogus))
        #expect(try await find(resolver).reason == .bogusAddresses)
    }

    @Test("records that don't count at all ask for encryption, each with its flaw")
    func unusable() async throws {
        let odd = [
            TLSARecord(usage: 0, selector: 0, matchingType: 1, data: [UInt8](repeating: 1, count: 32)),
            TLSARecord(usage: 1, selector: 1, matchingType: 1, data: [UInt8](repeating: 1, count: 32)),
            TLSARecord(usage: 4, selector: 1, matchingType: 1, data: [UInt8](repeating: 1, count: 32)),
            TLSARecord(usage: 255, selector: 1, matchingType: 1, data: [UInt8](repeating: 1, count: 32)),
            TLSARecord(usage: 3, selector: 2, matchingType: 1, data: [UInt8](repeating: 1, count: 32)),
            TLSARecord(usage: 3, selector: 1, matchingType: 3, data: [UInt8](repeating: 1, count: 32)),
            TLSARecord(usage: 3, selector: 1, matchingType: 1, data: [UInt8](repeating: 1, count: 31)),
            TLSARecord(usage: 3, selector: 1, matchingType: 2, data: [UInt8](repeating: 1, count: 32)),
            TLSARecord(usage: 3, selector: 0, matchingType: 0, data: [1, 2, 3]),
            TLSARecord(usage: 2, selector: 1, matchingType: 0, data: [0x30, 0]),
            TLSARecord(usage: 3, selector: 1, matchingType: 0, data: [UInt8](repeating: 0x30, count: 16_385)),
        ]
        let resolver = FixedResolver(["mx.example.org A": try .address(), Self.record: .tlsa(odd)])
        let finding = try await find(resolver)
        #expect(finding.outcome == .encrypt)
        #expect(finding.reason == .onlyUnusableRecords)
        #expect(
            finding.records.map(\.flaw) == [
                .usagePKIX, .usagePKIX, .unknownUsage, .unknownUsage, .unknownSelector, .unknownMatchingType,
                .digestLength,
                .digestLength, .unreadable, .unreadable, .unreadable,
            ])
    }

    @Test("a hundred records are looked at, one more is a reason to wait")
    func manyRecords() async throws {
        func records(_ count: Int) -> [TLSARecord] {
            (0..<count).map { number in
                TLSARecord(usage: 3, selector: 1, matchingType: 1, data: [UInt8](repeating: UInt8(number), count: 32))
            }
        }
        let resolver = FixedResolver(["mx.example.org A": try .address(), Self.record: .tlsa(records(100))])
        #expect(try await find(resolver).outcome == .authenticate)
        resolver.set(Self.record, .tlsa(records(101)))
        let finding = try await find(resolver)
        #expect(finding.outcome == .postpone)
        #expect(finding.reason == .tooManyRecords)
    }

    @Test("a name too long for records below it has none")
    func longName() async throws {
        let long = (0..<4).map { _ in String(repeating: "a", count: 61) }.joined(separator: ".")
        let resolver = FixedResolver(["\(long) A": try .address()])
        let finding = await DANELookup(resolver: resolver).find(try name(long), from: .direct)
        #expect(finding.reason == .nameTooLong)
        #expect(finding.isNextHopProven)
    }
}
