/// The blocks of a PEM file (RFC 7468).
enum PEMText {
    /// Each block with its two boundary lines, in order, when its label ends with `label`.
    static func blocks(_ text: String, label: String) -> [String] {
        var blocks: [String] = []
        var current: [Substring] = []
        // Lines end with LF or CRLF; the latter is one Character.
        for line in text.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("-----BEGIN ") { current = [] }
            current.append(line)
            if line.hasPrefix("-----END ") {
                if line.hasSuffix("\(label)-----") { blocks.append(current.joined(separator: "\n") + "\n") }
                current = []
            }
        }
        return blocks
    }
}
