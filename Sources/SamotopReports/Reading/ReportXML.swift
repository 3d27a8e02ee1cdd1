/// Reads XML 1.0 as far as reports need it, in one pass, without recursion and without building anything: each element is told
/// when it ends, with the text in it.
///
/// There are no document types and no entities but the five of XML and characters by number: what could fetch a file or grow
/// without end isn't there to be attacked. Names count without their prefix, attributes not at all.
struct ReportXML {
    /// Octets of a name at most.
    private static let longestName = 64
    /// Octets of an element's text that are kept.
    private static let longestText = 4_096

    private let bytes: [UInt8]
    private let maximumDepth: Int
    private var place = 0
    private var path: [String] = []
    private var text: [UInt8] = []
    private var hasRoot = false

    init(_ bytes: [UInt8], depth: Int) {
        self.bytes = bytes
        maximumDepth = depth
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    }

    /// - Parameter ended: called at each end of an element with the names around it and its own, and the text since the last
    ///   start or end.
    mutating func read(_ ended: (ArraySlice<String>, String) throws(ReportFault) -> Void) throws(ReportFault) {
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "<") else {
                try readText()
                continue
            }
            if skip("<!--") {
                guard skip(past: "-->") != nil else { throw .malformed("a comment without an end") }
            } else if skip("<![CDATA[") {
                guard let content = skip(past: "]]>") else { throw .malformed("a CDATA section without an end") }
                try keep(content)
            } else if skip("<?") {
                guard skip(past: "?>") != nil else { throw .malformed("an instruction without an end") }
            } else if skip("<!") {
                throw .forbiddenXML("a document type")
            } else if skip("</") {
                let name = try readName()
                skipSpace()
                guard skip(">"), path.last == name else { throw .malformed("an end that fits no element") }
                try end(ended)
            } else {
                place += 1
                try start(ended)
            }
        }
        guard path.isEmpty, hasRoot else { throw .malformed("XML that ends too early") }
    }

    private mutating func start(
        _ ended: (ArraySlice<String>, String) throws(ReportFault) -> Void
    ) throws(ReportFault) {
        guard !path.isEmpty || !hasRoot else { throw .malformed("more than one root element") }
        guard path.count < maximumDepth else { throw .tooDeep(limit: maximumDepth) }
        hasRoot = true
        path.append(try readName())
        text = []
        // Attributes: only quotation marks matter.
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: ">"):
                place += 1
                return
            case UInt8(ascii: "/") where place + 1 < bytes.count && bytes[place + 1] == UInt8(ascii: ">"):
                place += 2
                return try end(ended)
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                guard let close = bytes[(place + 1)...].firstIndex(of: bytes[place]) else {
                    throw .malformed("a quotation without an end")
                }
                place = close + 1
            case UInt8(ascii: "<"): throw .malformed("an element within an element's start")
            default: place += 1
            }
        }
        throw .malformed("XML that ends too early")
    }

    private mutating func end(
        _ ended: (ArraySlice<String>, String) throws(ReportFault) -> Void
    ) throws(ReportFault) {
        try ended(path[...], String(decoding: text, as: UTF8.self))
        path.removeLast()
        text = []
    }

    private mutating func readText() throws(ReportFault) {
        let end = bytes[place...].firstIndex { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") } ?? bytes.count
        try keep(place..<end)
        place = end
        guard place < bytes.count, bytes[place] == UInt8(ascii: "&") else { return }
        // The longest that is known is `&#x10FFFF;`, but for leading zeros, which nobody writes.
        let window = bytes[place...].prefix(12)
        guard let semicolon = window.firstIndex(of: UInt8(ascii: ";")),
            let scalar = Self.scalar(bytes[(place + 1)..<semicolon])
        else { throw .forbiddenXML("an entity of its own") }
        if text.count < Self.longestText { text += Array(String(Character(scalar)).utf8) }
        place = semicolon + 1
    }

    private static func scalar(_ name: ArraySlice<UInt8>) -> Unicode.Scalar? {
        switch String(decoding: name, as: UTF8.self) {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        case let number where number.hasPrefix("#x"):
            return UInt32(number.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
        case let number where number.hasPrefix("#"): return UInt32(number.dropFirst()).flatMap(Unicode.Scalar.init)
        default: return nil
        }
    }

    private mutating func keep(_ range: Range<Int>) throws(ReportFault) {
        if path.isEmpty {
            guard bytes[range].allSatisfy(Self.isSpace) else { throw .malformed("text outside the root element") }
            return
        }
        text += bytes[range].prefix(max(0, Self.longestText - text.count))
    }

    private mutating func readName() throws(ReportFault) -> String {
        let name = bytes[place...].prefix(Self.longestName + 1).prefix { byte in
            !Self.isSpace(byte) && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "/") && byte != UInt8(ascii: "<")
        }
        guard !name.isEmpty, name.count <= Self.longestName else {
            throw .malformed("an element with no name, or a long one")
        }
        place += name.count
        let local = name.lastIndex(of: UInt8(ascii: ":")).map { name[($0 + 1)...] } ?? name
        return String(decoding: local, as: UTF8.self)
    }

    private mutating func skipSpace() { while place < bytes.count, Self.isSpace(bytes[place]) { place += 1 } }

    private mutating func skip(_ word: StaticString) -> Bool {
        let fits = word.withUTF8Buffer { bytes[place...].starts(with: $0) }
        if fits { place += word.utf8CodeUnitCount }
        return fits
    }

    /// What is before the word; nil when the word doesn't come.
    private mutating func skip(past word: StaticString) -> Range<Int>? {
        let start = place
        return word.withUTF8Buffer { word in
            while let found = bytes[place...].firstIndex(of: word[0]) {
                place = found
                if bytes[found...].starts(with: word) {
                    place += word.count
                    return start..<found
                }
                place += 1
            }
            return nil
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
}
