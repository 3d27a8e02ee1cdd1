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
        /// Behind `<`, `</`, `<!`, `<!-`.
        case opening(String)
        case tag
        /// `<!-- … -->`, with the hyphens seen last.
        case comment(hyphens: Int)
        /// `<!doctype …>`, `<?xml …>`
        case declaration
        /// In an element whose content is no text, with how much of its end tag was seen.
        case raw(end: [Unicode.Scalar], seen: Int)
    }

    private var state = State.text
    private var tag = HTMLTag()
    private var reference = ""
    private var needsSpace = false
    private var preformatted = 0
    private var link: (target: String, start: Int)?

    private static let rawElements: Set<String> = ["script", "style", "title", "iframe", "noembed", "noframes"]
    private static let lines: Set<String> = [
        "address", "article", "aside", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer",
        "form", "header", "html", "main", "nav", "option", "section", "tbody", "tfoot", "thead", "tr",
    ]
    private static let paragraphs: Set<String> = [
        "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul",
    ]

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
        case .opening(let start): for scalar in start.unicodeScalars { write(scalar, &writer) }
        case .text, .tag, .comment, .declaration, .raw: break
        }
        state = .text
        endLink(&writer)
        writer.removeTrailingSpaces()
        if !writer.endsLine { writer.character("\n") }
    }

    private mutating func takeText(_ scalar: Unicode.Scalar, _ writer: inout TextWriter) {
        switch scalar {
        case "<": state = .opening("<")
        case "&":
            reference = ""
            state = .reference
        default: write(scalar, &writer)
        }
    }

    private mutating func takeOpening(_ scalar: Unicode.Scalar, _ start: String, _ writer: inout TextWriter) {
        let isLetter = scalar.isASCIILetter
        switch (start, scalar) {
        case ("<", "/"), ("<", "!"), ("<!", "-"):
            state = .opening(start + String(scalar))
        case ("<!-", "-"):
            // "<!-->" is a whole comment
            state = .comment(hyphens: 2)
        case ("<", _) where isLetter, ("</", _) where isLetter:
            tag = HTMLTag(isClosing: start == "</")
            _ = tag.take(scalar)
            state = .tag
        case ("<!", _), ("<!-", _), ("<", "?"), ("</", _):
            state = scalar == ">" ? .text : .declaration
        default:
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
        let isPart = scalar.isASCII && UInt8(scalar.value).isAlphanumeric
        if isPart || (scalar == "#" && reference.isEmpty), reference.utf8.count < HTMLReference.maximumLength {
            reference.unicodeScalars.append(scalar)
            return
        }
        state = .text
        writeReference(hasSemicolon: scalar == ";", &writer)
        if scalar != ";" { takeText(scalar, &writer) }
    }

    private mutating func writeReference(hasSemicolon: Bool, _ writer: inout TextWriter) {
        if let scalar = HTMLReference.character(reference) {
            write(scalar, &writer)
        } else {
            for scalar in ("&" + reference + (hasSemicolon ? ";" : "")).unicodeScalars { write(scalar, &writer) }
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
        if Self.rawElements.contains(name) {
            if !tag.isClosing { state = .raw(end: Array("</\(name)".unicodeScalars), seen: 0) }
            return
        }
        switch name {
        case "a":
            endLink(&writer)
            if !tag.isClosing, let target = tag.target { link = (target, writer.text.count) }
        case "br": newLine(&writer)
        case "hr":
            line(&writer)
            writer.string("---\n")
        case "img":
            if let words = tag.words, !words.isEmpty { bracketed(words, &writer) }
        case "li":
            line(&writer)
            if !tag.isClosing { writer.string("- ") }
        case "td", "th": needsSpace = true
        default:
            if name == "pre" { preformatted = max(0, preformatted + (tag.isClosing ? -1 : 1)) }
            if Self.paragraphs.contains(name) {
                paragraph(&writer)
            } else if Self.lines.contains(name) {
                line(&writer)
            }
        }
    }

    private mutating func bracketed(_ words: String, _ writer: inout TextWriter) {
        for scalar in "[\(words)]".unicodeScalars { write(scalar, &writer) }
    }

    /// Says where a link leads, unless its text is just that.
    private mutating func endLink(_ writer: inout TextWriter) {
        guard let link else { return }
        self.link = nil
        let shown = writer.text[min(link.start, writer.text.count)...]
        let trimmed = shown.drop(while: \.isFoldingWhiteSpace)
        if trimmed.elementsEqual(link.target.utf8) { return }
        if link.target.hasPrefix("mailto:"), trimmed.elementsEqual(link.target.dropFirst(7).utf8) { return }
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
