/// Writes one header field, word by word, and folds before a word that would pass column 78 (RFC 5322 §2.1.1).
struct FieldWriter {
    /// Two columns are left for what is attached to a word.
    static let preferredWidth = 76
    static let maximumWidth = 998

    let name: HeaderFieldName
    private(set) var bytes: [UInt8]
    /// Octets of the line so far.
    private(set) var column: Int
    private var isEmpty = true

    init(_ name: HeaderFieldName) {
        self.name = name
        bytes = name.bytes + [UInt8(ascii: ":")]
        column = bytes.count
    }

    /// Adds a space and a word. The first word stays on the line of the name: a line of a name alone irritates some readers.
    ///
    /// - Parameter width: the column that the word must not pass.
    mutating func add(_ word: [UInt8], width: Int = preferredWidth) {
        if column + 1 + word.count > (isEmpty ? Self.maximumWidth : width) { fold() }
        isEmpty = false
        bytes.append(.space)
        bytes += word
        column += 1 + word.count
    }

    mutating func add(_ word: String) { add(Array(word.utf8)) }

    /// Adds to the last word.
    mutating func attach(_ piece: [UInt8]) {
        bytes += piece
        column += piece.count
    }

    mutating func attach(_ piece: Unicode.Scalar) { attach(Array(String(piece).utf8)) }

    /// Begins a continuation line; a word has to follow.
    mutating func fold() {
        isEmpty = false
        bytes += [.carriageReturn, .lineFeed]
        column = 0
    }

    /// The field with its line end.
    func finish() throws(MessageBuilderError) -> [UInt8] {
        let field = bytes + (isEmpty ? [.space] : []) + [.carriageReturn, .lineFeed]
        guard LineFacts(field).longest <= Self.maximumWidth else { throw .lineTooLong(in: name) }
        return field
    }
}
