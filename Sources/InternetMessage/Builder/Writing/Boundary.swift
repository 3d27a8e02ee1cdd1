/// The boundary of a multipart (RFC 2046 §5.1.1): random, and not in what it has to part.
struct Boundary {
    let text: [UInt8]

    /// `--` and the boundary.
    var delimiter: [UInt8] { [UInt8(ascii: "-"), UInt8(ascii: "-")] + text }

    private static let attempts = 8

    init(
        outside entities: [WrittenEntity], using randomness: inout some RandomNumberGenerator
    ) throws(MessageBuilderError) {
        for _ in 0..<Self.attempts {
            // "=_" is neither in base64 nor in quoted-printable
            let text = Array("=_".utf8) + RandomText.make(digits: 26, using: &randomness)
            if !entities.contains(where: { Self.occurs(text, in: $0.header) || Self.occurs(text, in: $0.body) }) {
                self.text = text
                return
            }
        }
        throw .noBoundary
    }

    private static func occurs(_ text: [UInt8], in bytes: [UInt8]) -> Bool {
        guard bytes.count >= text.count else { return false }
        for start in 0...(bytes.count - text.count) where bytes[start] == UInt8(ascii: "=") {
            if bytes[start..<(start + text.count)].elementsEqual(text) { return true }
        }
        return false
    }
}

/// Random digits and small letters.
enum RandomText {
    // 32 digits, five bits each; none is taken for another
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    static func make(digits: Int, using randomness: inout some RandomNumberGenerator) -> [UInt8] {
        (0..<digits).map { _ in alphabet[Int(randomness.next(upperBound: UInt8(32)))] }
    }
}
