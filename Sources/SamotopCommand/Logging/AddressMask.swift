import NameResolution

/// Takes mail and network addresses out of a text, so that a log line tells nothing of who wrote to whom from where.
enum AddressMask {
    static let replacement = "[hidden]"

    /// The text with every word that is or holds an address replaced.
    static func masked(_ text: String) -> String {
        guard text.utf8.contains(where: marks.contains) else { return text }
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        var word: [UInt8] = []
        func end(_ out: inout [UInt8]) {
            out += isAddress(word) ? Array(replacement.utf8) : word
            word = []
        }
        for byte in bytes {
            if separators.contains(byte) {
                end(&out)
                out.append(byte)
            } else {
                word.append(byte)
            }
        }
        end(&out)
        return String(decoding: out, as: UTF8.self)
    }

    /// A text without any of these holds no address.
    private static let marks = Set("@.:".utf8)

    // What stands between words; an address never holds one of them, quoted local-parts aside, whose "@" remains.
    private static let separators = Set(" \t\r\n<>()[]{},;\"'=/|".utf8)

    private static func isAddress(_ word: [UInt8]) -> Bool {
        if word.contains(UInt8(ascii: "@")) { return true }
        // An address may be followed by a port, or end a sentence.
        var text = String(decoding: word, as: UTF8.self)
        while let last = text.last, ".:!?".contains(last), text.count > 2 { text.removeLast() }
        if IPAddress(text) != nil || IPAddress(String(text.prefix { $0 != "%" })) != nil { return true }
        if text.lowercased().hasPrefix("ipv6:"), IPAddress(String(text.dropFirst(5))) != nil { return true }
        guard let colon = text.lastIndex(of: ":") else { return false }
        return IPAddress(String(text[..<colon])) != nil
    }
}
