/// Reads a small document of XML 1.0 in UTF-8: elements with attributes, and text. Nothing that a document could define or name from
/// outside exists here: a DOCTYPE, a CDATA section, a processing instruction, or an entity besides the five that XML has by itself makes
/// it unreadable.
struct StrictXML {
    /// Octets of a document at most.
    static let maximumLength = 8 << 10
    /// Elements within each other at most.
    static let maximumDepth = 16

    /// The text of each element that has no others inside, by the names that lead to it, without prefixes.
    private var texts: [(path: [String], text: String)] = []

    /// Nil when it can't be read.
    init?(_ octets: [UInt8]) {
        guard octets.count <= Self.maximumLength, var rest = String(validating: octets, as: UTF8.self).map({ $0[...] })
        else { return nil }
        if rest.hasPrefix("\u{FEFF}") { rest.removeFirst() }
        if rest.hasPrefix("<?xml ") {
            guard let end = rest.firstRange(of: "?>") else { return nil }
            rest = rest[end.upperBound...]
        }
        guard read(&rest) else { return nil }
    }

    /// The text of the first element at a path; nil: there is none.
    func text(at path: [String]) -> String? { texts.first { $0.path == path }?.text }

    /// A text as content or value of an attribute.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&apos;")
    }

    private mutating func read(_ rest: inout Substring) -> Bool {
        var path: [String] = []
        var text = ""
        var hasRoot = false
        while let next = rest.first {
            guard next == "<" else {
                let end = rest.firstIndex(of: "<") ?? rest.endIndex
                guard let part = Self.unescaped(rest[..<end]) else { return false }
                // Outside of the root there is only white space.
                guard !path.isEmpty || part.allSatisfy(\.isWhitespace) else { return false }
                text += part
                rest = rest[end...]
                continue
            }
            if rest.hasPrefix("<!--") {
                guard let end = rest.dropFirst(4).firstRange(of: "-->") else { return false }
                rest = rest[end.upperBound...]
                continue
            }
            guard !rest.hasPrefix("<!"), !rest.hasPrefix("<?"), let end = Self.endOfTag(rest) else { return false }
            var tag = rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("/") {
                guard let name = Self.name(tag.dropFirst()), path.last == name else { return false }
                texts.append((path, String(text.trimmingPrefix(while: \.isWhitespace))))
                path.removeLast()
                text = ""
                continue
            }
            let isEmpty = tag.hasSuffix("/")
            if isEmpty { tag.removeLast() }
            guard !(path.isEmpty && hasRoot), path.count < Self.maximumDepth, let name = Self.name(tag) else {
                return false
            }
            hasRoot = true
            text = ""
            if isEmpty { texts.append((path + [name], "")) } else { path.append(name) }
        }
        return path.isEmpty && hasRoot
    }

    /// The place of the tag's `>`; those in quotes aren't it.
    private static func endOfTag(_ rest: Substring) -> Substring.Index? {
        var quote: Character?
        for index in rest.indices {
            let character = rest[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == ">" {
                return index
            }
        }
        return nil
    }

    /// The name in a tag without its prefix; attributes count for nothing.
    private static func name(_ tag: Substring) -> String? {
        let whole = tag.prefix { !$0.isWhitespace }
        guard let name = whole.split(separator: ":", omittingEmptySubsequences: false).last, !name.isEmpty,
            name.utf8.allSatisfy({
                (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F
            })
        else { return nil }
        return String(name)
    }

    /// Nil: an entity that XML doesn't have by itself.
    private static func unescaped(_ text: Substring) -> String? {
        guard text.contains("&") else { return String(text) }
        let known = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
        let parts = text.split(separator: "&", omittingEmptySubsequences: false)
        var result = String(parts[0])
        for part in parts.dropFirst() {
            guard let end = part.firstIndex(of: ";"), let character = known[String(part[..<end])] else { return nil }
            result += character + part[part.index(after: end)...]
        }
        return result
    }
}
