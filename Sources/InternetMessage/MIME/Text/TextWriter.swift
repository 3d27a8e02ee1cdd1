/// Writes a text of several lines up to a limit of octets.
struct TextWriter {
    private(set) var text: [UInt8] = []
    private let limit: Int
    private(set) var isFull = false
    var showsOctets = false

    init(limit: Int) {
        self.limit = limit
    }

    mutating func character(_ scalar: Unicode.Scalar) {
        guard text.count < limit else {
            isFull = true
            return
        }
        VisibleText.append(scalar, to: &text)
    }

    /// An octet of an unknown charset.
    mutating func octet(_ byte: UInt8) {
        if byte < 0x80 { return character(Unicode.Scalar(byte)) }
        let digits = String(byte, radix: 16, uppercase: true)
        for scalar in "\\x\(digits)".unicodeScalars { character(scalar) }
    }

    mutating func string(_ string: some StringProtocol) {
        for scalar in string.unicodeScalars { character(scalar) }
    }

    /// Whether exactly this was written since the text had that length, white space before it left out.
    func hasWritten(_ words: String, since start: Int) -> Bool {
        guard start <= text.count else { return false }
        return text[start...].drop(while: \.isFoldingWhiteSpace).elementsEqual(words.utf8)
    }

    var endsLine: Bool { text.isEmpty || text.last == .lineFeed }

    var endsParagraph: Bool { text.isEmpty || text.suffix(2).elementsEqual([.lineFeed, .lineFeed]) }

    /// An empty line between the text of the part before and this one.
    mutating func breakAfter(_ before: [UInt8]) {
        if before.last != .lineFeed { character("\n") }
        if !before.suffix(2).elementsEqual([.lineFeed, .lineFeed]) { character("\n") }
    }

    mutating func removeTrailingBlanks() {
        while text.last?.isFoldingWhiteSpace == true { text.removeLast() }
    }

    mutating func removeTrailingSpaces() {
        while text.last == .space { text.removeLast() }
    }
}
