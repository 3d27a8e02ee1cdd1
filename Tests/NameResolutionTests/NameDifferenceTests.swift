import Testing

@testable import NameResolution

/// What is quick about names against what follows from their labels.
struct NameDifferenceTests {
    /// SplitMix64: the same seed gives the same cases.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static func labels(_ generator: inout Generator) -> [[UInt8]] {
        (0..<Int.random(in: 0...5, using: &generator)).map { _ in
            (0..<Int.random(in: 1...12, using: &generator)).map { _ -> UInt8 in
                [0x61, 0x61, 0x62, 0x41, 0x5A, 0x5B, 0x40, 0x7A, 0x30, 0x2D, 0x2E, 0x5F, 0x5C, 0x00, 0xC1, 0xE1]
                    .randomElement(using: &generator) ?? 0
            }
        }
    }

    private static func lowercased(_ labels: [[UInt8]]) -> [[UInt8]] {
        labels.map { $0.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 } }
    }

    private static func isHostName(_ labels: [[UInt8]]) -> Bool {
        !labels.isEmpty
            && labels.allSatisfy { label in
                label.first != 0x2D && label.last != 0x2D
                    && label.allSatisfy { octet in
                        (0x30...0x39).contains(octet) || (0x41...0x5A).contains(octet) || (0x61...0x7A).contains(octet)
                            || octet == 0x2D || octet == 0x5F
                    }
            }
    }

    private static func text(_ labels: [[UInt8]]) -> String {
        if labels.isEmpty { return "." }
        return labels.map { label in
            label.map { octet in
                switch octet {
                case 0x2E, 0x5C: "\\" + String(Unicode.Scalar(octet))
                case 0x21...0x7E: String(Unicode.Scalar(octet))
                default: "\\" + String(repeating: "0", count: 3 - String(octet).count) + String(octet)
                }
            }.joined()
        }.joined(separator: ".")
    }

    @Test("5,000 random names are what their labels say")
    func names() throws {
        var generator = Generator(state: 1_035)
        for _ in 0..<5_000 {
            let labels = Self.labels(&generator)
            let name = try #require(DNSName(labels: labels))
            var isRight = name.labels.map(Array.init) == labels && name.labelCount == labels.count
            isRight = isRight && name.isHostName == Self.isHostName(labels) && name.text == Self.text(labels)
            isRight = isRight && name.textOctets == Array(Self.text(labels).utf8)
            let count = Int.random(in: -1...6, using: &generator)
            isRight = isRight && name.suffix(count).labels.map(Array.init) == Array(labels.suffix(max(0, count)))
            let read = DNSName(Array(labels.joined(separator: [0x2E])))
            let canBeRead = !labels.isEmpty && !labels.joined().contains(0x2E)
            if canBeRead { isRight = isRight && read?.wire == name.wire }
            #expect(isRight, "\(labels)")
        }
    }

    @Test("5,000 random pairs are equal, and below each other, as their labels in lower case are")
    func pairs() throws {
        var generator = Generator(state: 4_343)
        for _ in 0..<5_000 {
            let labels = Self.labels(&generator)
            // Another one, or one with other capitals and fewer labels or more.
            var others = Bool.random(using: &generator) ? labels : Self.labels(&generator)
            others = others.map { label in
                label.map { (0x41...0x5A).contains($0 & 0xDF) ? $0 ^ 0x20 : $0 }
            }
            if Bool.random(using: &generator) { others = Array(others.dropFirst()) }
            let name = try #require(DNSName(labels: labels))
            let other = try #require(DNSName(labels: others))
            let (lower, otherLower) = (Self.lowercased(labels), Self.lowercased(others))
            var isRight = (name == other) == (lower == otherLower)
            if name == other { isRight = isRight && name.hashValue == other.hashValue }
            isRight = isRight && name.isEqualOrBelow(other) == (Array(lower.suffix(otherLower.count)) == otherLower)
            isRight = isRight && other.prefixed(by: name)?.labels.map(Array.init) == labels + others
            #expect(isRight, "\(labels) \(others)")
        }
    }
}
