import Crypto
import InternetMessage
import NameResolution
import Testing

@testable import SenderAuthentication

struct ARCTests {
    /// A place that a message goes through.
    private struct Hop {
        let sealer: ARCSealer
        let domain: DNSName

        init(_ name: String, key: DKIMPrivateKey = .makeEd25519()) throws {
            domain = try #require(DNSName(name))
            sealer = ARCSealer(
                key: key, domain: domain, selector: try #require(DNSName("arc")),
                authservID: try #require(AuthservID(octets("mx.\(name)"))))
        }
    }

    /// Made once: that takes a while.
    private static let rsa = try? DKIMPrivateKey.makeRSA()

    private let hops: [Hop]
    private let resolver: ZoneResolver
    private static let now = SigningWorld.now
    private static let results = [
        AuthenticationResult(
            method: .dmarc, result: .pass, properties: [.init(.header, .from, octets("client.example"))])
    ]

    init() throws {
        hops = [
            try Hop("list.example", key: try #require(Self.rsa)), try Hop("forward.example"), try Hop("third.example"),
            try Hop("evil.test"),
        ]
        resolver = Self.resolver(hops)
    }

    private static func resolver(_ hops: [Hop]) -> ZoneResolver {
        SignatureVectors.resolver(
            Dictionary(
                uniqueKeysWithValues: hops.map { hop in
                    ("arc._domainkey.\(hop.domain.text)", .text([string(hop.sealer.key.record.text)]))
                }))
    }

    private func verify(
        _ message: [UInt8], resolver: (any Resolver)? = nil, policy: DKIMPolicy = .standard, now: Int64 = Self.now
    ) async -> ARCFinding {
        await ARCVerifier(resolver: resolver ?? self.resolver, policy: policy)
            .verify(SignedMessage(message, policy: policy), now: now)
    }

    private func seal(
        _ message: [UInt8], by hop: Hop, resolver: (any Resolver)? = nil, results: [AuthenticationResult] = Self.results
    ) async throws -> [UInt8] {
        let read = SignedMessage(message, bodyHashes: [hop.sealer.bodyHash])
        let chain = await ARCVerifier(resolver: resolver ?? self.resolver).verify(read, now: Self.now)
        let fields = try hop.sealer.seal(read, chain: chain, results: results, now: Self.now)
        return Array(fields.map(\.raw).joined()) + message
    }

    @Test("A message that is sealed at each place it goes through has a chain that passes")
    func chain() async throws {
        var message = SigningWorld.message
        let none = await verify(message)
        #expect(none.result == .none && none.oldestPass == nil && none.highestInstance == 0)
        for (index, hop) in hops.prefix(3).enumerated() {
            message = octets("Received: by \(hop.domain.text)\r\n") + (try await seal(message, by: hop))
            let finding = await verify(message)
            #expect(finding.result == .pass, "\(finding.reason)")
            #expect(finding.oldestPass == 0 && finding.highestInstance == index + 1)
            #expect(finding.assertions.map(\.sealer) == hops.prefix(index + 1).map(\.domain))
            #expect(finding.assertions.map(\.instance) == Array(1...(index + 1)))
            // RFC 8617 §4.1.1: the result of the chain is among those of the set.
            #expect(finding.assertions.last?.results?.results.first?.method == .arc)
            #expect(
                finding.assertions.last?.results?.results.first?.result
                    == (index == 0 ? AuthenticationKeyword.none : .pass))
            #expect(finding.assertions.last?.results?.results.last?.method == .dmarc)
        }
        let field = await verify(message).authenticationResult
        #expect(field.method == .arc && field.result == .pass)
        #expect(field.value(.header, .oldestPass).map(string) == "0")
    }

    @Test("RFC 8617 §5.2 step 5: oldest-pass is the oldest set since which nothing was changed")
    func oldestPass() async throws {
        var message = try await seal(SigningWorld.message, by: hops[0])
        message = try await seal(message, by: hops[1])
        // Changed on its way into the third.
        let valid = message
        let changed = message.replacing("Joe.", "Joe, by way of a list.")
        #expect(await verify(changed).result == .fail)
        // The third seals what it sent: its own chain result came from what it received.
        let read = SignedMessage(changed, bodyHashes: [hops[2].sealer.bodyHash])
        let chain = await verify(valid)
        let fields = try hops[2].sealer.seal(read, chain: chain, results: Self.results, now: Self.now)
        message = Array(fields.map(\.raw).joined()) + changed
        let finding = await verify(message)
        #expect(finding.result == .pass && finding.oldestPass == 3)
        message = try await seal(message, by: hops[0])
        #expect(await verify(message).oldestPass == 3)
    }

    @Test("Whatever of a chain is changed, it fails")
    func changes() async throws {
        var message = try await seal(SigningWorld.message, by: hops[0])
        message = try await seal(message, by: hops[1])
        for (old, new) in [
            ("Subject: dinner", "Subject: lunch"), ("Joe.", "Jim."), ("dmarc=pass", "dmarc=fail"),
            ("cv=pass", "cv=none"),
            ("cv=none", "cv=pass"), ("i=2;", "i=3;"), ("i=1;", "i=2;"), ("mx.list.example", "mx.evil.test"),
            ("ARC-Seal: i=1", "X-Seal: i=1"), ("ARC-Message-Signature: i=1", "X: i=1"),
            ("ARC-Authentication-Results: i=1", "X: i=1"), ("ARC-Seal: i=2", "X-Seal: i=2"), ("d=forward", "d=third"),
        ] {
            let changed = message.replacing(old, new)
            #expect(changed != message, "\(old)")
            #expect(await verify(changed).result == .fail, "\(old)")
        }
        // White space is nothing to relaxed canonicalization, nor is a field that nobody signed.
        #expect(await verify(octets("X: y\r\n") + message.replacing("cv=pass; ", "cv=pass;\t\t ")).result == .pass)
    }

    @Test("A key that can't be asked for is neither pass nor fail, and nothing is sealed then")
    func unknownKey() async throws {
        let message = try await seal(try await seal(SigningWorld.message, by: hops[0]), by: hops[1])
        var resolver = Self.resolver([hops[1]])
        resolver.fail(try #require(DNSName("arc._domainkey.list.example")), .timeout)
        let finding = await verify(message, resolver: resolver)
        #expect(finding.result == .temperror && finding.assertions.isEmpty)
        #expect(finding.trustedAssertions(of: Set(hops.map(\.domain))).isEmpty)
        await #expect(throws: ARCSealer.Failure.chainIsUnknown) {
            try await seal(message, by: hops[2], resolver: resolver)
        }
        #expect(await verify(message, resolver: Self.resolver([hops[1]])).result == .fail)
        #expect(await verify(message, resolver: Self.resolver([hops[0]])).result == .fail)
    }

    @Test("RFC 8617 §5.1: a failed chain is marked once, over the new set alone, and never sealed again")
    func marking() async throws {
        let message = try await seal(SigningWorld.message, by: hops[0]).replacing("Joe.", "Jim.")
        let marked = try await seal(message, by: hops[1])
        #expect(string(marked).contains("cv=fail"))
        let finding = await verify(marked)
        #expect(finding.result == .fail && finding.isMarkedAsFailed && finding.highestInstance == 2)
        await #expect(throws: ARCSealer.Failure.chainHasFailed) { try await seal(marked, by: hops[2]) }
    }

    @Test("What is not sealed")
    func refusals() async throws {
        let hop = hops[0]
        let unhashed = SignedMessage(SigningWorld.message)
        let none = await verify(SigningWorld.message)
        #expect(throws: ARCSealer.Failure.noBodyHash) {
            try hop.sealer.seal(unhashed, chain: none, results: [], now: Self.now)
        }
        let limits = HeaderLimits(maximumBytes: 10, maximumFields: 10)
        let large = SignedMessage(SigningWorld.message, headerLimits: limits, bodyHashes: [hop.sealer.bodyHash])
        #expect(throws: ARCSealer.Failure.headerTooLarge) {
            try hop.sealer.seal(large, chain: none, results: [], now: Self.now)
        }
        #expect(await ARCVerifier(resolver: resolver).verify(large, now: Self.now).result == .fail)
        let read = SignedMessage(SigningWorld.message, bodyHashes: [hop.sealer.bodyHash])
        let malformed = SignedMessage(octets(" x\r\n") + SigningWorld.message, bodyHashes: [hop.sealer.bodyHash])
        #expect(throws: ARCSealer.Failure.malformedHeader) {
            try hop.sealer.seal(malformed, chain: none, results: [], now: Self.now)
        }
        #expect(throws: ARCSealer.Failure.invalidTag) {
            try hop.sealer.seal(read, chain: none, results: [], now: -1)
        }
    }

    @Test("The set covers the signatures that the message came with, and never Authentication-Results or ARC")
    func signedNames() async throws {
        var hop = hops[0].sealer
        hop.signedNames += [.authenticationResults, .arcSeal, .arcMessageSignature, .arcAuthenticationResults]
        let message = octets("Authentication-Results: mx.test; none\r\n") + (try SigningWorld().sign())
        let read = SignedMessage(message, bodyHashes: [hop.bodyHash])
        let fields = try hop.seal(read, chain: await verify(message), results: [], now: Self.now)
        let signature = try DKIMSignature(fields[1].body, as: .arcMessageSignature)
        #expect(
            Set(signature.signedNames.map(string)) == [
                "From", "To", "Subject", "Date", "Message-ID", "DKIM-Signature",
            ])
        for field in fields {
            #expect(HeaderSection(field.raw).findings.map(\.kind) == [.noBlankLine])
            #expect(string(field.raw).split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
        }
    }

    @Test("M22: a chain that a stranger made passes, and nobody takes his word")
    func stranger() async throws {
        let evil = hops[3]
        let message = try await seal(SigningWorld.message, by: evil)
        let finding = await verify(message)
        #expect(finding.result == .pass)
        #expect(
            finding.assertions.first?.results?.results.contains { $0.method == .dmarc && $0.result == .pass } == true)
        #expect(finding.trustedAssertions(of: [hops[0].domain]).isEmpty)
        #expect(finding.trustedAssertions(of: []).isEmpty)
        // Nor that of a subdomain, or of the domain above.
        #expect(finding.trustedAssertions(of: [try #require(DNSName("test"))]).isEmpty)
    }

    @Test("M22: words count from the newest sealer down to the first that isn't trusted")
    func trust() async throws {
        func trusted(_ path: [Int], _ sealers: [Int]) async throws -> [Int] {
            var message = SigningWorld.message
            for hop in path { message = try await seal(message, by: hops[hop]) }
            return await verify(message).trustedAssertions(of: Set(sealers.map { hops[$0].domain })).map(\.instance)
        }
        #expect(try await trusted([0, 1, 2], [0, 1, 2]) == [3, 2, 1])
        #expect(try await trusted([0, 1, 2], [1, 2]) == [3, 2])
        #expect(try await trusted([0, 3, 2], [0, 1, 2]) == [3])
        #expect(try await trusted([0, 1, 3], [0, 1, 2]) == [])
        #expect(try await trusted([3, 1], [1]) == [2])
    }

    @Test("M22: 50 sets pass, 51 don't, and a gap doesn't")
    func fifty() async throws {
        var message = octets("From: a@client.example\r\n\r\nx\r\n")
        var afterTwo: [UInt8] = []
        for instance in 1...50 {
            message = try await seal(message, by: hops[1])
            if instance == 2 { afterTwo = message }
        }
        let asked = RecordedQuestions(resolver)
        let finding = await verify(message, resolver: asked)
        #expect(finding.result == .pass && finding.assertions.count == 50 && finding.oldestPass == 0)
        #expect(asked.entries.count == 1)
        await #expect(throws: ARCSealer.Failure.chainIsFull) { try await seal(message, by: hops[1]) }
        let one = HeaderSection(message).fields.prefix(3).map(\.raw)
        let more = Array(one.joined()).replacing("i=50", "i=51").replacing("i=50", "i=51").replacing("i=50", "i=51")
        #expect(await verify(more + message).result == .fail)
        // The first set gone, and one in the middle.
        let third = try await seal(afterTwo, by: hops[1])
        let fields = HeaderSection(third).fields.map(\.raw)
        let body = octets("\r\nx\r\n")
        #expect(await verify(Array(fields.joined()) + body).result == .pass)
        #expect(await verify(Array((fields[..<6] + fields[9...]).joined()) + body).result == .fail)
        #expect(await verify(Array((fields[..<3] + fields[6...]).joined()) + body).result == .fail)
        #expect(await verify(Array((fields[..<3] + fields).joined()) + body).result == .fail)
    }

    @Test("M22: a made-up chain makes us ask for no key beyond the first that fails, and never for more than 20")
    func questions() async throws {
        // 50 sets with names of 50 domains; the newest is real.
        var message = SigningWorld.message
        let seal = try await seal(message, by: hops[3])
        let genuine = HeaderSection(seal).fields.prefix(3).map { string($0.raw) }
        for instance in 1..<50 {
            let set = genuine.map {
                $0.replacing("i=1;", with: "i=\(instance);").replacing("d=evil.test", with: "d=victim\(instance).test")
                    .replacing("cv=none", with: instance == 1 ? "cv=none" : "cv=pass")
            }
            message = octets(set.joined()) + message
        }
        message =
            octets(genuine.joined().replacing("i=1;", with: "i=50;").replacing("cv=none", with: "cv=pass")) + message
        let asked = RecordedQuestions(resolver)
        #expect(await verify(message, resolver: asked).result == .fail)
        #expect(asked.entries.map(\.name.text) == ["arc._domainkey.evil.test"])

        // All of them real, each with another key.
        let many = try (0..<21).map { try Hop("hop\($0).test") }
        let world = RecordedQuestions(Self.resolver(many))
        message = SigningWorld.message
        for hop in many.prefix(20) { message = try await self.seal(message, by: hop, resolver: world) }
        #expect(await verify(message, resolver: world).result == .pass)
        message = try await self.seal(message, by: many[20], resolver: world)
        let before = world.entries.count
        #expect(await verify(message, resolver: world).result == .fail)
        #expect(world.entries.count - before == ARCVerifier.maximumKeys)
    }

    @Test("M16: a message signature whose l= leaves something out fails the chain; M19: and so does rsa-sha1")
    func policies() async throws {
        let message = try await seal(SigningWorld.message, by: hops[0])
        #expect(await verify(message.replacing("c=relaxed/relaxed;", "c=relaxed/relaxed; l=1;")).result == .fail)
        #expect(await verify(message.replacing("a=rsa-sha256", "a=rsa-sha1")).result == .fail)
        #expect(await verify(message, policy: DKIMPolicy(minimumRSABits: 4_096)).result == .fail)
        #expect(await verify(message, now: Self.now - 1_000).result == .fail)
    }

    @Test("X08: of fields past the limit none is read, and what seals share is hashed once")
    func linear() async throws {
        var message = octets("From: a@client.example\r\n\r\nx\r\n")
        for _ in 1...3 { message = try await seal(message, by: hops[1]) }
        let flood = octets(String(repeating: "ARC-Seal: i=1\r\n", count: 4_000)) + message
        let finding = await verify(flood)
        #expect(finding.result == .fail && finding.reason == "too many ARC Sets" && finding.highestInstance == 0)
        // What is hashed in one go is what each seal is over by RFC 8617 §5.1.1.
        let header = SignedHeader(HeaderSection(message), limits: .standard)
        let digests = SealedOctets.digests(of: header)
        #expect(digests.count == 3)
        for (index, digest) in digests.enumerated() {
            var octets: [UInt8] = []
            for set in header.chain.sets[...index] {
                for place in [set.resultsPlace, set.signaturePlace, set.sealPlace]
                where place != header.chain.sets[index].sealPlace {
                    HeaderCanonicalizer.append(header.fields[place], .relaxed, to: &octets)
                }
            }
            let set = header.chain.sets[index]
            HeaderCanonicalizer.append(
                header.fields[set.sealPlace], .relaxed, removing: set.seal.signatureRange, endsLine: false, to: &octets)
            #expect(SHA256.hash(data: octets) == digest)
        }
    }

    @Test("ARC-Authentication-Results are written and read")
    func results() throws {
        let written = ARCAuthenticationResults(
            instance: 12,
            results: AuthenticationResults(
                authservID: try #require(AuthservID(octets("mx.our.test"))), results: Self.results))
        let field = try #require(HeaderSection(written.bytes).fields.first)
        #expect(field.isNamed(.arcAuthenticationResults))
        #expect(try ARCAuthenticationResults(field.body) == written)
        #expect(try ARCAuthenticationResults(octets(" (x) i (y) = 3 (z) ; mx; none")).instance == 3)
        for text in [
            "", "i=1", "i=1 mx; none", "mx; i=1; none", "i=; mx", "i=a; mx", "i=123; mx; none", "I=1; mx; none",
        ] {
            #expect(throws: FieldSyntaxError.self, "\(text)") {
                try ARCAuthenticationResults.instance(of: octets(text))
            }
        }
    }
}
