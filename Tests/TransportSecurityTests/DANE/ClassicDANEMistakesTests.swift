import NameResolution
import Testing
import TransportSecurity

/// What other implementations of DANE for SMTP got wrong.
@Suite struct ClassicDANEMistakesTests {
    @Test("D15: usages 0 and 1 are not taken for valid: TLS is required, and nobody authenticated")
    func usagesForPKIX() async throws {
        let finding = try await DANEFinding.of(records: "1-1-1:leaf", "0-1-1:root")
        #expect(finding.outcome == .encrypt)
        let verdict = await finding.verdict(on: try Fixtures.chain("leaf", "inter", "root"), at: try Fixtures.now())
        #expect(!verdict.isAuthenticated)
        #expect(verdict.entries.map(\.attempt) == [.unusable(.usagePKIX), .unusable(.usagePKIX)])
    }

    @Test("D15: a trust anchor in the chain is worth nothing without the signatures that lead from it to the server")
    func anchorWithoutSignatures() async throws {
        // Anybody can send the real authorities' certificates along.
        for record in ["2-1-1:root", "2-0-1:inter", "2-0-0:root", "2-1-0:inter"] {
            let finding = try await DANEFinding.of(records: record)
            let verdict = await finding.verdict(
                on: try Fixtures.chain("forged", "inter", "root"), at: try Fixtures.now())
            #expect(!verdict.isAuthenticated)
            guard case .notVouchedFor(_, let flaw) = verdict.entries[0].attempt else {
                Issue.record("\(verdict.entries[0].attempt)")
                continue
            }
            #expect(flaw.kind == .noPath)
        }
    }

    @Test("D15: the records of a server with unsigned addresses are neither asked for nor used")
    func statusOfAddresses() async throws {
        let resolver = FixedResolver([
            "mx.example.org A": try .address(.insecure), "mx.example.org AAAA": try .address(.insecure),
            "_25._tcp.mx.example.org TLSA": try .tlsa("3-1-1:leaf"),
        ])
        let finding = await DANELookup(resolver: resolver).find(
            try name("mx.example.org"),
            from: .mailExchange(domain: try name("example.org"), expanded: nil, security: .secure))
        #expect(finding.outcome == .notApplicable)
        #expect(finding.reason == .insecureAddresses)
        #expect(resolver.questions.allSatisfy { !$0.hasSuffix("TLSA") })
    }

    @Test("D15: a server behind an alias is held against the records of the name that it leads to")
    func aliasedServer() async throws {
        let resolver = FixedResolver([
            "mx.example.org A": try .address(aliases: ["mx.other.example"]),
            "_25._tcp.mx.other.example TLSA": try .tlsa("2-1-1:inter"),
        ])
        let finding = await DANELookup(resolver: resolver).find(
            try name("mx.example.org"),
            from: .mailExchange(domain: try name("example.org"), expanded: nil, security: .secure))
        let verdict = await finding.verdict(on: try Fixtures.chain("othername", "inter"), at: try Fixtures.now())
        #expect(verdict.isAuthenticated)
    }

    @Test("D15: a digest of the certificate isn't one of the key, and the other way round")
    func selectors() async throws {
        let chain = try Fixtures.chain("leaf", "inter", "root")
        for type in UInt8(0)...2 {
            for usage in UInt8(2)...3 {
                let from = usage == 2 ? "inter" : "leaf"
                for selector in UInt8(0)...1 {
                    let right = try TLSARecord("\(usage)-\(selector)-\(type):\(from)")
                    let wrong = TLSARecord(usage: usage, selector: 1 - selector, matchingType: type, data: right.data)
                    let now = try Fixtures.now()
                    #expect(
                        try await DANEFinding.of("mx.example.org", [right]).verdict(on: chain, at: now).isAuthenticated)
                    #expect(
                        try await !DANEFinding.of("mx.example.org", [wrong]).verdict(on: chain, at: now).isAuthenticated
                    )
                }
            }
        }
    }

    @Test("D15: unsigned records are not used, though the server's addresses are signed")
    func unsignedRecords() async throws {
        let resolver = FixedResolver([
            "mx.example.org A": try .address(),
            "_25._tcp.mx.example.org TLSA": try .tlsa("3-1-1:next", security: .insecure),
        ])
        let finding = await DANELookup(resolver: resolver).find(
            try name("mx.example.org"),
            from: .mailExchange(domain: try name("example.org"), expanded: nil, security: .secure))
        #expect(finding.outcome == .notApplicable)
        #expect(finding.records.isEmpty)
    }
}
