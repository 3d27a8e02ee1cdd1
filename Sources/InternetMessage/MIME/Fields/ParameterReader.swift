/// Reads a value and its parameters (RFC 2045 §5.1, RFC 2183 §2) as leniently as mail needs: nothing is refused, what is not
/// by the grammar is noted. One pass, no recursion.
struct ParameterReader {
    /// A parameter as it stands there.
    struct Item {
        var name: [UInt8]
        var value: [UInt8]
        var isQuoted = false
    }

    private let bytes: [UInt8]
    private var position = 0
    private(set) var isMalformed = false
    private(set) var hasComment = false

    init(_ body: [UInt8]) {
        bytes = body
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    /// A word: everything up to white space, a comment, or one of `;`, `=`, `/` that is not wanted in it.
    mutating func word(upTo stops: StaticString) -> [UInt8] {
        skipCFWS()
        let start = position
        stops.withUTF8Buffer { stops in
            while let byte = next, !byte.isFoldingWhiteSpace, byte != UInt8(ascii: "("), !stops.contains(byte) {
                position += 1
            }
        }
        let word = Array(bytes[start..<position])
        skipCFWS()
        return word
    }

    var isAtEnd: Bool { position >= bytes.count }

    /// The parameters to the end of the body, at most `limit`.
    mutating func items(limit: Int) -> [Item] {
        var items: [Item] = []
        if !isAtEnd, next != UInt8(ascii: ";") { isMalformed = true }
        while !isAtEnd {
            skipCFWS()
            if skip(UInt8(ascii: ";")) { continue }
            if isAtEnd { break }
            let name = word(upTo: ";=").map(\.lowercasedASCII)
            guard skip(UInt8(ascii: "=")) else {
                isMalformed = true
                // a second word where "=" should be: it is looked at as a name
                continue
            }
            skipCFWS()
            var item = Item(name: name, value: [])
            if next == .quote {
                item.isQuoted = true
                item.value = quotedString()
                skipCFWS()
                if next != nil, next != UInt8(ascii: ";") { isMalformed = true }
            } else {
                item.value = unquoted()
            }
            if name.isEmpty || (item.value.isEmpty && !item.isQuoted) {
                isMalformed = true
            } else if items.count == limit {
                isMalformed = true
                return items
            } else {
                items.append(item)
            }
        }
        return items
    }

    // RFC 822 §3.3 quoted-string: quoted pairs resolved, folds removed. Without an end it goes to the end of the body.
    private mutating func quotedString() -> [UInt8] {
        position += 1
        var value: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case .quote: return value
            case .backslash:
                if let escaped = next {
                    value.append(escaped)
                    position += 1
                }
            case .carriageReturn, .lineFeed: continue
            default: value.append(byte)
            }
        }
        isMalformed = true
        return value
    }

    /// To the semicolon, a comment, or a line that begins a parameter: the semicolon is often forgotten there.
    private mutating func unquoted() -> [UInt8] {
        var value: [UInt8] = []
        while let byte = next, byte != UInt8(ascii: ";") {
            if byte == UInt8(ascii: "("), value.last?.isWSP ?? true {
                skipCFWS()
                continue
            }
            if byte == .lineFeed, beginsParameter(after: position) {
                isMalformed = true
                break
            }
            position += 1
            if byte != .carriageReturn, byte != .lineFeed { value.append(byte) }
        }
        while value.last?.isWSP == true { value.removeLast() }
        if value.contains(where: \.isWSP) { isMalformed = true }
        return value
    }

    private func beginsParameter(after lineEnd: Int) -> Bool {
        var index = lineEnd + 1
        while index < bytes.count, bytes[index].isWSP { index += 1 }
        let start = index
        while index < bytes.count, bytes[index].isTokenByte { index += 1 }
        return index > start && index < bytes.count && bytes[index] == UInt8(ascii: "=")
    }

    // RFC 5322 §3.2.2, comments nested to any depth by counting
    mutating func skipCFWS() {
        var depth = 0
        while let byte = next {
            if byte == UInt8(ascii: "(") {
                depth += 1
                hasComment = true
            } else if depth == 0, !byte.isFoldingWhiteSpace {
                return
            } else if byte == UInt8(ascii: ")"), depth > 0 {
                depth -= 1
            } else if byte == .backslash {
                position += 1
            }
            position += 1
        }
        position = min(position, bytes.count)
        if depth > 0 { isMalformed = true }
    }
}
