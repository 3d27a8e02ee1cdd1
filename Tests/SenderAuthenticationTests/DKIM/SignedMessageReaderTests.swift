import InternetMessage
import NameResolution
import Testing

@testable import SenderAuthentication

struct SignedMessageReaderTests {
    private static func read(
        _ slices: [[UInt8]], headerLimits: HeaderLimits = .standard, limits: DKIMLimits = .standard,
        policy: DKIMPolicy = .standard, bodyHashes: [BodyHash] = []
    ) -> SignedMessage {
        var reader = SignedMessageReader(
            headerLimits: headerLimits, limits: limits, policy: policy, bodyHashes: bodyHashes)
        for slice in slices { reader.push(slice) }
        return reader.finish()
    }

    @Test("However a message is cut, the same is read of it")
    func cutting() throws {
        var generator = SignatureGenerator(seed: 5)
        let hashes = Canonicalization.allCases.map { BodyHash($0) }
        let messages =
            [
                "", "\r\n", "\n", "\r", "A: b", "A: b\r\n", "A: b\r\n\r\n", "A: b\r\n\r\nbody", "A: b\n\nbody \r\n\r\n",
                "A: b\r\n c\r\n\r\n\r\n", "A: b\r\r\n\r\nx", "A\r\n\r\n\r\n", "\r\nbody\r\n", "A: b\r\n\r",
                "A: b\r\n\n x \r\n",
            ].map(octets) + [try SigningWorld().sign()]
        for message in messages {
            let whole = Self.read([message], bodyHashes: hashes)
            #expect(whole.header.bytes + message.suffix(whole.bodyLength) == message)
            #expect(whole.header.bytes == HeaderSection(message).bytes)
            for longest in [1, 2, 5, 40] {
                let cut = Self.read(generator.pieces(of: message, longest: longest), bodyHashes: hashes)
                #expect(cut.header.bytes == whole.header.bytes)
                #expect(cut.bodyLength == whole.bodyLength)
                #expect(cut.bodyHashes == whole.bodyHashes && cut.bodyHashes.count == 2)
                #expect(cut.canonicalLengths == whole.canonicalLengths)
            }
        }
    }

    private static func signature(_ tags: String, algorithm: String = "rsa-sha256") -> String {
        let hash = string(Base64.encode([UInt8](repeating: 0, count: algorithm == "rsa-sha1" ? 20 : 32)))
        return "DKIM-Signature: v=1; a=\(algorithm); d=a.test; s=s; h=from; bh=\(hash); b=QUJD; \(tags)\r\n"
    }

    @Test("Signatures that want the same hash share it")
    func sharing() {
        let header = ["c=relaxed/relaxed", "c=simple/relaxed", "c=relaxed/relaxed; l=3", "c=relaxed", "t=1"]
        let message = octets(header.map { Self.signature($0) }.joined() + "From: a@a.test\r\n\r\nbody")
        #expect(Set(Self.read([message]).bodyHashes.wanted) == [BodyHash(.relaxed), BodyHash(.simple)])
        #expect(
            Set(Self.read([message], policy: .legacy).bodyHashes.wanted) == [
                BodyHash(.relaxed), BodyHash(.relaxed, length: 3), BodyHash(.simple),
            ])
        #expect(Self.read([octets("From: a@a.test\r\n\r\nbody")]).bodyHashes.isEmpty)
    }

    @Test("By the standard policy nothing is hashed with SHA-1")
    func sha1() {
        let message = octets(Self.signature("", algorithm: "rsa-sha1") + "From: a@a.test\r\n\r\nbody")
        #expect(Self.read([message]).bodyHashes.isEmpty)
        #expect(Set(Self.read([message], policy: .legacy).bodyHashes.wanted) == [BodyHash(.simple, algorithm: .sha1)])
    }

    @Test("M25: more body hashes than the limit are not made, and their signatures are in error")
    func hashLimit() async {
        let signatures = (0..<10).map { Self.signature("l=\($0)") }.joined()
        let limits = DKIMLimits(maximumSignatures: 10, maximumBodyHashes: 4)
        let message = Self.read(
            [octets(signatures + "From: a@a.test\r\n\r\n0123456789")], limits: limits, policy: .legacy)
        #expect(Set(message.bodyHashes.wanted) == Set((0..<4).map { BodyHash(.simple, length: $0) }))
        let findings = await DKIMVerifier(resolver: ZoneResolver(), policy: .legacy).verify(message, now: 0)
        #expect(
            findings.map(\.reason) == Array(repeating: "no key for signature", count: 4)
                + Array(repeating: "the body hash was not made", count: 6))
    }

    @Test("M25: a header over its limits is not read, and every signature is in error")
    func headerLimits() async throws {
        let world = try SigningWorld()
        let signed = try world.sign()
        let large = octets((0..<6_000).map { "X\($0): y\r\n" }.joined())
        let long = octets("X: \(String(repeating: "y", count: 300_000))\r\n")
        for message in [large + signed, signed.replacing("\r\n\r\n", "\r\n\(string(long))\r\n"), long] {
            var generator = SignatureGenerator(seed: 2)
            for slices in [[message], generator.pieces(of: message, longest: 9_000)] {
                let read = Self.read(slices)
                #expect(read.exceedsLimits && read.header.fields.isEmpty && read.bodyHashes.isEmpty)
                let findings = await DKIMVerifier(resolver: world.resolver).verify(read, now: SigningWorld.now)
                #expect(findings.map(\.result) == [.permerror])
            }
        }
        // The last octet that is allowed.
        let length = HeaderSection(signed).length
        let fits = HeaderLimits(maximumBytes: length, maximumFields: 6)
        #expect(!Self.read([signed], headerLimits: fits).exceedsLimits)
        #expect(
            Self.read([signed], headerLimits: HeaderLimits(maximumBytes: length - 1, maximumFields: 6)).exceedsLimits)
        #expect(Self.read([signed], headerLimits: HeaderLimits(maximumBytes: length, maximumFields: 5)).exceedsLimits)
    }

    @Test("RFC 6376 §5.4.2: fields of one name are taken from the bottom, and none twice")
    func selection() {
        let message = octets("A: 1\r\nB: 2\r\na: 3\r\nA: 4\r\n\r\n")
        let header = SignedHeader(HeaderSection(message), limits: .standard)
        func signed(_ names: String...) -> String { string(header.fieldOctets(names: names.map(octets), .simple)) }
        #expect(signed("a") == "A: 4\r\n")
        #expect(signed("A", "b", "a", "x", "a", "a") == "A: 4\r\nB: 2\r\na: 3\r\nA: 1\r\n")
        #expect(signed("", "x") == "")
        #expect(
            string(header.fieldOctets(names: [octets("a"), octets("a")], .simple, except: 2)) == "A: 4\r\nA: 1\r\n")
    }
}
