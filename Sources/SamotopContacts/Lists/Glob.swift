/// A pattern of octets: `*` is any run, `?` any single octet, all else itself, ASCII case ignored.
///
/// All places in the pattern where a match may stand are followed at once, as bits, so that no pattern takes more than its length
/// times the text's length over 64 (X12).
public struct Glob: Sendable, Hashable {
    /// The pattern in lower case.
    public let text: String
    /// Bit i: a `*` stands before the i-th single octet (or at the end).
    private let stars: [UInt64]
    /// As many words for each octet as ``stars`` has. Bit i: it fits the i-th place.
    private let masks: [UInt64]
    private let places: Int

    /// Nil when it is empty or longer than 256 octets.
    public init?(_ text: String) {
        let octets = Array(text.utf8).map(\.foldedASCII)
        guard (1...256).contains(octets.count) else { return nil }
        self.text = String(decoding: octets, as: UTF8.self)
        let count = octets.count / 64 + 1
        var (stars, masks, place) = (
            [UInt64](repeating: 0, count: count), [UInt64](repeating: 0, count: 256 * count), 0
        )
        for octet in octets {
            let (word, bit) = (place / 64, UInt64(1) << UInt64(place % 64))
            switch octet {
            case UInt8(ascii: "*"):
                stars[word] |= bit
                continue
            case UInt8(ascii: "?"): for any in 0..<256 { masks[any * count + word] |= bit }
            default: masks[Int(octet) * count + word] |= bit
            }
            place += 1
        }
        (self.stars, self.masks, places) = (stars, masks, place)
    }

    /// Whether it matches nothing but its own text.
    var isLiteral: Bool { !text.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") } }

    /// Whether the pattern is the whole of the text.
    public func matches(_ octets: [UInt8]) -> Bool {
        // Bit i: the first i places are matched.
        var reached = [UInt64](repeating: 0, count: stars.count)
        reached[0] = 1
        for octet in octets {
            let fits = Int(octet.foldedASCII) * stars.count
            var carry: UInt64 = 0
            for word in reached.indices {
                let step = reached[word] & masks[fits + word]
                reached[word] = step << 1 | carry | reached[word] & stars[word]
                carry = step >> 63
            }
        }
        return reached[places / 64] >> UInt64(places % 64) & 1 == 1
    }
}
