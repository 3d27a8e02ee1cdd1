import NameResolution
import Testing
import TransportSecurity

@Suite struct DANEVerdictTests {
    private func attempts(
        _ records: [String], _ chain: [String], years: Int64 = 0, mx: SecurityStatus = .secure
    ) async throws -> [DANEVerdict.Attempt] {
        let finding = try await DANEFinding.of("mx.example.org", try records.map { try TLSARecord($0) }, mx: mx)
        let chain = CertificateChain(try chain.map(Fixtures.certificate))
        return await finding.verdict(on: chain, at: try Fixtures.now(years: years)).entries.map(\.attempt)
    }

    @Test("the verdict says which record matched which certificate, and why the others don't")
    func explanations() async throws {
        let chain = ["leaf", "inter", "root"]
        #expect(
            try await attempts(["1-1-1:leaf", "3-1-1:next", "3-1-1:leaf", "3-0-1:leaf", "2-1-1:root"], chain) == [
                .unusable(.usagePKIX), .noMatch, .matchedServer, .notTried, .notTried,
            ])
        #expect(
            try await attempts(["3-1-1:next", "2-1-1:falseroot", "2-1-1:root", "2-1-1:inter"], chain) == [
                .noMatch, .noMatch, .matchedAnchor(depth: 2), .notTried,
            ])
        #expect(try await attempts(["2-0-0:root"], ["leaf", "inter"]) == [.matchedAnchor(depth: nil)])
        #expect(try await attempts(["2-1-0:root"], ["leaf", "inter"]) == [.matchedAnchor(depth: nil)])
    }

    @Test("the flaw of a path is the one that it has")
    func flaws() async throws {
        for (chain, record, years, kind, depth) in [
            (["leaf", "inter", "root"], "2-1-1:root", 60, PathFlaw.Kind.expired, 0),
            (["leaf", "inter", "root"], "2-1-1:root", -1, .notYetValid, 0),
            (["outlives", "brief", "root"], "2-1-1:root", 20, .expired, 1),
            (["othername", "inter"], "2-1-1:inter", 0, .wrongName, 0),
            (["bynosign", "nosign", "root"], "2-1-1:root", 0, .notAuthority, 1),
            (["byserver", "leaf", "inter"], "2-1-1:inter", 0, .notAuthority, 1),
            (["byv1", "v1inter", "root"], "2-1-1:root", 0, .notAuthority, 1),
            (["toodeep", "below", "shortroot"], "2-1-1:shortroot", 0, .pathTooLong, 2),
            (["outside", "narrow", "root"], "2-1-1:root", 0, .constraints, nil),
            (["evading", "narrow", "root"], "2-1-1:root", 0, .constraints, 0),
            (["clientonly", "inter"], "2-1-1:inter", 0, .wrongPurpose, 0),
            (["critical", "inter"], "2-1-1:inter", 0, .criticalExtension, 0),
            (["sha1", "rsaroot"], "2-1-1:rsaroot", 0, .weakSignature, 0),
            (["forged", "inter"], "2-1-1:inter", 0, .noPath, nil),
        ] as [([String], String, Int64, PathFlaw.Kind, Int?)] {
            guard case .notVouchedFor(_, let flaw)? = try await attempts([record], chain, years: years).first else {
                Issue.record("\(chain) matches")
                continue
            }
            #expect(flaw.kind == kind, "\(chain)")
            #expect(flaw.depth == depth, "\(chain)")
            #expect(!flaw.words.isEmpty)
        }
    }

    @Test("a certificate for the domain is one for its server, if signed MX records say so (RFC 7672 §3.2.2)")
    func domainName() async throws {
        let chain = ["domainname", "inter"]
        #expect(try await attempts(["2-1-1:inter"], chain) == [.matchedAnchor(depth: 1)])
        #expect(
            try await attempts(["2-1-1:inter"], chain, mx: .insecure) == [
                .notVouchedFor(depth: 1, try #require(wrongName))
            ])
    }

    private var wrongName: PathFlaw? {
        get async throws {
            let finding = try await DANEFinding.of(records: "2-1-1:inter")
            let verdict = await finding.verdict(on: try Fixtures.chain("othername", "inter"), at: try Fixtures.now())
            guard case .notVouchedFor(_, let flaw)? = verdict.entries.first?.attempt else { return nil }
            return flaw
        }
    }

    @Test("a key that nothing could be verified with is still the server's own")
    func weakKey() async throws {
        #expect(try await attempts(["3-1-1:weak"], ["weak"]) == [.matchedServer])
        #expect(try await attempts(["3-0-2:weak"], ["weak"]) == [.matchedServer])
    }

    @Test("no certificate, and octets that are none, match nothing but themselves")
    func garbage() async throws {
        let finding = try await DANEFinding.of(records: "3-1-1:leaf", "2-1-1:inter", "2-0-0:root")
        let now = try Fixtures.now()
        for chain in [CertificateChain([]), CertificateChain([[]]), CertificateChain([[0x30, 0x80]])] {
            let verdict = await finding.verdict(on: chain, at: now)
            #expect(!verdict.isAuthenticated)
            #expect(verdict.keyFingerprint == nil)
        }
        // A leaf that can't be read, in front of those that can.
        let mixed = CertificateChain([[1, 2, 3], try Fixtures.certificate("leaf"), try Fixtures.certificate("inter")])
        #expect(await !finding.verdict(on: mixed, at: now).isAuthenticated)
    }

    @Test("a certificate behind the tenth is not looked at")
    func longChain() async throws {
        let finding = try await DANEFinding.of(records: "2-1-1:inter")
        let (leaf, inter, other) = (
            try Fixtures.certificate("leaf"), try Fixtures.certificate("inter"), try Fixtures.certificate("rsaroot")
        )
        let now = try Fixtures.now()
        let ten = CertificateChain([leaf] + [[UInt8]](repeating: other, count: 8) + [inter])
        #expect(await finding.verdict(on: ten, at: now).isAuthenticated)
        let eleven = CertificateChain([leaf] + [[UInt8]](repeating: other, count: 9) + [inter])
        #expect(eleven.presented == 11)
        #expect(await !finding.verdict(on: eleven, at: now).isAuthenticated)
    }

    @Test("a certificate of over 64 KiB is octets")
    func longCertificate() throws {
        let long = PresentedCertificate([0x30, 0x83, 1, 0, 0] + [UInt8](repeating: 0, count: 65_536))
        #expect(long.publicKey == nil)
        #expect(long.validity == nil)
    }

    @Test("findings and verdicts come back from JSON as they were")
    func coding() async throws {
        let finding = try await DANEFinding.of(records: "3-1-1:next", "2-1-1:inter", "1-0-0:leaf")
        let verdict = await finding.verdict(on: try Fixtures.chain("leaf", "inter"), at: try Fixtures.now())
        #expect(try roundTrip(finding) == finding)
        #expect(try roundTrip(verdict) == verdict)
    }
}
