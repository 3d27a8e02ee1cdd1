/// Reduces HTML to text that can be read, character by character: tags go, blocks become lines, a link shows where it
/// really leads, scripts and styles are dropped. It is no parser of HTML and nothing it writes is HTML: `<` of a text stays
/// a character.
///
/// Time is linear and memory bounded: of a tag only its name, `href` and `alt` are kept, each up to a length.
struct HTMLReducer {
    private enum State {
        case text
        /// Behind `&`.
        case reference
        /// Behind the first characters of a tag.
        case opening(Opening)
        case tag
        /// `<!-- … -->`, with the hyphens seen last.
        case comment(hyphens: Int)
        /// `<!doctype …>`, `<?xml …>`
        case declaration
        /// In an element whose content is no text, with how much of its end tag was seen.
        case raw(end: [Unicode.Scalar], seen: Int)
    }

    /// `<`, `</`, `<!`, `<!-`
    private enum Opening: String {
        case tag = "<"
        case endTag = "</"
        case markup = "<!"
        case comment = "<!-"
    }

    private var state = State.text
    private var tag = HTMLTag()
    private var reference: [UInt8] = []
    private var needsSpace = false
    private var preformatted = 0
    private var link: (target: String, start: Int)?

    mutating func take(_ scalar: Unicode.Scalar, _ writer: inout TextWriter) {
        switch state {
        case .text:
            takeText(scalar, &writer)
        case .reference:
            takeReference(scalar, &writer)
        case .opening(let start):
            takeOpening(scalar, start, &writer)
        case .tag:
            if tag.take(scalar) {
                state = .text
                apply(&writer)
            }
        case .comment(let hyphens):
            if scalar == ">", hyphens >= 2 {
                state = .text
            } else {
                state = .comment(hyphens: scalar == "-" ? min(hyphens + 1, 2) : 0)
            }
        case .declaration:
            if scalar == ">" { state = .text }
        case .raw(let end, let seen):
            takeRaw(scalar, end, seen)
        }
    }

    /// The text ends: what was begun and never finished is written as it stands.
    mutating func finish(_ writer: inout TextWriter) {
        switch state {
        case .reference: writeReference(hasSemicolon: false, &writer)
        case .opening(let start): for scalar in start.rawValue.unicodeScalars { write(scalar, &writer) }
        case .text, .tag, .comment, .declaration, .raw: break
        }
        state = .text
        endLink(&writer)
        writer.removeTrailingBlanks()
        if !writer.endsLine { writer.character("\n") }
    }

    private mutating func takeText(_ scalar: Unicode.Scalar, _ writer: inout TextWriter) {
        switch scalar {
        case "<": state = .opening(.tag)
        case "&":
            reference.removeAll(keepingCapacity: true)
            state = .reference
        default: write(scalar, &writer)
        }
    }

    private mutating func takeOpening(_ scalar: Unicode.Scalar, _ start: Opening, _ writer: inout TextWriter) {
        switch (start, scalar) {
        case (.tag, "/"): state = .opening(.endTag)
        case (.tag, "!"): state = .opening(.markup)
        case (.markup, "-"): state = .opening(.comment)
        case (.comment, "-"):
            // "<!-->" is a whole comment
            state = .comment(hyphens: 2)
        case (.tag, _) where scalar.isASCIILetter, (.endTag, _) where scalar.isASCIILetter:
            tag = HTMLTag(isClosing: start == .endTag)
            _ = tag.take(scalar)
            state = .tag
        case (.markup, _), (.comment, _), (.endTag, _), (.tag, "?"):
            state = scalar == ">" ? .text : .declaration
        case (.tag, _):
            // "a < b"
            state = .text
            write("<", &writer)
            takeText(scalar, &writer)
        }
    }

    private mutating func takeRaw(_ scalar: Unicode.Scalar, _ end: [Unicode.Scalar], _ seen: Int) {
        if end[seen] == scalar.lowercasedASCII {
            if seen + 1 < end.count {
                state = .raw(end: end, seen: seen + 1)
            } else {
                tag = HTMLTag(isClosing: true)
                state = .tag
            }
        } else {
            state = .raw(end: end, seen: scalar == "<" ? 1 : 0)
        }
    }

    private mutating func takeReference(_ scalar: Unicode.Scalar, _ writer: inout TextWriter) {
        if HTMLReference.hasPart(scalar), reference.count < HTMLReference.maximumLength {
            reference.append(UInt8(truncatingIfNeeded: scalar.value))
            return
        }
        state = .text
        writeReference(hasSemicolon: scalar == ";", &writer)
        if scalar != ";" { takeText(scalar, &writer) }
    }

    private mutating func writeReference(hasSemicolon: Bool, _ writer: inout TextWriter) {
        let name = String(decoding: reference, as: UTF8.self)
        if let scalar = HTMLReference.character(name) {
            write(scalar, &writer)
        } else {
            for scalar in ("&" + name + (hasSemicolon ? ";" : "")).unicodeScalars { write(scalar, &writer) }
        }
    }

    private mutating func write(_ scalar: Unicode.Scalar, _ writer: inout TextWriter) {
        switch scalar {
        case "\r" where preformatted > 0:
            break
        case " ", "\t", "\n", "\r", "\u{C}":
            if preformatted > 0 { writer.character(scalar) } else { needsSpace = true }
        default:
            if needsSpace, !writer.endsLine { writer.character(" ") }
            needsSpace = false
            // U+00A0 is a space to a reader
            writer.character(scalar == "\u{A0}" ? " " : scalar)
        }
    }

    private mutating func apply(_ writer: inout TextWriter) {
        let name = tag.name
        switch HTMLElement(name) {
        case .raw:
            if !tag.isClosing { state = .raw(end: Array("</\(name)".unicodeScalars), seen: 0) }
        case .link:
            endLink(&writer)
            if !tag.isClosing, let target = tag.target { link = (target, writer.text.count) }
        case .picture:
            if let words = tag.words, !words.isEmpty { bracketed(words, &writer) }
        case .lineBreak:
            newLine(&writer)
        case .rule:
            line(&writer)
            writer.string("---\n")
        case .item:
            line(&writer)
            if !tag.isClosing { writer.string("- ") }
        case .cell:
            needsSpace = true
        case .preformatted:
            preformatted = max(0, preformatted + (tag.isClosing ? -1 : 1))
            paragraph(&writer)
        case .line:
            line(&writer)
        case .paragraph:
            paragraph(&writer)
        case nil:
            break
        }
    }

    private mutating func bracketed(_ words: String, _ writer: inout TextWriter) {
        for scalar in "[\(words)]".unicodeScalars { write(scalar, &writer) }
    }

    /// Says where a link leads, unless its text is just that.
    private mutating func endLink(_ writer: inout TextWriter) {
        guard let link else { return }
        self.link = nil
        let isMailTo = link.target.hasPrefix("mailto:")
        if writer.hasWritten(link.target, since: link.start) { return }
        if isMailTo, writer.hasWritten(String(link.target.dropFirst(7)), since: link.start) { return }
        writer.removeTrailingSpaces()
        if !writer.endsLine { writer.character(" ") }
        writer.string("<\(link.target)>")
        needsSpace = false
    }

    private mutating func newLine(_ writer: inout TextWriter) {
        writer.removeTrailingSpaces()
        needsSpace = false
        if !writer.endsParagraph || preformatted > 0 { writer.character("\n") }
    }

    private mutating func line(_ writer: inout TextWriter) {
        writer.removeTrailingSpaces()
        needsSpace = false
        if !writer.endsLine { writer.character("\n") }
    }

    private mutating func paragraph(_ writer: inout TextWriter) {
        line(&writer)
        if !writer.endsParagraph { writer.character("\n") }
    }
}
