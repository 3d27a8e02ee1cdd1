/// Text in which nothing is hidden: what has no shape of its own, or changes the order of what is read, is written out.
package enum VisibleText {
    /// Controls, characters that change direction or are not seen, and those that no text needs.
    package static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F: true
        // soft hyphen, Arabic letter mark, Mongolian vowel separator, fillers of Hangul
        case 0xAD, 0x61C, 0x180E, 0x115F, 0x1160, 0x3164, 0xFFA0: true
        // zero width space, joiners, marks and overrides of direction, separators of lines and paragraphs
        case 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB: true
        // tags
        case 0xE0000...0xE0FFF: true
        default: false
        }
    }

    /// Only takes room or joins letters: left out of a text without loss.
    private static func isFiller(_ value: UInt32) -> Bool {
        switch value {
        case 0xAD, 0x200B, 0x2060, 0xFEFF: true
        default: false
        }
    }

    /// Appends a character to a text of several lines. LF and TAB stay; a hidden one is written like `\u{202E}`. The joiners
    /// U+200C and U+200D stay: Persian and emoji need them.
    static func append(_ scalar: Unicode.Scalar, to text: inout [UInt8]) {
        if (0x20..<0x7F).contains(scalar.value) || scalar == "\n" {
            text.append(UInt8(truncatingIfNeeded: scalar.value))
        } else if scalar == "\t" || !isHidden(scalar) || scalar == "\u{200C}" || scalar == "\u{200D}" {
            text += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
        } else if scalar == "\u{2028}" || scalar == "\u{2029}" || scalar == "\u{0C}" {
            text.append(.lineFeed)
        } else if scalar != "\r", !isFiller(scalar.value) {
            text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".utf8
        }
    }
}
