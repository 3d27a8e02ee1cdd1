/// Writes JSON (RFC 8259), in ASCII and without white space.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    private mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    private mutating func enclosed(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ content: (inout JSONWriter) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        isFirst = true
        content(&self)
        bytes.append(UInt8(ascii: close))
        isFirst = false
    }

    private mutating func key(_ name: String) {
        separate()
        string(name)
        bytes.append(UInt8(ascii: ":"))
    }

    /// An object by itself, or as the next value of an array.
    mutating func object(_ content: (inout JSONWriter) -> Void) { enclosed("{", "}", content) }

    mutating func object(_ name: String, _ content: (inout JSONWriter) -> Void) {
        key(name)
        enclosed("{", "}", content)
    }

    mutating func member(_ name: String, _ text: String) {
        key(name)
        string(text)
    }

    mutating func member(_ name: String, _ number: Int) {
        key(name)
        bytes += String(number).utf8
    }

    /// An array of objects.
    mutating func array<Element>(_ name: String, _ elements: [Element], _ content: (inout JSONWriter, Element) -> Void)
    {
        key(name)
        enclosed("[", "]") { writer in
            for element in elements {
                writer.separate()
                writer.enclosed("{", "}") { content(&$0, element) }
            }
        }
    }

    /// An array of texts.
    mutating func strings(_ name: String, _ texts: [String]) {
        key(name)
        enclosed("[", "]") { writer in
            for text in texts {
                writer.separate()
                writer.string(text)
            }
        }
    }

    /// What isn't printable ASCII is escaped (§7), beyond the first plane by a surrogate pair.
    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for unit in text.utf16 {
            switch unit {
            case 0x22, 0x5C: bytes += [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: unit)]
            case 0x20...0x7E: bytes.append(UInt8(truncatingIfNeeded: unit))
            default:
                let digits = String(unit, radix: 16)
                bytes += Array("\\u".utf8) + [UInt8](repeating: 0x30, count: 4 - digits.utf8.count) + Array(digits.utf8)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
