import InternetMessage
import NameResolution
import SenderAuthentication
import Testing

struct SPFIdentityTests {
    private func check(
        _ zone: ZoneResolver, helo: String, _ localPart: String?, _ domain: String = ""
    ) async throws -> SPFFindings {
        let sender = localPart.map { SPFSender(localPart: Array($0.utf8), domain: Array(domain.utf8)) }
        let envelope = SPFEnvelope(
            client: try #require(IPAddress("192.0.2.7")), helo: Array(helo.utf8), sender: sender)
        return await SPFEvaluator(resolver: zone).check(envelope)
    }

    @Test("M01: a HELO that passes says nothing about a sender whose domain doesn't exist") func heloOnly() async throws
    {
        let zone = try spfZone("evil.test TXT v=spf1 +all", "legit.test TXT v=spf1 -all")
        let findings = try await check(zone, helo: "evil.test", "any", "nx.legit.test")
        #expect(findings.helo.result == .pass)
        #expect(findings.mailFrom.result == .none)
        #expect(findings.mailFrom.name == DNSName("nx.legit.test"))
        let result = findings.mailFrom.authenticationResult
        #expect(result.result == .none)
        #expect(result.value(.smtp, .mailfrom) == Array("nx.legit.test".utf8))
        #expect(result.value(.smtp, .helo) == nil)
    }

    @Test("M01: a sender that fails does, however the HELO passes") func heloNeverHelps() async throws {
        let zone = try spfZone("evil.test TXT v=spf1 +all", "legit.test TXT v=spf1 -all")
        let findings = try await check(zone, helo: "evil.test", "any", "legit.test")
        #expect(findings.helo.result == .pass)
        #expect(findings.mailFrom.result == .fail)
    }

    @Test("RFC 7208 §2.4: for the null reverse-path it is the HELO domain's postmaster") func null() async throws {
        let zone = try spfZone(
            "helo.test TXT v=spf1 exists:%{l}.%{o}.x.test -all", "postmaster.helo.test.x.test A 127.0.0.2")
        let findings = try await check(zone, helo: "helo.test", nil)
        #expect(findings.helo.result == .pass)
        #expect(findings.helo.identity == .helo)
        #expect(findings.helo.authenticationResult.value(.smtp, .helo) == Array("helo.test".utf8))
        #expect(findings.mailFrom.result == .pass)
        #expect(findings.mailFrom.identity == .mailFrom)
        #expect(findings.mailFrom.authenticationResult.value(.smtp, .mailfrom) == Array("helo.test".utf8))
    }

    @Test("an address literal in HELO has no policy") func literal() async throws {
        let findings = try await check(ZoneResolver(), helo: "[192.0.2.7]", nil)
        #expect(findings.helo.result == .none)
        #expect(findings.mailFrom.result == .none)
    }

    @Test(
        "M02, M05, M06: a sender that would look like another has no policy, and is quoted",
        arguments: [
            "legit.test(a.evil.test", "legit.test'@evil.test", "legit.test@evil.test", "legit.test,evil.test",
            "legit.test;spf=pass.evil.test", "legit.test\r\n .evil.test", "legit.test\".evil.test", "(any@legit.test",
        ])
    func strangeDomains(_ domain: String) async throws {
        let zone = try spfZone("evil.test TXT v=spf1 +all", "*.evil.test TXT v=spf1 +all")
        let findings = try await check(zone, helo: "evil.test", "any", domain)
        #expect(findings.mailFrom.result == .none)
        let field = AuthenticationResults(
            authservID: try #require(AuthservID(Array("mx.our.test".utf8))),
            results: [findings.mailFrom.authenticationResult])
        let header = HeaderSection(field.bytes)
        #expect(header.fields.count == 1)
        let read = try AuthenticationResults(try #require(header.fields.first).body)
        #expect(read.results.map(\.result) == [.none])
        #expect(read.results.first?.value(.smtp, .mailfrom)?.starts(with: Array("legit.test".utf8)) != nil)
        #expect(read.results.first?.properties.count == 1)
    }

    @Test("M05: an odd local-part gets into no field") func strangeLocalPart() async throws {
        let zone = try spfZone("evil.test TXT v=spf1 +all")
        let findings = try await check(zone, helo: "evil.test", "x\"; spf=pass smtp.mailfrom=legit.test", "evil.test")
        #expect(findings.mailFrom.authenticationResult.value(.smtp, .mailfrom) == Array("evil.test".utf8))
    }
}
