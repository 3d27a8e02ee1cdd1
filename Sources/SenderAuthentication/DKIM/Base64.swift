import InternetMessage

/// Base64 as tags hold it (RFC 6376 §2.10): folding white space anywhere, and padding that may be missing.
enum Base64 {
    /// The octets that `text` encodes; nil when it holds anything but the alphabet, white space and padding at its end.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var octets: [UInt8] = []
        octets.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var digits = 0
        var padding = 0
        for byte in text {
            if byte.isFoldingWhiteSpace { continue }
            if byte == UInt8(ascii: "=") {
                padding += 1
                guard padding <= 2 else { return nil }
                continue
            }
            guard padding == 0, let sextet = byte.base64Value else { return nil }
            bits = (bits & 0x3FFFF) << 6 | UInt32(sextet)
            digits = (digits + 1) % 4
            // The digits of a group give their first octet with the second of them.
            switch digits {
            case 2: octets.append(UInt8(truncatingIfNeeded: bits >> 4))
            case 3: octets.append(UInt8(truncatingIfNeeded: bits >> 2))
            case 0: octets.append(UInt8(truncatingIfNeeded: bits))
            default: break
            }
        }
        guard digits != 1, padding == 0 || (digits + padding) % 4 == 0 else { return nil }
        return octets
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
