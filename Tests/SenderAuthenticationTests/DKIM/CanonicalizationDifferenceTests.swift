import Crypto
import InternetMessage
import Testing

@testable import SenderAuthentication

/// What is quick against what is plain, over random text.
struct CanonicalizationDifferenceTests {
    private static func pick<Element>(_ elements: [Element], _ generator: inout SignatureGenerator) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &generator)]
    }

    private static let text = octets("The quick brown fox jumps over the lazy dog, and then it does so once more. ")

    /// Words, white space, line ends whole and torn, and stretches that fill the buffers.
    private static func body(_ generator: inout SignatureGenerator) -> [UInt8] {
        var body: [UInt8] = []
        for _ in 0..<Int.random(in: 0...30, using: &generator) {
            switch Int.random(in: 0..<40, using: &generator) {
            case 0..<12: body += text.prefix(Int.random(in: 1...text.count, using: &generator))
            case 12..<18: body += [0x0D, 0x0A]
            case 18..<22: body += pick([octets(" \r\n"), octets("\t \r\n"), octets("\r\n\r\n")], &generator)
            case 22..<30: body.append(pick([0x20, 0x20, 0x09], &generator))
            case 30..<33: body.append(0x0D)
            case 33..<35: body.append(0x0A)
            case 35..<39: body.append(UInt8.random(in: .min ... .max, using: &generator))
            default:
                let end: [UInt8] = pick([[], [0x0D, 0x0A]], &generator)
                let line = text.prefix(Int.random(in: 1...text.count, using: &generator)) + end
                for _ in 0..<Int.random(in: 1...80, using: &generator) { body += line }
            }
        }
        return body
    }

    @Test(
        "10,000 random bodies, cut anywhere, hash as their plain canonical form", arguments: Canonicalization.allCases)
    func bodies(_ canonicalization: Canonicalization) {
        var generator = SignatureGenerator(seed: canonicalization == .simple ? 20_261 : 20_262)
        for round in 0..<5_000 {
            let body = Self.body(&generator)
            let wanted = PlainCanonicalization.body(body, canonicalization)
            let length = Int.random(in: 0...wanted.count, using: &generator)
            let hashers = [
                BodyHasher(BodyHash(canonicalization)), BodyHasher(BodyHash(canonicalization, length: length)),
            ]
            var canonicalizer = BodyCanonicalizer(canonicalization, hashers: hashers)
            let longest = Self.pick([1, 7, 40, 700, 100_000], &generator)
            for piece in generator.pieces(of: body, longest: longest) { canonicalizer.push(piece.span) }
            canonicalizer.finish()
            let digests = canonicalizer.hashers.map { $0.finish() }
            let isRight =
                canonicalizer.length == wanted.count && digests[0] == Array(SHA256.hash(data: wanted))
                && digests[1] == Array(SHA256.hash(data: wanted.prefix(length)))
            #expect(isRight, "round \(round): \(body)")
            if !isRight { return }
        }
    }

    @Test("10,000 random header fields have their plain canonical form, whatever is left out of them")
    func fields() throws {
        var generator = SignatureGenerator(seed: 20_263)
        for round in 0..<10_000 {
            let name = (0..<Int.random(in: 1...30, using: &generator)).map { _ in
                Self.pick(octets("ABCxyz-_09"), &generator)
            }
            let beforeColon = Self.pick([[], [], octets(" "), octets("\t ")], &generator)
            var body: [UInt8] = []
            for _ in 0..<Int.random(in: 0...12, using: &generator) {
                switch Int.random(in: 0..<10, using: &generator) {
                case 0..<4: body += Self.text.prefix(Int.random(in: 1...Self.text.count, using: &generator))
                case 4: body += Self.pick([octets("\r\n "), octets("\r\n\t"), octets("\r\n \t ")], &generator)
                case 5, 6: body.append(Self.pick([0x20, 0x09], &generator))
                case 7: body.append(0x0D)
                default: body.append(UInt8.random(in: 0x20 ... .max, using: &generator))
                }
            }
            // A CR at the end would be one with the line end.
            if body.last == 0x0D { body.append(0x2E) }
            let field = try #require(HeaderSection(name + beforeColon + [0x3A] + body + [0x0D, 0x0A]).fields.first)
            try #require(field.name == name && field.body == body)
            var removed: Range<Int>?
            if Bool.random(using: &generator) {
                let start = Int.random(in: 0...body.count, using: &generator)
                removed = start..<Int.random(in: start...body.count, using: &generator)
            }
            for canonicalization in Canonicalization.allCases {
                let wanted = PlainCanonicalization.field(name, beforeColon, body, removing: removed, canonicalization)
                var output = octets("before")
                HeaderCanonicalizer.append(field, canonicalization, removing: removed, endsLine: false, to: &output)
                HeaderCanonicalizer.append(field, canonicalization, removing: removed, to: &output)
                let isRight = output == octets("before") + wanted + wanted + [0x0D, 0x0A]
                #expect(isRight, "round \(round): \(string(field.raw)) without \(String(describing: removed))")
                if !isRight { return }
            }
        }
    }
}
