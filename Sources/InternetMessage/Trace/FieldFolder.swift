/// Joins the words of a field body with single spaces, and folds before a word that would pass column 78.
package struct FieldFolder {
    // RFC 5322 §2.1.1
    private static let preferredWidth = 78

    package private(set) var bytes: [UInt8]
    private var column: Int

    package init(name: HeaderFieldName) {
        bytes = name.bytes + [UInt8(ascii: ":")]
        column = bytes.count
    }

    /// - Parameter onNewLine: folds before the word wherever the column is.
    package mutating func add(_ word: [UInt8], onNewLine: Bool = false) {
        if onNewLine || column + 1 + word.count > Self.preferredWidth {
            bytes += [.carriageReturn, .lineFeed]
            column = 0
        }
        bytes.append(.space)
        bytes += word
        column += 1 + word.count
    }

    package mutating func add(_ word: StaticString, onNewLine: Bool = false) {
        add(word.withUTF8Buffer { Array($0) }, onNewLine: onNewLine)
    }

    /// Adds to the last word.
    package mutating func attach(_ byte: UInt8) {
        bytes.append(byte)
        column += 1
    }

    /// The field with its line end.
    package mutating func finish() -> [UInt8] {
        bytes + [.carriageReturn, .lineFeed]
    }
}
