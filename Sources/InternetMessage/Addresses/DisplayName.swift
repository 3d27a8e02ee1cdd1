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

    init(words: [Word]) {
        self.words = words
    }

    /// The name that reads as this text.
    ///
    /// - Returns: nil when it is empty or holds a control character.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, !bytes.contains(where: \.isControl) else { return nil }
        let atoms = bytes.split(separator: .space, omittingEmptySubsequences: false)
        let isPlain = atoms.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isAtext) } && !EncodedWord.begins(in: bytes)
        words = isPlain ? atoms.map { .atom(Array($0)) } : [.quoted(bytes)]
    }

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

    /// The name to show.
    public var text: String { String(decoding: decoded, as: UTF8.self) }

    /// The name as a field has it, in UTF-8 and not folded: atoms or a quoted-string. Empty when there is nothing to show.
    public var bytes: [UInt8] {
        guard let plain = DisplayName(text) else { return [] }
        let words = plain.words.map { word -> [UInt8] in
            switch word {
            case .atom(let bytes): bytes
            case .quoted(let bytes): HeaderText.quoted(bytes)
            }
        }
        return Array(words.joined(separator: [.space]))
    }
}

extension EncodedWord {
    /// Whether something may be the beginning of an encoded-word.
    static func begins(in bytes: [UInt8]) -> Bool {
        zip(bytes, bytes.dropFirst()).contains { pair in pair.0 == UInt8(ascii: "=") && pair.1 == UInt8(ascii: "?") }
    }
}
