/// Text of a message to show to a person, decoded from RFC 2047. It is never to be written into a field again: what was
/// encoded stays encoded there.
public enum DisplayText {
    /// Decodes an unstructured body (RFC 5322 §2.2.1): unfolded, trimmed, encoded-words decoded and adjacent ones
    /// joined (RFC 2047 §6.2).
    ///
    /// - Returns: well-formed UTF-8 without control characters; what could not be decoded is U+FFFD.
    public static func decode(_ body: [UInt8]) -> [UInt8] {
        var joiner = DisplayTextJoiner()
        var index = 0
        while index < body.count {
            let start = index
            let isBlank = body[start].isFoldingWhiteSpace
            while index < body.count, body[index].isFoldingWhiteSpace == isBlank { index += 1 }
            let run = body[start..<index]
            if isBlank {
                // a fold shows as one space, however deep the next line was indented
                joiner.addSpace(run.contains { !$0.isWSP } ? 1 : run.count)
            } else {
                joiner.addWord(run)
            }
        }
        return joiner.finish()
    }

    /// Decodes encoded-words wherever they stand, in parameters of MIME too, where RFC 2047 §5 has none and mail has many.
    static func decodeLoosely(_ text: [UInt8]) -> [UInt8] {
        var joiner = DisplayTextJoiner()
        var plainStart = 0
        var index = 0
        while index + 1 < text.count {
            guard text[index] == UInt8(ascii: "="), text[index + 1] == UInt8(ascii: "?"),
                let end = encodedWordEnd(text, from: index), EncodedWord(text[index..<end]) != nil
            else {
                index += 1
                continue
            }
            joiner.addRun(text[plainStart..<index])
            joiner.addWord(text[index..<end])
            plainStart = end
            index = end
        }
        if plainStart == 0 {
            var plain: [UInt8] = []
            Charset.utf8.decode(text, into: &plain)
            return plain
        }
        joiner.addRun(text[plainStart...])
        return joiner.finish()
    }

    /// Behind the fourth question mark and its `=`; RFC 2047 §2 has no word longer than 75, this one none over 1,000.
    private static func encodedWordEnd(_ text: [UInt8], from start: Int) -> Int? {
        var marks = 0
        for index in start..<min(start + 1_000, text.count - 1) where text[index] == UInt8(ascii: "?") {
            marks += 1
            if marks == 4 { return text[index + 1] == UInt8(ascii: "=") ? index + 2 : nil }
        }
        return nil
    }
}

/// Puts words and the white space between them together.
struct DisplayTextJoiner {
    private var text: [UInt8] = []
    private var spaces = 0
    /// Content of encoded-words that may go on in the next one: a character may be split between them.
    private var pending: (charset: Charset, content: [UInt8])?

    mutating func addSpace(_ count: Int = 1) {
        spaces += count
    }

    mutating func addWord(_ word: some Collection<UInt8>) {
        guard let encoded = EncodedWord(word) else { return addPlain(word) }
        // no copy of `pending` may be alive here, or the append copies its content each time
        if pending?.charset == encoded.charset {
            pending?.content += encoded.content
            spaces = 0
            return
        }
        if pending != nil { spaces = 0 }
        flush()
        pending = (encoded.charset, encoded.content)
    }

    mutating func addPlain(_ word: some Collection<UInt8>) {
        let waiting = spaces
        spaces = 0
        flush()
        spaces = waiting
        flush()
        Charset.utf8.decode(Array(word), into: &text)
    }

    /// Text between encoded-words; white space alone is none.
    mutating func addRun(_ run: ArraySlice<UInt8>) {
        if run.allSatisfy(\.isFoldingWhiteSpace) { addSpace(run.count) } else { addPlain(run) }
    }

    mutating func finish() -> [UInt8] {
        spaces = 0
        flush()
        return text
    }

    /// Writes what waits. White space at the start is left out.
    private mutating func flush() {
        if let open = pending {
            pending = nil
            open.charset.decode(open.content, into: &text)
        }
        if !text.isEmpty { text += [UInt8](repeating: .space, count: spaces) }
        spaces = 0
    }
}
