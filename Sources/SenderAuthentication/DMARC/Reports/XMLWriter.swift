/// Writes elements of XML 1.0, one a line.
struct XMLWriter {
    private(set) var bytes = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
    private var depth = 0

    /// An element with others in it.
    mutating func element(_ name: StaticString, attributes: StaticString = "", _ content: (inout XMLWriter) -> Void) {
        line("<\(name)\(attributes)>")
        depth += 1
        content(&self)
        depth -= 1
        line("</\(name)>")
    }

    /// An element with text in it.
    mutating func element(_ name: StaticString, _ text: String) {
        line("<\(name)>\(Self.escaped(text))</\(name)>")
    }

    private mutating func line(_ text: String) {
        bytes += [UInt8](repeating: 0x20, count: depth * 2)
        bytes += text.utf8
        bytes.append(0x0A)
    }

    /// The text with markup escaped; what XML has no place for (§2.2 Char) becomes U+FFFD.
    static func escaped(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
            case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
            case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
            case "\r": escaped.append(contentsOf: "&#13;".unicodeScalars)
            case "\t", "\n", "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
                escaped.append(scalar)
            default: escaped.append("\u{FFFD}")
            }
        }
        return String(escaped)
    }
}
