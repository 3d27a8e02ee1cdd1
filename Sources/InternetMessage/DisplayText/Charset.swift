/// The character sets that are decoded for display. The names are those of the IANA registry.
enum Charset: Equatable {
    case utf8
    case usASCII
    case latin1
    case latin9
    case windows1252
    /// Unknown, but bytes under 128 are US-ASCII.
    case otherWithASCII
    case unknown

    init(_ name: some Collection<UInt8>) {
        let lower = name.map(\.lowercasedASCII)
        switch lower {
        case Array("utf-8".utf8), Array("utf8".utf8): self = .utf8
        case Array("us-ascii".utf8), Array("ascii".utf8): self = .usASCII
        case Array("iso-8859-1".utf8), Array("latin1".utf8): self = .latin1
        case Array("iso-8859-15".utf8), Array("latin-9".utf8): self = .latin9
        case Array("windows-1252".utf8), Array("cp1252".utf8): self = .windows1252
        default:
            let families = ["iso-8859-", "windows-125", "koi8-"]
            self = families.contains { lower.starts(with: $0.utf8) } ? .otherWithASCII : .unknown
        }
    }

    /// Appends the text as UTF-8. What has no character, and every control character, becomes U+FFFD.
    func decode(_ bytes: [UInt8], into text: inout [UInt8]) {
        switch self {
        case .utf8:
            Self.decodeUTF8(bytes, into: &text)
        case .unknown:
            if !bytes.isEmpty { Self.append("\u{FFFD}", to: &text) }
        case .usASCII, .otherWithASCII, .latin1, .latin9, .windows1252:
            for byte in bytes { Self.append(scalar(byte), to: &text) }
        }
    }

    private func scalar(_ byte: UInt8) -> Unicode.Scalar {
        if byte < 0x80 { return Unicode.Scalar(byte) }
        switch self {
        case .latin1: return Unicode.Scalar(byte)
        case .latin9: return Self.latin9Differences[byte] ?? Unicode.Scalar(byte)
        case .windows1252: return byte >= 0xA0 ? Unicode.Scalar(byte) : Self.windows1252High[Int(byte) - 0x80]
        case .utf8, .usASCII, .otherWithASCII, .unknown: return "\u{FFFD}"
        }
    }

    private static func decodeUTF8(_ bytes: [UInt8], into text: inout [UInt8]) {
        var iterator = bytes.makeIterator()
        var decoder = UTF8()
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): append(scalar, to: &text)
            case .error: append("\u{FFFD}", to: &text)
            case .emptyInput: return
            }
        }
    }

    private static func append(_ scalar: Unicode.Scalar, to text: inout [UInt8]) {
        let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        text.append(contentsOf: UTF8.encode(isControl ? "\u{FFFD}" : scalar) ?? UTF8.encodedReplacementCharacter)
    }

    // ISO/IEC 8859-15
    private static let latin9Differences: [UInt8: Unicode.Scalar] = [
        0xA4: "\u{20AC}", 0xA6: "\u{0160}", 0xA8: "\u{0161}", 0xB4: "\u{017D}", 0xB8: "\u{017E}", 0xBC: "\u{0152}",
        0xBD: "\u{0153}", 0xBE: "\u{0178}",
    ]

    // Windows-1252, 0x80…0x9F
    private static let windows1252High: [Unicode.Scalar] = [
        "\u{20AC}", "\u{FFFD}", "\u{201A}", "\u{0192}", "\u{201E}", "\u{2026}", "\u{2020}", "\u{2021}",
        "\u{02C6}", "\u{2030}", "\u{0160}", "\u{2039}", "\u{0152}", "\u{FFFD}", "\u{017D}", "\u{FFFD}",
        "\u{FFFD}", "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}", "\u{2022}", "\u{2013}", "\u{2014}",
        "\u{02DC}", "\u{2122}", "\u{0161}", "\u{203A}", "\u{0153}", "\u{FFFD}", "\u{017E}", "\u{0178}",
    ]
}
