import InternetMessage
import NameResolution
import Testing

@testable import SenderAuthentication

struct DKIMThreatTests {
    private let world: SigningWorld
    /// Signs From alone.
    private let careless: SigningWorld

    init() throws {
        world = try SigningWorld()
        var careless = world
        careless.signer.overSignedNames = []
        careless.signer.signedNames = [.from]
        self.careless = careless
    }

    @Test("M03: a key below another domain can't be reached through a NUL in s= or d=")
    func nul() async throws {
        let resolver = RecordedQuestions(world.resolver)
        for (old, new) in [
            ("s=sel;", "s=sel._domainkey.evil.test.\0.any;"), ("d=client.example;", "d=client.example\0;"),
        ] {
            let message = try world.sign().replacing(old, new)
            let findings = await DKIMVerifier(resolver: resolver).verify(SignedMessage(message), now: SigningWorld.now)
            #expect(findings.map(\.result) == [.permerror])
            #expect(findings.first?.domain == nil && findings.first?.selector == nil)
        }
        #expect(resolver.entries.isEmpty)
    }

    @Test(
        "M04: what isn't a domain in d= is permerror, and is told to nobody",
        arguments: [
            "legit.test'a.client.example", "legit.test(a.client.example", "x;dkim=pass header.d=client.example",
            "\"x\".test",
        ])
    func injection(_ domain: String) async throws {
        let message = try world.sign().replacing("d=client.example", "d=\(domain)")
        let finding = try #require(await world.verify(message).first)
        #expect(finding.result == .permerror && finding.domain == nil)
        let id = try #require(AuthservID(octets("mx.our.test")))
        let field = AuthenticationResults(authservID: id, results: [finding.authenticationResult])
        let read = try AuthenticationResults(HeaderSection(field.bytes).fields[0].body)
        #expect(read.results.map(\.result) == [.permerror])
        #expect(!string(field.bytes).contains("legit"))
    }

    @Test("M04: i= may hold anything in its local-part, and stays one value in Authentication-Results")
    func identity() async throws {
        var world = world
        world.signer.identity = octets("\"; dkim=pass (\r\n\\\"\"@client.example")
        #expect(await world.verify(try world.sign()).map(\.result) == [.permerror])
        world.signer.identity = octets("\"; dkim=pass header.d=evil.test (\"@client.example")
        let finding = try #require(await world.verify(try world.sign()).first)
        #expect(finding.result == .pass)
        let id = try #require(AuthservID(octets("mx.our.test")))
        let field = AuthenticationResults(authservID: id, results: [finding.authenticationResult])
        let read = try AuthenticationResults(HeaderSection(field.bytes).fields[0].body)
        #expect(read.results.count == 1 && read.results.first?.value(.header, .i) == world.signer.identity)
    }

    @Test("M14: a signature of From alone passes, and protects nothing")
    func underSigning() async throws {
        let signed = try careless.sign()
        for changed in [
            signed, signed.replacing("Subject: dinner", "Subject: money"),
            octets("Content-Type: text/html\r\n") + signed, octets("Content-Disposition: attachment\r\n") + signed,
        ] {
            let finding = try #require(await careless.verify(changed).first)
            #expect(finding.result == .pass)
            let coverage = try #require(finding.coverage)
            #expect(!coverage.protects())
            #expect(coverage.state(.from) == .signed && coverage.state(.subject) == .unsigned)
            #expect(coverage.protects([.from]))
        }
    }

    @Test("M14: signed fields protect a message until another one is added, over-signed ones for good")
    func added() async throws {
        var world = world
        world.signer.overSignedNames = []
        world.signer.signedNames = DKIMSigner.usualOverSignedNames
        let signed = try world.sign()
        #expect(await world.verify(signed).first?.coverage?.protects() == true)
        let finding = try #require(await world.verify(octets("Content-Type: text/html\r\n") + signed).first)
        #expect(finding.result == .pass && finding.coverage?.protects() == false)
        #expect(finding.coverage?.state(.contentType) == .unsigned)
        #expect(finding.coverage?.protects([.from, .to, .subject, .date]) == true)
        #expect(finding.coverage?.state(.cc) == .absent)
    }

    @Test("M15: a second Subject or From above a signed one passes without over-signing, and protects nothing")
    func duplicates() async throws {
        var world = world
        world.signer.overSignedNames = []
        world.signer.signedNames = DKIMSigner.usualOverSignedNames
        let signed = try world.sign()
        for (name, field) in [("Subject", SignatureCoverage.Field.subject), ("From", .from)] {
            let finding = try #require(await world.verify(octets("\(name): x@evil.test\r\n") + signed).first)
            #expect(finding.result == .pass)
            #expect(finding.coverage?.state(field) == .partlySigned)
            #expect(finding.coverage?.protects() == false)
            #expect(finding.coverage?.count(field) == SignatureCoverage.Count(present: 2, named: 1))
        }
        // Two that are both signed are still two.
        let two = try careless.sign(SigningWorld.message)
        let both = two.replacing("h=From;", "h=From:From:Subject:Subject;")
        #expect(await careless.verify(octets("Subject: x\r\n") + both).first?.coverage?.protects([.subject]) == false)
    }

    /// A signature with `l=`, made with the key of the world.
    private func partlySigned(_ length: Int, _ canonicalization: Canonicalization = .relaxed) throws -> [UInt8] {
        let wanted = BodyHash(canonicalization, length: length)
        let message = SignedMessage(SigningWorld.message, bodyHashes: [wanted])
        let hash = try #require(message.bodyHashes[wanted])
        let body =
            "v=1; a=ed25519-sha256; c=relaxed/\(canonicalization.rawValue); d=client.example; s=sel; h=from; l=\(length);"
            + " bh=\(string(Base64.encode(hash))); b="
        let field = try #require(HeaderField(name: .dkimSignature, body: octets(body)))
        var signed = message.signedHeader.fieldOctets(names: [octets("from")], .relaxed)
        HeaderCanonicalizer.append(field, .relaxed, endsLine: false, to: &signed)
        let signature = try world.signer.key.sign(signed)
        let whole = octets(body) + Base64.encode(signature)
        return try #require(HeaderField(name: .dkimSignature, body: whole)).raw + SigningWorld.message
    }

    @Test("M16: a signature whose l= leaves something out is policy, and tells how much")
    func partialBody() async throws {
        let length = 13
        let signed = try partlySigned(length)
        #expect(await world.verify(signed).map(\.result) == [.pass])
        let appended = signed + octets("\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>money</p>\r\n")
        let finding = try #require(await world.verify(appended).first)
        #expect(finding.result == .policy && !finding.isVerified)
        #expect(finding.body?.signedLength == length && (finding.body?.unsignedLength ?? 0) > 40)
        // Whoever accepts it is told the same.
        let accepting = try #require(await world.verify(appended, policy: .legacy).first)
        #expect(accepting.result == .pass && accepting.body == finding.body)
        // l=0 signs no body at all.
        #expect(await world.result(try partlySigned(0)) == .policy)
        #expect(await world.result(try partlySigned(length - 1)) == .policy)
        // One that is longer than the body lies, or the body was cut.
        #expect(await world.result(try partlySigned(length + 1)) == .fail)
        #expect(await world.result(try partlySigned(length + 1), policy: .legacy) == .fail)
    }

    @Test("M18: x= in the past, t= in the future, and an age over the policy's are policy")
    func times() async throws {
        var world = world
        world.signer.lifetime = 1_000
        let signed = try world.sign()
        let now = SigningWorld.now
        func result(after seconds: Int64, _ policy: DKIMPolicy = .standard) async -> DKIMFinding.Result? {
            await world.result(signed, now: now + seconds, policy: policy)
        }
        #expect(await result(after: 0) == .pass)
        #expect(await result(after: 1_300) == .pass)
        #expect(await result(after: 1_301) == .policy)
        #expect(await result(after: -300) == .pass)
        #expect(await result(after: -301) == .policy)
        let exact = DKIMPolicy(clockSkew: 0)
        #expect(await result(after: 1_000, exact) == .pass)
        #expect(await result(after: 1_001, exact) == .policy)
        #expect(await result(after: -1, exact) == .policy)
        let young = DKIMPolicy(clockSkew: 0, maximumAge: 60)
        #expect(await result(after: 60, young) == .pass)
        #expect(await result(after: 61, young) == .policy)
        for clock in [Int64.min, Int64.min + 400, Int64.max] {
            #expect(await world.result(signed, now: clock) != .pass)
            #expect(await world.result(signed, now: clock, policy: young) != .pass)
        }
        let asked = RecordedQuestions(world.resolver)
        _ = await DKIMVerifier(resolver: asked).verify(SignedMessage(signed), now: now + 5_000)
        #expect(asked.entries.isEmpty, "nobody is asked for the key of an expired signature")
    }

    @Test("M19: rsa-sha1 never counts, and isn't even looked at")
    func sha1() async throws {
        let asked = RecordedQuestions(world.resolver)
        let hash = string(Base64.encode([UInt8](repeating: 0, count: 20)))
        let field = "DKIM-Signature: v=1; a=rsa-sha1; d=client.example; s=sel; h=from; bh=\(hash); b=QUJD\r\n"
        let message = octets(field) + SigningWorld.message
        let findings = await DKIMVerifier(resolver: asked).verify(SignedMessage(message), now: SigningWorld.now)
        #expect(findings.map(\.result) == [.permerror] && findings.map(\.reason) == ["rsa-sha1 is historic"])
        #expect(asked.entries.isEmpty)
    }

    @Test("M19: a key of 1,024 bits passes; a policy may ask for more, or for less")
    func sizes() async throws {
        let world = try SigningWorld(key: .makeRSA())
        let signed = try world.sign()
        #expect(await world.result(signed) == .pass)
        let strict = try #require(await world.verify(signed, policy: DKIMPolicy(minimumRSABits: 3_072)).first)
        #expect(strict.result == .permerror && strict.reason == "2048-bit key is too short" && strict.keyBits == 2_048)
        let small = try #require(await world.verify(signed, policy: DKIMPolicy(maximumRSABits: 1_024)).first)
        #expect(small.result == .permerror && small.reason == "2048-bit key is too long")
        let lax = DKIMPolicy(minimumRSABits: 0)
        #expect(
            await world.withRecord { _ in "p=\(DKIMKeyTests.rsa512)" }.result(signed, policy: lax) == .permerror)
    }

    @Test("M19: with t=y neither pass nor fail counts, and the finding says why")
    func testing() async throws {
        let testing = world.withRecord { $0.replacing("; k=", with: "; t=y; k=") }
        let signed = try testing.sign()
        let good = try #require(await testing.verify(signed).first)
        #expect(good.result == .neutral && good.isTesting && good.isVerified)
        let bad = try #require(await testing.verify(signed.replacing("Joe.", "Jim.")).first)
        #expect(bad.result == .neutral && bad.isTesting && !bad.isVerified)
        #expect(bad.reason == "the signer is testing: body hash mismatch")
        #expect(await testing.verify(signed).first?.authenticationResult.result == .neutral)
    }

    @Test("M19: with t=s the domain of i= has to be d= itself")
    func strict() async throws {
        var world = world.withRecord { $0.replacing("; k=", with: "; t=s; k=") }
        #expect(await world.result(try world.sign()) == .pass)
        world.signer.identity = octets("@client.example")
        #expect(await world.result(try world.sign()) == .pass)
        world.signer.identity = octets("@mail.client.example")
        #expect(await world.result(try world.sign()) == .permerror)
        #expect(await self.world.result(try world.sign()) == .pass)
    }

    @Test("M25: of 10,000 signatures ten are looked at, and ten keys asked for")
    func manySignatures() async throws {
        let world = try SigningWorld()
        let signed = try world.sign()
        let hash = string(Base64.encode([UInt8](repeating: 0, count: 32)))
        let limits = HeaderLimits(maximumBytes: 10_000_000, maximumFields: 20_000)
        var counts: [Int] = []
        for count in [5_000, 10_000] {
            let junk = (0..<count).map {
                "DKIM-Signature: v=1; a=rsa-sha256; d=d\($0).test; s=s; h=from:from:to; bh=\(hash); b=QUJD\r\n"
            }
            let message = SignedMessage(octets(junk.joined()) + signed, headerLimits: limits)
            #expect(message.signatureCount == count + 1)
            #expect(message.bodyHashes.count == 1)
            let asked = RecordedQuestions(world.resolver)
            let findings = await DKIMVerifier(resolver: asked).verify(message, now: SigningWorld.now)
            #expect(findings.count == 10 && !findings.contains { $0.result == .pass })
            counts.append(asked.entries.count)
        }
        #expect(counts == [10, 10])
        // The server's own limits refuse such a header before.
        let usual = SignedMessage(
            octets(String(repeating: "DKIM-Signature: v=1\r\n", count: 10_000)) + signed)
        #expect(usual.exceedsLimits)
    }

    @Test("A key that several signatures name is asked for once")
    func sharedKey() async throws {
        let signed = try world.sign(try world.sign(try world.sign()))
        let asked = RecordedQuestions(world.resolver)
        let findings = await DKIMVerifier(resolver: asked).verify(SignedMessage(signed), now: SigningWorld.now)
        #expect(findings.map(\.result) == [.pass, .pass, .pass])
        #expect(asked.entries.count == 1)
        // Equal ones can't be told apart, different ones have different header.b.
        #expect(Set(findings.map(\.signaturePrefix)).allSatisfy { $0.count == 8 })
    }

    @Test("X08: twice the header is twice the work, for any shape of it")
    func linear() throws {
        // What is hashed for ten signatures, by how many fields there are and how often h= names them.
        func work(_ count: Int, _ shape: (Int) -> (names: String, fields: String)) throws -> Int {
            let (names, fields) = shape(count)
            let hash = string(Base64.encode([UInt8](repeating: 0, count: 32)))
            let signature = "DKIM-Signature: v=1; a=rsa-sha256; d=a.test; s=s; h=from\(names); bh=\(hash); b=QUJD\r\n"
            let header = SignedHeader(
                HeaderSection(
                    octets(String(repeating: signature, count: 10) + fields + "From: a@a.test\r\n\r\n"),
                    limits: HeaderLimits(maximumBytes: .max, maximumFields: .max)), limits: .standard)
            var hashed = 0
            for field in header.signatures {
                let signature = try field.signature.get()
                hashed +=
                    header.signedOctets(
                        names: signature.signedNames, .simple, signatureAt: field.place, value: signature.signatureRange
                    ).count
            }
            return hashed
        }
        let shapes: [(Int) -> (names: String, fields: String)] = [
            { (String(repeating: ":from", count: $0), "") },
            { (String(repeating: ":x", count: $0), String(repeating: "X: y\r\n", count: $0)) },
            { (String(repeating: ":", count: $0), "X:" + String(repeating: " \r\n", count: $0)) },
            { (":x", "X: " + String(repeating: "y", count: $0) + "\r\n") },
        ]
        for (index, shape) in shapes.enumerated() {
            let (single, double) = (try work(2_000, shape), try work(4_000, shape))
            #expect(double <= single * 2 + 1_000, "shape \(index): \(single), \(double)")
        }
    }
}
