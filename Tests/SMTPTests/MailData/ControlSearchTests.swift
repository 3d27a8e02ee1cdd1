import Testing

@testable import SMTP

@Suite struct ControlSearchTests {
    static func naive(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] != 0, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
        return index
    }

    /// Every alignment of the first octet in a word of memory, every length, every place of the control.
    @Test(arguments: 0..<8) func findsTheFirstWhereverItStands(_ alignment: Int) {
        var memory = [UInt8](repeating: 0x61, count: 120)
        for length in 0...100 {
            for place in 0...length {
                let control: UInt8 = [0, 0x0A, 0x0D][(length + place) % 3]
                if place < length { memory[alignment + place] = control }
                let found = memory.span.extracting(alignment..<alignment + length).firstControl(from: 0)
                if place < length { memory[alignment + place] = 0x61 }
                if found != place { Issue.record("\(length) octets, control at \(place): found at \(found)") }
            }
        }
    }

    /// Tabs and other octets below 14 are candidates that the word-wise look must see and pass over.
    @Test func passesOverOtherLowOctets() {
        for length in 0...100 {
            for place in 0...length {
                var text = (0..<length).map {
                    [0x09, 0x0B, 0x0C, 0x01, 0x0E, 0x20, 0x7F, 0x80, 0xFF, 0x8D][$0 % 10] as UInt8
                }
                if place < length { text[place] = 0x0D }
                let found = text.span.firstControl(from: 0)
                if found != place { Issue.record("\(length) octets, control at \(place): found at \(found)") }
            }
        }
    }

    @Test func agreesWithTheNaiveSearch() {
        var random = CommandGenerator.Random(state: 0x5EA)
        let alphabet: [UInt8] = [0, 0x09, 0x0A, 0x0B, 0x0D, 0x0E, 0x61, 0x61, 0x61, 0x61, 0x61, 0x8A, 0x8D, 0x80, 0xFF]
        for _ in 0..<3_000 {
            // Most octets harmless, so that whole words are passed over.
            let density = Int.random(in: 1...60, using: &random)
            let text = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                Int.random(in: 0..<density, using: &random) == 0
                    ? alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                    : UInt8.random(in: 0x20...0xFF, using: &random)
            }
            let start = Int.random(in: 0...text.count, using: &random)
            let found = text.span.firstControl(from: start)
            let expected = Self.naive(text.span, from: start)
            if found != expected { Issue.record("\(text) from \(start): \(found), not \(expected)") }
        }
    }
}
