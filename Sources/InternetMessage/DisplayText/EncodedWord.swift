/// An encoded-word of RFC 2047 §2: `=?charset?encoding?encoded-text?=`.
struct EncodedWord {
    let charset: Charset
    /// The decoded bytes, in the charset.
    let content: [UInt8]

    /// - Returns: nil when the word is not wholly an encoded-word.
    init?(_ word: some Collection<UInt8>) {
        guard word.count >= 8, word.starts(with: "=?".utf8), word.suffix(2).elementsEqual("?=".utf8) else { return nil }
        let parts = word.dropFirst(2).dropLast(2).split(
            separator: UInt8(ascii: "?"), omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[1].count == 1, let encoding = parts[1].first else {
            return nil
        }
        // RFC 2047 §2: printable ASCII without space
        guard parts[2].allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        switch encoding.lowercasedASCII {
        case UInt8(ascii: "b"): content = Base64.decode(parts[2]).bytes
        case UInt8(ascii: "q"): content = Self.quoted(parts[2])
        default: return nil
        }
        // RFC 2231 §5: charset*language
        charset = Charset(parts[0].prefix { $0 != UInt8(ascii: "*") })
    }

    /// Whether an encoded-word stands anywhere in the bytes, delimited or not.
    static func occurs(in bytes: [UInt8]) -> Bool {
        var marks = 0
        var previous: UInt8 = 0
        for byte in bytes {
            if marks == 0 {
                if previous == UInt8(ascii: "="), byte == UInt8(ascii: "?") { marks = 1 }
            } else if byte == UInt8(ascii: "?") {
                marks += 1
            } else if marks >= 4, previous == UInt8(ascii: "?"), byte == UInt8(ascii: "=") {
                return true
            }
            previous = byte
        }
        return false
    }

    // RFC 2047 §4.2; an "=" that escapes nothing stays
    private static func quoted(_ text: some Collection<UInt8>) -> [UInt8] {
        let bytes = Array(text)
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "="), index + 2 < bytes.count, let high = bytes[index + 1].hexadecimalValue,
                let low = bytes[index + 2].hexadecimalValue
            {
                out.append(high << 4 | low)
                index += 3
            } else {
                out.append(bytes[index] == UInt8(ascii: "_") ? .space : bytes[index])
                index += 1
            }
        }
        return out
    }
}
