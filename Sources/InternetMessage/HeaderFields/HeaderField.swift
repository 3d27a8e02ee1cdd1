/// One header field as it stands in a message: name, colon, body, line ends.
///
/// The fields of a section share its octets.
public struct HeaderField: Sendable {
    /// What the field stands in: the section that it was read from, or nothing but the field.
    private let section: [UInt8]
    private let place: Place

    /// Where a field and its parts stand in a section.
    struct Place: Sendable {
        let range: Range<Int>
        /// Behind the name.
        let nameEnd: Int
        /// Behind the colon.
        let bodyStart: Int
    }

    /// The field at a place of a section.
    init(in section: [UInt8], at place: Place) {
        self.section = section
        self.place = place
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
        section = name.bytes + [UInt8(ascii: ":"), .space] + body + [.carriageReturn, .lineFeed]
        place = Place(range: section.indices, nameEnd: name.bytes.count, bodyStart: name.bytes.count + 1)
    }

    /// The field byte for byte, with folds and the last line end.
    public var raw: [UInt8] { Array(octets) }

    /// The bytes before the colon as written, white space before the colon left out. Not always a valid name.
    public var name: [UInt8] { Array(nameOctets) }

    /// The bytes after the colon, folds kept, without the last line end.
    public var body: [UInt8] { Array(bodyOctets) }

    /// ``raw`` without a copy.
    public var octets: ArraySlice<UInt8> { section[place.range] }

    /// ``name`` without a copy.
    public var nameOctets: ArraySlice<UInt8> { section[place.range.lowerBound..<place.nameEnd] }

    /// ``body`` without a copy.
    public var bodyOctets: ArraySlice<UInt8> {
        var end = place.range.upperBound
        if end > place.bodyStart, section[end - 1] == .lineFeed { end -= 1 }
        if end > place.bodyStart, section[end - 1] == .carriageReturn { end -= 1 }
        return section[place.bodyStart..<end]
    }

    /// Where the body stands in ``raw``.
    public var bodyRange: Range<Int> {
        let body = bodyOctets.indices
        let start = place.range.lowerBound
        return body.lowerBound - start..<body.upperBound - start
    }

    /// The body without line ends (RFC 5322 §2.2.3) and without white space at both ends.
    public var unfoldedBody: [UInt8] {
        let line = bodyOctets.filter { $0 != .carriageReturn && $0 != .lineFeed }
        guard let first = line.firstIndex(where: { !$0.isWSP }), let last = line.lastIndex(where: { !$0.isWSP }) else {
            return []
        }
        return Array(line[first...last])
    }

    /// Whether the field has this name, ASCII case ignored.
    public func isNamed(_ other: HeaderFieldName) -> Bool { other.matches(nameOctets) }
}

extension HeaderField: Hashable {
    /// Whether both are the same octets, with the same name and body.
    public static func == (a: HeaderField, b: HeaderField) -> Bool {
        a.octets == b.octets && a.nameOctets.count == b.nameOctets.count && a.bodyRange == b.bodyRange
    }

    /// Hashes the octets.
    public func hash(into hasher: inout Hasher) { hasher.combine(octets) }
}
