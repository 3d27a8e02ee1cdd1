/// Reads the lexical tokens of RFC 5322 §3.2 from a field body, folded or not, in one pass.
struct FieldScanner {
    /// Comments nested deeper than this are an error. The depth is counted, there is no recursion.
    static let maximumCommentDepth = 32

    let bytes: [UInt8]
    private(set) var position: Int
    let end: Int
    /// The content of each outermost comment passed so far.
    private(set) var comments: [Range<Int>] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = 0
        end = bytes.count
    }

    var isAtEnd: Bool { position >= end }

    var next: UInt8? { position < end ? bytes[position] : nil }

    func copy(_ range: Range<Int>) -> [UInt8] { Array(bytes[range]) }

    /// The content of the comments since the last call, quoted pairs resolved.
    mutating func takeComments() -> [[UInt8]] {
        defer { comments.removeAll() }
        return comments.map { range in
            var isEscaped = false
            return bytes[range].filter { byte in
                isEscaped = byte == .backslash && !isEscaped
                return !isEscaped
            }
        }
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ byte: UInt8) throws(FieldSyntaxError) {
        if !skip(byte) { throw unexpected }
    }

    var unexpected: FieldSyntaxError { isAtEnd ? .unexpectedEnd : .unexpectedByte(offset: position) }

    mutating func take(while accepts: (UInt8) -> Bool) -> Range<Int>? {
        let start = position
        while position < end, accepts(bytes[position]) { position += 1 }
        return start == position ? nil : start..<position
    }

    mutating func advance() {
        if position < end { position += 1 }
    }

    mutating func skipWhiteSpace() {
        while position < end, bytes[position].isFoldingWhiteSpace { position += 1 }
    }

    // RFC 5322 §3.2.2 CFWS
    mutating func skipCFWS() throws(FieldSyntaxError) {
        while true {
            skipWhiteSpace()
            guard next == UInt8(ascii: "(") else { return }
            try skipComment()
        }
    }

    private mutating func skipComment() throws(FieldSyntaxError) {
        let start = position
        var depth = 0
        while position < end {
            switch bytes[position] {
            case UInt8(ascii: "("):
                depth += 1
                if depth > Self.maximumCommentDepth { throw .commentTooDeep(offset: position) }
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 {
                    comments.append((start + 1)..<position)
                    position += 1
                    return
                }
            case .backslash:
                position += 1
            default:
                break
            }
            position += 1
        }
        position = end
        throw .unclosedComment(offset: start)
    }

    // RFC 5322 §3.2.3 atom, without the CFWS around it
    mutating func atom() -> Range<Int>? { take { $0.isAtext } }

    // RFC 5322 §3.2.3 dot-atom-text
    mutating func dotAtom() -> Range<Int>? {
        let start = position
        guard atom() != nil else { return nil }
        while next == UInt8(ascii: ".") {
            let dot = position
            position += 1
            if atom() == nil {
                position = dot
                break
            }
        }
        return start..<position
    }

    // RFC 5322 §3.2.4 quoted-string: the content, quoted pairs resolved, folds removed
    mutating func quotedString() throws(FieldSyntaxError) -> [UInt8]? {
        guard next == .quote else { return nil }
        let start = position
        position += 1
        var content: [UInt8] = []
        while position < end {
            let byte = bytes[position]
            position += 1
            switch byte {
            case .quote:
                return content
            case .backslash:
                guard position < end else { throw .unclosedQuotedString(offset: start) }
                content.append(bytes[position])
                position += 1
            case .carriageReturn, .lineFeed:
                continue
            default:
                content.append(byte)
            }
        }
        throw .unclosedQuotedString(offset: start)
    }
}
