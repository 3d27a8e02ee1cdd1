/// `etc/samotop.yaml`, with its comments taken for what they show: a key behind `#` stands where it would be without. Behind a second `#`
/// it is what may be written in another key's place.
struct AnnotatedSample {
    /// The way to each key that is shown, from the outermost section on.
    private(set) var paths: Set<[String]> = []
    /// All that may be written together.
    var whole: String { lines.joined(separator: "\n") + "\n" }

    private var lines: [String] = []
    /// The keys that the next line may stand under.
    private var sections: [(indent: Int, key: String, line: Int)] = []
    /// What is in further is the rest of a remark.
    private static let deepest = 12

    init(_ text: String) {
        for line in text.split(separator: "\n") { read(String(line)) }
    }

    /// Whether a key is shown in a section; `*` in its path is any name.
    func shows(_ key: Substring, in section: [String]) -> Bool {
        let wanted = section + [String(key)]
        return paths.contains { path in
            path.count == wanted.count && zip(path, wanted).allSatisfy { $1 == "*" || $0 == $1 }
        }
    }

    private mutating func read(_ line: String) {
        var (text, signs) = (line, 0)
        while let bare = Self.uncommented(text) {
            text = bare
            signs += 1
        }
        let indent = text.prefix { $0 == " " }.count
        let isItem = text.dropFirst(indent).hasPrefix("- ")
        let key = Self.key(text.dropFirst(isItem ? indent + 2 : indent))
        guard signs <= 2, indent <= Self.deepest, let key else { return }
        sections.removeAll { $0.indent >= (isItem ? indent + 2 : indent) }
        let path = sections.map(\.key) + [key]
        defer { paths.insert(path) }
        // Of two ways to write the same the first one is the default.
        guard signs < 2, signs == 0 || isItem || !paths.contains(path) else { return }
        if signs > 0, let parent = sections.last { lines[parent.line] = Self.opened(lines[parent.line]) }
        if !isItem { sections.append((indent, key, lines.count)) }
        lines.append(text)
    }

    /// The line without its first `#`; nil: it begins with none.
    private static func uncommented(_ line: String) -> String? {
        let indent = line.prefix { $0 == " " }
        let rest = line.dropFirst(indent.count)
        guard rest.hasPrefix("#") else { return nil }
        return "\(indent)\(rest.dropFirst(rest.hasPrefix("# ") ? 2 : 1))"
    }

    /// The key that a line begins with; nil: it says something else.
    private static func key(_ line: Substring) -> String? {
        if line.hasPrefix("\"") {
            let name = line.dropFirst().prefix { $0 != "\"" }
            return line.dropFirst(name.count + 2).hasPrefix(":") ? String(name) : nil
        }
        let name = line.prefix { $0.isLetter || $0.isNumber || ".@-".contains($0) }
        let rest = line.dropFirst(name.count)
        return !name.isEmpty && (rest == ":" || rest.hasPrefix(": ")) ? String(name) : nil
    }

    /// A line whose empty value makes room for keys below it.
    private static func opened(_ line: String) -> String {
        for empty in [": {}", ": []"] {
            if let value = line.firstRange(of: empty) {
                return "\(line[..<value.lowerBound]):\(line[value.upperBound...])"
            }
        }
        return line
    }
}
