import Crypto
import Foundation
import InternetMessage
import Testing

@testable import SenderAuthentication

struct CanonicalizationTests {
    struct Case: Decodable {
        let kind: String
        let mode: String
        let input: String
        let output: String
        let chunks: [String]?
        let note: String?
    }

    /// The hash of a body and the length of its canonical form.
    private struct Hashed: Equatable {
        var digest: [UInt8]
        var length: Int
    }

    private static func hashed(_ slices: [[UInt8]], _ canonicalization: Canonicalization) -> Hashed {
        var canonicalizer = BodyCanonicalizer(canonicalization, hashers: [BodyHasher(BodyHash(canonicalization))])
        for slice in slices { canonicalizer.push(slice.span) }
        canonicalizer.finish()
        return Hashed(digest: canonicalizer.hashers.first?.finish() ?? [], length: canonicalizer.length)
    }

    private static func hashed(text: [UInt8]) -> Hashed {
        Hashed(digest: Array(SHA256.hash(data: text)), length: text.count)
    }

    @Test("dkim-canonicalization")
    func vectors() throws {
        let cases = try #require(SignatureVectors.decode("dkim-canonicalization", "cases.json", as: [Case].self))
        #expect(cases.count == 57)
        var different: Set<Int> = []
        for (index, item) in cases.enumerated() {
            let canonicalization = try #require(Canonicalization(rawValue: item.mode))
            let input = octets(item.input)
            switch item.kind {
            case "header":
                let field = try #require(HeaderSection(input).fields.first)
                var output: [UInt8] = []
                HeaderCanonicalizer.append(field, canonicalization, to: &output)
                if string(output) != item.output { different.insert(index) }
            case "body":
                let wanted = Self.hashed(text: octets(item.output))
                let cuts = [[input], input.map { [$0] }, item.chunks?.map(octets) ?? []]
                if cuts.contains(where: { !$0.isEmpty && Self.hashed($0, canonicalization) != wanted }) {
                    different.insert(index)
                }
            default:
                let digest = Self.hashed([input], canonicalization).digest
                if string(Base64.encode(digest)) != item.output { different.insert(index) }
            }
        }
        tally("dkim-canonicalization", count: cases.count, differing: different.count, known: 2)
        // go-msgauth makes a bare LF a CRLF first. RFC 6376 §3.4.3 and §3.4.4 know CRLF alone; a message with a bare LF
        // has to be mended before it is signed (§5.3).
        #expect(different == [29, 32])
    }

    @Test("However a body is cut, its hash is that of the canonical form", arguments: Canonicalization.allCases)
    func cutting(_ canonicalization: Canonicalization) {
        var generator = SignatureGenerator(seed: 6376)
        let alphabet: [[UInt8]] = [
            [0x20], [0x20], [0x09], [0x0D], [0x0A], [0x0D, 0x0A], [0x0D, 0x0A], octets("a"), octets("."), [0], [0xE4],
            octets("words with single spaces"),
        ]
        for round in 0..<1_000 {
            var body: [UInt8] = []
            for _ in 0..<Int.random(in: 0...24, using: &generator) {
                body += alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            let wanted = Self.hashed(text: PlainCanonicalization.body(body, canonicalization))
            for longest in [1, 3, 17, 4_000] {
                let pieces = generator.pieces(of: body, longest: longest)
                #expect(Self.hashed(pieces, canonicalization) == wanted, "round \(round): \(body)")
            }
        }
    }

    @Test("Long text and many line ends go through buffers of every filling")
    func long() {
        var generator = SignatureGenerator(seed: 1)
        let long = String(repeating: "x", count: 600) + "\r\n"
        for line in ["x\r\n", "a line of text, and another word\r\n", "two  spaces \r\n", "\r\n", " \r\n", long] {
            let body = Array(repeatElement(octets(line), count: 1_000).joined()) + octets("end")
            for canonicalization in Canonicalization.allCases {
                let wanted = Self.hashed(text: PlainCanonicalization.body(body, canonicalization))
                #expect(Self.hashed([body], canonicalization) == wanted)
                #expect(Self.hashed(generator.pieces(of: body, longest: 700), canonicalization) == wanted)
            }
        }
    }

    @Test("RFC 6376 §3.5: with l= only the first octets of the canonical body are hashed")
    func length() {
        let body = octets("one  two \r\nthree\r\n\r\n")
        let canonical = octets("one two\r\nthree\r\n")
        for length in 0...canonical.count {
            let wanted = BodyHash(.relaxed, length: length)
            var canonicalizer = BodyCanonicalizer(.relaxed, hashers: [BodyHasher(wanted)])
            for octet in body { canonicalizer.push([octet].span) }
            canonicalizer.finish()
            #expect(canonicalizer.length == canonical.count)
            #expect(canonicalizer.hashers.first?.finish() == Array(SHA256.hash(data: canonical.prefix(length))))
        }
    }

    @Test("The value of b= goes, with the white space around it, wherever it stands")
    func removal() throws {
        let field = try #require(
            HeaderSection(octets("DKIM-Signature: a=x; b= \r\n QUJD\r\n REVG ;\r\n\td=y  z\r\n")).fields.first)
        let value = try SignatureValue(TagList(field.body))
        #expect(string(value.octets) == "ABCDEF")
        for (canonicalization, wanted) in [
            (Canonicalization.relaxed, "dkim-signature:a=x; b=; d=y z"),
            (.simple, "DKIM-Signature: a=x; b=;\r\n\td=y  z"),
        ] {
            var output: [UInt8] = []
            HeaderCanonicalizer.append(field, canonicalization, removing: value.range, endsLine: false, to: &output)
            #expect(string(output) == wanted)
        }
    }

    @Test("Every octet is found that relaxed canonicalization may change")
    func doubtful() {
        var generator = SignatureGenerator(seed: 9)
        for _ in 0..<1_000 {
            let text = (0..<Int.random(in: 0...40, using: &generator)).map { _ -> UInt8 in
                [0x20, 0x09, 0x0D, 0x0A, 0x61, 0x21, 0x1F, 0x0E, 0xA0, 0x00, 0x61, 0x61]
                    .randomElement(using: &generator) ?? 0
            }
            text.withUnsafeBytes { octets in
                for start in 0...text.count {
                    let wanted = (start..<text.count).first { index in
                        text[index] == 0x09 || text[index] == 0x0D
                            || (text[index] == 0x20 && index + 1 < text.count && text[index + 1] == 0x20)
                    }
                    #expect(octets.firstDoubtful(from: start) == wanted ?? text.count)
                }
            }
        }
    }
}
