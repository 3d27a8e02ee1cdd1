/// base64 (RFC 2045 §6.8, RFC 4648 §4).
package enum Base64Writer {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    // RFC 2045 §6.8: lines of 76 digits
    private static let octetsOfLine = 57

    /// The digits with their padding, in one line.
    static func digits(_ content: some Collection<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity((content.count + 2) / 3 * 4)
        append(content, to: &out)
        return out
    }

    private static func append(_ content: some Collection<UInt8>, to out: inout [UInt8]) {
        var bits: UInt32 = 0
        var count = 0
        for byte in content {
            bits = bits << 8 | UInt32(byte)
            count += 1
            if count == 3 {
                append(bits, digits: 4, to: &out)
                bits = 0
                count = 0
            }
        }
        if count == 1 { append(bits << 16, digits: 2, to: &out) }
        if count == 2 { append(bits << 8, digits: 3, to: &out) }
    }

    /// The digits in lines; the last one has no line end.
    static func lines(_ content: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(encodedLength(content.count))
        append(linesOf: content, to: &out)
        return out
    }

    /// What ``lines(_:)`` gives, behind what is there.
    package static func append(linesOf content: [UInt8], to out: inout [UInt8]) {
        var start = 0
        while start < content.count {
            if start > 0 { out += [.carriageReturn, .lineFeed] }
            let end = min(start + octetsOfLine, content.count)
            append(content[start..<end], to: &out)
            start = end
        }
    }

    /// Octets that ``lines(_:)`` gives.
    package static func encodedLength(_ count: Int) -> Int {
        guard count > 0 else { return 0 }
        return (count + 2) / 3 * 4 + (count - 1) / octetsOfLine * 2
    }

    private static func append(_ bits: UInt32, digits: Int, to out: inout [UInt8]) {
        for digit in 0..<4 {
            let value = Int(bits >> UInt32(18 - 6 * digit) & 0x3F)
            out.append(digit < digits ? alphabet[value] : UInt8(ascii: "="))
        }
    }
}
