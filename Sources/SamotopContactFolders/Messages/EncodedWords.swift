/// Writes unstructured text into a header field.
enum EncodedWords {
    /// Octets of UTF-8 in an encoded-word, so that it is no longer than 75 (RFC 2047 §2).
    private static let largestPart = 45

    /// The text itself if it is short, plain ASCII and can't be taken for an encoded-word; otherwise encoded-words (RFC 2047
    /// §4.1), each on a line of its own.
    static func encode(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        if isPlain, text.utf8.count <= 200, text.first != " ", !holdsMark(text) { return text }
        var words: [String] = []
        var part: [UInt8] = []
        for scalar in text.unicodeScalars {
            let octets = Array(String(scalar).utf8)
            if part.count + octets.count > largestPart {
                words.append(word(part))
                part = []
            }
            part += octets
        }
        if !part.isEmpty { words.append(word(part)) }
        return words.joined(separator: "\r\n ")
    }

    private static func holdsMark(_ text: String) -> Bool {
        zip(text.utf8, text.utf8.dropFirst()).contains { $0 == UInt8(ascii: "=") && $1 == UInt8(ascii: "?") }
    }

    private static func word(_ octets: [UInt8]) -> String { "=?utf-8?B?" + base64(octets) + "?=" }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// RFC 4648 §4.
    private static func base64(_ octets: [UInt8]) -> String {
        var out: [UInt8] = []
        for start in stride(from: 0, to: octets.count, by: 3) {
            let group = octets[start..<min(octets.count, start + 3)]
            var bits: UInt32 = 0
            for octet in group { bits = bits << 8 | UInt32(octet) }
            bits <<= UInt32(8 * (3 - group.count))
            for position in 0..<4 {
                let isPad = position > group.count
                out.append(isPad ? UInt8(ascii: "=") : alphabet[Int(bits >> UInt32(18 - 6 * position)) & 63])
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
