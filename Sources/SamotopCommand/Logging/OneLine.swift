/// Makes any text fit on one line of a log or a terminal: nothing in it can start a line, move the cursor or hide text.
enum OneLine {
    /// Bytes of one value in a log line; what is longer is cut.
    static let valueLimit = 200

    /// The text with control and direction-changing characters written as `\u{…}`, cut after `limit` bytes of output.
    static func escaped(_ text: String, limit: Int = valueLimit) -> String {
        var out = ""
        var count = 0
        for scalar in text.unicodeScalars {
            let piece = isHarmful(scalar) ? "\\u{\(String(scalar.value, radix: 16))}" : String(Character(scalar))
            guard count + piece.utf8.count <= limit else { return out + "…" }
            out.unicodeScalars.append(contentsOf: piece.unicodeScalars)
            count += piece.utf8.count
        }
        return out
    }

    static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F: true  // controls
        case 0x2028, 0x2029: true  // line and paragraph separators
        case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF: true  // invisible, or turning the direction
        default: false
        }
    }
}
