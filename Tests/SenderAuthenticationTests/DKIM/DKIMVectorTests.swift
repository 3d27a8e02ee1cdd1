import Foundation
import InternetMessage
import NameResolution
import SenderAuthentication
import Testing

struct DKIMVectorTests {
    private static func findings(
        _ set: URL, _ item: SignatureVectors.Case, policy: DKIMPolicy = .standard
    ) async throws -> [DKIMFinding] {
        let message = SignedMessage(try SignatureVectors.message(set, item), policy: policy)
        let verifier = DKIMVerifier(resolver: SignatureVectors.resolver(item.dns), policy: policy)
        return await verifier.verify(message, now: item.now ?? vectorTime)
    }

    /// What the findings of each case have to be, as the set says it; some cases have two signatures.
    private static func wanted(_ set: String, _ item: SignatureVectors.Case) -> [String] {
        switch (set, item.id) {
        case ("dkim-mox", "rfc8463"): [item.expected, item.expected]
        case ("dkim-gomsgauth", "tooManySignatures"): ["pass", "pass", "pass"]
        // The set's DNS has another key for the second signature.
        case ("dkim-gomsgauth", "verifiedEd25519"): ["pass", "fail"]
        case ("dkim-dkimpy", "rfc6376-double"): ["pass", "pass"]
        // The set's "fail" is whatever doesn't pass.
        case ("dkim-dkimpy", "bad-key"), ("dkim-dkimpy", "bad-domain"): ["permerror"]
        case ("dkim-dkimpy", "nosig"): ["none"]
        default: [item.expected]
        }
    }

    @Test(arguments: zip(["dkim-mox", "dkim-gomsgauth", "dkim-dkimpy"], [2, 5, 6])) func sets(_ set: String, count: Int)
        async throws
    {
        let cases = SignatureVectors.cases(set)
        #expect(cases.count == count)
        var differing: [String] = []
        for item in cases {
            let findings = try await Self.findings(SignatureVectors.folder(set), item)
            if findings.map(\.result.rawValue) != Self.wanted(set, item) { differing.append(item.id) }
        }
        tally("\(set) messages", count: cases.count, differing: differing.count)
        #expect(differing == [])
    }

    @Test("A finding tells what it looked at")
    func details() async throws {
        let item = try #require(SignatureVectors.cases("dkim-mox").first { $0.id == "rfc8463" })
        let findings = try await Self.findings(SignatureVectors.folder("dkim-mox"), item)
        let first = try #require(findings.first)
        let second = try #require(findings.last)
        #expect(first.algorithm == .ed25519SHA256 && second.algorithm == .rsaSHA256)
        #expect(first.domain?.text == "football.example.com" && first.selector?.text == "brisbane")
        #expect(first.keyBits == 256 && second.keyBits == 1_024)
        #expect(first.identity.map(string) == "@football.example.com")
        #expect(first.body?.signedLength == nil && first.body?.length == 54 && first.body?.unsignedLength == 0)
        #expect(first.coverage?.state(.from) == .overSigned && first.coverage?.state(.to) == .signed)
        #expect(first.coverage?.protects() == true)
        #expect(second.reason == "1024-bit key" && second.isVerified && !second.isTesting)
        #expect(first.signedNames.count == 8)
        let field = second.authenticationResult
        #expect(field.method == .dkim && field.result == .pass)
        #expect(
            field.properties.map { "\(string($0.type.bytes)).\(string($0.name.bytes))=\(string($0.value))" } == [
                "header.d=football.example.com", "header.i=@football.example.com", "header.s=test",
                "header.a=rsa-sha256",
                "header.b=F45dVWDf",
            ])
    }

    // MARK: Mail::DKIM, under Perl's terms: read from outside

    private static let mailDKIM: URL? = ProcessInfo.processInfo.environment["SAMOTOP_CONFORMANCE"].map {
        URL(filePath: $0).appending(path: "dkim-perl-maildkim")
    }

    private static let mailDKIMCases: [SignatureVectors.Case] = {
        guard let mailDKIM else {
            print("dkim-perl-maildkim: skipped, SAMOTOP_CONFORMANCE isn't set")
            return []
        }
        guard let data = try? Data(contentsOf: mailDKIM.appending(path: "cases.json")) else { return [] }
        return (try? JSONDecoder().decode([SignatureVectors.Case].self, from: data)) ?? []
    }()

    @Test("dkim-perl-maildkim, with the policy of its time", arguments: mailDKIMCases)
    func perl(_ item: SignatureVectors.Case) async throws {
        guard item.usable_under_rfc6376 == true, let set = Self.mailDKIM else { return }
        let findings = try await Self.findings(set, item, policy: .legacy)
        let tags = item.tags ?? []
        // A g= that doesn't fit counted for RFC 4871; RFC 6376 appendix C: it is ignored.
        let passes = item.expected == "pass" || tags.contains { $0.hasPrefix("g= tag") }
        let isShort = tags.contains("512-bit key") || tags.contains("768-bit key")
        if passes, isShort {
            // RFC 8301 §3.2: keys under 1,024 bits never count.
            #expect(findings.contains { $0.reason.hasSuffix("-bit key is too short") }, "\(findings.map(\.reason))")
        } else if passes {
            #expect(findings.contains { $0.result == .pass }, "\(findings.map(\.reason))")
        } else {
            #expect(!findings.contains { $0.result == .pass || $0.result == .none }, "\(findings.map(\.reason))")
        }
    }

    @Test(
        "dkim-perl-maildkim: by the current standards nothing with SHA-1 or a short key passes",
        arguments: mailDKIMCases)
    func perlToday(_ item: SignatureVectors.Case) async throws {
        guard let set = Self.mailDKIM else { return }
        let isOld = item.tags?.isEmpty == false
        let findings = try await Self.findings(set, item)
        #expect(findings.contains { $0.result == .pass } == (item.expected == "pass" && !isOld))
    }
}
