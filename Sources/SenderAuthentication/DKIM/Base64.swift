import InternetMessage

/// Base64 as tags hold it (RFC 6376 §2.10): folding white space anywhere, and padding that may be missing.
enum Base64 {
    /// The octets that `text` encodes; nil when it holds anything but the alphabet, white space and padding at its end.
    static func decode(_ text: [UInt8]) -> [UInt8]? { decode(text[...]) }

    /// The octets that `text` encodes.
    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var isBase64 = false
        let octets = [UInt8](capacity: text.count / 4 * 3 + 2) { isBase64 = decode(text.span, to: &$0) }
        return isBase64 ? octets : nil
    }

    private static func decode(_ text: Span<UInt8>, to octets: inout OutputSpan<UInt8>) -> Bool {
        let values = values.span
        // The digits of the last group, and those before as far as there is room.
        var bits: UInt32 = 0
        var digits = 0
        var padding = 0
        for index in text.indices {
            let value = values[Int(text[index])]
            if value < 64 {
                guard padding == 0 else { return false }
                bits = bits << 6 | UInt32(value)
                digits += 1
                guard digits == 4 else { continue }
                octets.append(UInt8(truncatingIfNeeded: bits >> 16))
                octets.append(UInt8(truncatingIfNeeded: bits >> 8))
                octets.append(UInt8(truncatingIfNeeded: bits))
                digits = 0
            } else if value == paddingValue {
                padding += 1
                guard padding <= 2 else { return false }
            } else if value != whiteSpaceValue {
                return false
            }
        }
        guard digits != 1, padding == 0 || (digits + padding) % 4 == 0 else { return false }
        // The last group, when it isn't whole.
        if digits > 1 { octets.append(UInt8(truncatingIfNeeded: bits >> (digits == 2 ? 4 : 10))) }
        if digits > 2 { octets.append(UInt8(truncatingIfNeeded: bits >> 2)) }
        return true
    }

    private static let paddingValue: UInt8 = 64
    private static let whiteSpaceValue: UInt8 = 65

    /// By octet: what it stands for in base64, or one of the two above; 255 for all others.
    private static let values: [UInt8] = (0...UInt8.max).map { octet in
        if octet.isFoldingWhiteSpace { return whiteSpaceValue }
        if octet == UInt8(ascii: "=") { return paddingValue }
        return octet.base64Value ?? 255
    }

    /// The octets in base64, padded, on one line.
    static func encode(_ octets: some Collection<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((octets.count + 2) / 3 * 4)
        var bits: UInt32 = 0
        var count = 0
        for octet in octets {
            bits = bits << 8 | UInt32(octet)
            count += 1
            if count == 3 {
                for shift: UInt32 in [18, 12, 6, 0] { text.append(digit(bits >> shift)) }
                (bits, count) = (0, 0)
            }
        }
        if count == 1 { text += [digit(bits >> 2), digit(bits << 4), UInt8(ascii: "="), UInt8(ascii: "=")] }
        if count == 2 { text += [digit(bits >> 10), digit(bits >> 4), digit(bits << 2), UInt8(ascii: "=")] }
        return text
    }

    private static func digit(_ bits: UInt32) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: bits & 0x3F)
        switch value {
        case 0..<26: return 0x41 + value
        case 26..<52: return 0x61 + value - 26
        case 52..<62: return 0x30 + value - 52
        case 62: return UInt8(ascii: "+")
        default: return UInt8(ascii: "/")
        }
    }
}
