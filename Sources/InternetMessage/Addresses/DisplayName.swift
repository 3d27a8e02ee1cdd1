/// The name before an address or a group: `phrase` of RFC 5322 §3.2.5.
public struct DisplayName: Hashable, Sendable {
    /// A word of the phrase.
    public enum Word: Hashable, Sendable {
        /// An atom, dots in it allowed (RFC 5322 §4.1); perhaps an encoded-word.
        case atom([UInt8])
        /// The content of a quoted-string. Encoded-words have no meaning there (RFC 2047 §5).
        case quoted([UInt8])
    }

    /// The words in order, as written.
    public let words: [Word]

    /// The name to show, as UTF-8 without control characters, words joined by a space.
    public var decoded: [UInt8] {
        var joiner = DisplayTextJoiner()
        for (index, word) in words.enumerated() {
            if index > 0 { joiner.addSpace() }
            switch word {
            case .atom(let bytes): joiner.addWord(bytes)
            case .quoted(let bytes): joiner.addPlain(bytes)
            }
        }
        return joiner.finish()
    }
}
