/// Text that is to be written into a header field.
enum HeaderText {
    /// Refuses what could end the field for some reader: controls of ASCII, and with `strictly` the tabulator, the controls
    /// U+0080…U+009F and the separators of lines and paragraphs too.
    static func check(_ text: String, in name: HeaderFieldName, strictly: Bool) throws(MessageBuilderError) {
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20, strictly || scalar != "\t" { throw .controlCharacter(in: name) }
            if scalar.value == 0x7F || (strictly && isLineBreak(scalar)) { throw .controlCharacter(in: name) }
        }
    }

    /// Some readers end a line at these.
    static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
        (0x80...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }

    /// Writes unstructured text. Words that can stay as they are stay; runs of the others become encoded-words together with
    /// the spaces between them, since spaces between encoded-words are not shown (RFC 2047 §6.2).
    static func write(_ text: String, allowsUTF8: Bool, into writer: inout FieldWriter) {
        let words = Array(text.utf8).split(separator: .space, omittingEmptySubsequences: false).map(Array.init)
        guard words.contains(where: { !$0.isEmpty }) || words.count > 1 else { return }
        var isEncoded = words.map { mustEncode($0, allowsUTF8: allowsUTF8) }
        for index in words.indices where words[index].isEmpty {
            // a space more than one would be lost: it goes into the word beside it
            isEncoded[index] = true
            isEncoded[index + 1 < words.count ? index + 1 : index - 1] = true
        }
        var index = 0
        while index < words.count {
            let start = index
            while index < words.count, isEncoded[index] { index += 1 }
            if index > start {
                EncodedWordWriter.write(Array(words[start..<index].joined(separator: [.space])), into: &writer)
            } else {
                writer.add(words[index])
                index += 1
            }
        }
    }

    /// A phrase (RFC 5322 §3.2.5): atoms, a quoted-string, or encoded-words.
    static func writePhrase(_ text: String, allowsUTF8: Bool, into writer: inout FieldWriter) {
        let bytes = Array(text.utf8)
        let words = bytes.split(separator: .space, omittingEmptySubsequences: false)
        if mustEncode(bytes, allowsUTF8: allowsUTF8) {
            EncodedWordWriter.write(bytes, into: &writer)
        } else if words.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isAtext) && $0.count <= longestQuoted }) {
            for word in words { writer.add(Array(word)) }
        } else if bytes.count <= longestQuoted {
            writer.add(quoted(bytes))
        } else {
            EncodedWordWriter.write(bytes, into: &writer)
        }
    }

    /// A quoted-string (RFC 5322 §3.2.4).
    static func quoted(_ content: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [.quote]
        for byte in content {
            if byte == .quote || byte == .backslash { out.append(.backslash) }
            out.append(byte)
        }
        return out + [.quote]
    }

    private static let longestQuoted = 70
    /// A longer word might not fit into a line.
    private static let longestWord = 900

    private static func mustEncode(_ word: [UInt8], allowsUTF8: Bool) -> Bool {
        var previous: UInt8 = 0
        var hasEightBit = false
        for byte in word {
            // what looks like an encoded-word would be decoded
            if byte.isControl || (previous == UInt8(ascii: "=") && byte == UInt8(ascii: "?")) { return true }
            if byte >= 0x80 { hasEightBit = true }
            previous = byte
        }
        if word.count > longestWord { return true }
        guard hasEightBit else { return false }
        return !allowsUTF8 || String(decoding: word, as: UTF8.self).unicodeScalars.contains(where: isLineBreak)
    }
}
