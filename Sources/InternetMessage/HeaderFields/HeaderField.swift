/// One header field as it stands in a message: name, colon, body, line ends.
public struct HeaderField: Hashable, Sendable {
    /// The field byte for byte, with folds and the last line end.
    public let raw: [UInt8]
    private let nameLength: Int
    private let bodyStart: Int

    init(raw: [UInt8], nameLength: Int, bodyStart: Int) {
        self.raw = raw
        self.nameLength = nameLength
        self.bodyStart = bodyStart
    }

    /// Makes a field to add to a message. The body is not folded here.
    ///
    /// - Parameter body: the bytes after the colon; a space is put before them.
    /// - Returns: nil when the body holds NUL, or CR or LF other than CRLF before WSP: it would break out of the field.
    public init?(name: HeaderFieldName, body: [UInt8]) {
        var atLineStart = false
        var previous: UInt8 = .space
        for byte in body {
            if byte == 0 || (previous == .carriageReturn) != (byte == .lineFeed) { return nil }
            if atLineStart, !byte.isWSP { return nil }
            atLineStart = byte == .lineFeed
            previous = byte
        }
        guard !atLineStart, previous != .carriageReturn else { return nil }
        raw = name.bytes + [UInt8(ascii: ":"), .space] + body + [.carriageReturn, .lineFeed]
        nameLength = name.bytes.count
        bodyStart = nameLength + 1
    }

    /// The bytes before the colon as written, white space before the colon left out. Not always a valid name.
    public var name: [UInt8] { Array(raw[..<nameLength]) }

    /// The bytes after the colon, folds kept, without the last line end.
    public var body: [UInt8] { Array(raw[bodyRange]) }

    /// Where the body stands in ``raw``.
    public var bodyRange: Range<Int> {
        var end = raw.count
        if end > bodyStart, raw[end - 1] == .lineFeed { end -= 1 }
        if end > bodyStart, raw[end - 1] == .carriageReturn { end -= 1 }
        return bodyStart..<end
    }

    /// The body without line ends (RFC 5322 §2.2.3) and without white space at both ends.
    public var unfoldedBody: [UInt8] {
        let line = body.filter { $0 != .carriageReturn && $0 != .lineFeed }
        guard let first = line.firstIndex(where: { !$0.isWSP }), let last = line.lastIndex(where: { !$0.isWSP }) else {
            return []
        }
        return Array(line[first...last])
    }

    /// Whether the field has this name, ASCII case ignored.
    public func isNamed(_ other: HeaderFieldName) -> Bool {
        other.matches(raw[..<nameLength])
    }
}
