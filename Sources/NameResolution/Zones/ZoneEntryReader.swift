/// Cuts a zone file into entries and those into fields (RFC 1035 §5.1): comments, quotes, and parentheses that let an
/// entry go on over several lines. What a field means is not its business.
struct ZoneEntryReader {
    /// A line, or several that parentheses join.
    struct Entry {
        var fields: [ZoneField] = []
        /// Whether it begins with a name and not with a blank.
        var hasOwner = true
    }

    private let text: [UInt8]
    private var index = 0
    private var line = 1

    init(_ text: [UInt8]) { self.text = text }

    /// The next entry that isn't empty; nil at the end.
    mutating func next() throws(ZoneFileError) -> Entry? {
        var entry = Entry(hasOwner: !isBlank(at: index))
        var opened: Int?
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\n"):
                index += 1
                line += 1
                guard opened == nil else { continue }
                if !entry.fields.isEmpty { return entry }
                entry.hasOwner = !isBlank(at: index)
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                index += 1
            case UInt8(ascii: ";"):
                index = text[index...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
            case UInt8(ascii: "("):
                guard opened == nil else { throw ZoneFileError(line, .openParenthesis) }
                opened = line
                index += 1
            case UInt8(ascii: ")"):
                guard opened != nil else { throw ZoneFileError(line, .closingParenthesis) }
                opened = nil
                index += 1
            case UInt8(ascii: "\""):
                entry.fields.append(try string())
            default:
                entry.fields.append(try word())
            }
        }
        if let opened { throw ZoneFileError(opened, .openParenthesis) }
        return entry.fields.isEmpty ? nil : entry
    }

    private func isBlank(at index: Int) -> Bool {
        index < text.count && (text[index] == UInt8(ascii: " ") || text[index] == UInt8(ascii: "\t"))
    }

    private mutating func string() throws(ZoneFileError) -> ZoneField {
        index += 1
        let start = index
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            guard text[index] != UInt8(ascii: "\n") else { throw ZoneFileError(line, .openString) }
            try skipCharacter()
        }
        guard index < text.count else { throw ZoneFileError(line, .openString) }
        index += 1
        return ZoneField(text: text[start..<(index - 1)], isQuoted: true, line: line)
    }

    private mutating func word() throws(ZoneFileError) -> ZoneField {
        let start = index
        while index < text.count, !Self.endsWord(text[index]) { try skipCharacter() }
        return ZoneField(text: text[start..<index], isQuoted: false, line: line)
    }

    /// Past an octet, or past a `\` and the octet behind it.
    private mutating func skipCharacter() throws(ZoneFileError) {
        index += 1
        guard text[index - 1] == UInt8(ascii: "\\") else { return }
        guard index < text.count, text[index] != UInt8(ascii: "\n") else { throw ZoneFileError(line, .escape) }
        index += 1
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"), UInt8(ascii: ";"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\""):
            true
        default: false
        }
    }
}
