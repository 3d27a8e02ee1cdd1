/// The values of RFC 8601 §2.2 as they are written.
enum AuthenticationValue {
    // keeps every line under 998 bytes, quoted pairs and UTF-8 included (RFC 5322 §2.1.1)
    private static let maximumLength = 300

    /// `value`: a token, else a quoted-string (RFC 2045 §5.1).
    static func quoted(_ bytes: [UInt8]) -> [UInt8] {
        if !bytes.isEmpty, bytes.count <= maximumLength, bytes.allSatisfy({ $0.isTokenByte && $0 < 0x80 }) {
            return bytes
        }
        var out: [UInt8] = [.quote]
        for byte in cut(bytes) {
            if byte == .quote || byte == .backslash { out.append(.backslash) }
            out.append(byte.isControl ? UInt8(ascii: "?") : byte)
        }
        out.append(.quote)
        return out
    }

    /// `pvalue`: a value, or `[[local-part] "@"] domain-name` with nothing in it that needs quotes.
    static func propertyValue(_ bytes: [UInt8]) -> [UInt8] {
        var scanner = FieldScanner(bytes)
        let hasLocalPart = scanner.dotAtom() != nil
        if bytes.count <= maximumLength, scanner.skip(UInt8(ascii: "@")), isDomainName(bytes[scanner.position...]),
            hasLocalPart || bytes.first == UInt8(ascii: "@"), bytes.allSatisfy({ $0 < 0x80 })
        {
            return bytes
        }
        return quoted(bytes)
    }

    static func number(_ value: Int) -> [UInt8] {
        var digits: [UInt8] = []
        var rest = value.magnitude
        repeat {
            digits.append(UInt8(0x30 + rest % 10))
            rest /= 10
        } while rest > 0
        return digits.reversed()
    }

    private static func isDomainName(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { $0.isAlphanumeric || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
    }

    /// Cuts at a character of UTF-8; bytes that are not UTF-8 are cut anywhere, and become `?` over 127.
    private static func cut(_ bytes: [UInt8]) -> [UInt8] {
        guard isWellFormedUTF8(bytes) else {
            return bytes.prefix(maximumLength).map { $0 < 0x80 ? $0 : UInt8(ascii: "?") }
        }
        guard bytes.count > maximumLength else { return bytes }
        var end = maximumLength
        while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return Array(bytes[..<end])
    }
}
