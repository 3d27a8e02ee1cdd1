/// Makes any text fit on one line of a log or a terminal: nothing in it can start a line, move the cursor or hide text.
enum OneLine {
    /// Bytes of one value in a log line; what is longer is cut.
    static let valueLimit = 200

    /// The text with control and direction-changing characters written as `\u{…}`, cut after `limit` bytes of output.
    static func escaped(_ text: String, limit: Int = valueLimit) -> String {
        if text.utf8.count <= limit, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
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

    /// Controls, line ends, and what is invisible or turns the direction.
    static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value < 0x20 }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
