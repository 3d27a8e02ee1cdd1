import Testing

@testable import InternetMessage

struct HeaderReaderDifferenceTests {
    @Test("20,000 random sections are read as octet by octet, whatever the limits")
    func random() {
        var generator = SeededGenerator(seed: 5_322)
        let pieces = [
            "From", "From ", "Subject", ": ", ":", " ", "\t", "\r\n", "\r\n", "\r\n ", "\n", "\r", "\0", "\u{0B}", "ö",
            "a word or two of text", String(repeating: "x", count: 990),
        ]
        for round in 0..<20_000 {
            let count = Int.random(in: 0..<30, using: &generator)
            let message = (0..<count).flatMap { _ in bytes(pieces.randomElement(using: &generator) ?? "") }
            let limits =
                Bool.random(using: &generator)
                ? HeaderLimits.standard
                : HeaderLimits(
                    maximumBytes: Int.random(in: 0..<60, using: &generator),
                    maximumFields: Int.random(in: 0..<6, using: &generator))
            let section = HeaderSection(message, limits: limits)
            var plain = PlainHeaderReader(message, limits: limits)
            plain.read()
            let found = section.pieces.map { piece in
                switch piece {
                case .field(let field): PlainHeaderReader.Piece(raw: field.raw, name: field.name, body: field.body)
                case .other(let raw), .blankLine(let raw): PlainHeaderReader.Piece(raw: raw)
                }
            }
            let isRight =
                found == plain.pieces && section.length == plain.position
                && section.bytes == plain.pieces.flatMap(\.raw)
                && section.findings.map(\.kind) == plain.findings.map(\.kind)
                && section.findings.map(\.offset) == plain.findings.map(\.offset)
                && section.fields.allSatisfy { Array($0.raw[$0.bodyRange]) == $0.body }
            #expect(isRight, "round \(round): \(message)")
            if !isRight { return }
        }
    }

    @Test("Octets are found wherever they stand among eight, and beyond the last eight")
    func search() {
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<5_000 {
            let text = (0..<Int.random(in: 0...40, using: &generator)).map { _ -> UInt8 in
                [0x00, 0x0A, 0x0C, 0x0D, 0x0E, 0x20, 0x21, 0x3A, 0x3B, 0x3C, 0x61, 0x7E, 0x7F, 0x80, 0x8D, 0xBB, 0xFF]
                    .randomElement(using: &generator) ?? 0
            }
            let start = Int.random(in: 0...text.count, using: &generator)
            let rest = text.indices[start...]
            let found = text.span.bytes.firstIndex(from: start) { $0.marks(of: 0x3B) | $0.marks(below: 0x0E) }
            #expect(found == rest.first { text[$0] == 0x3B || text[$0] < 0x0E } ?? text.count)
        }
    }
}
