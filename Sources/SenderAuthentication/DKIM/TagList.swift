import InternetMessage

/// A list of tags and their values, as signatures and key records have it (RFC 6376 §3.2).
///
///     tag-list  =  tag-spec *( ";" tag-spec ) [ ";" ]
///     tag-spec  =  [FWS] tag-name [FWS] "=" [FWS] tag-value [FWS]
///     tag-name  =  ALPHA *ALNUMPUNC
///     tag-value =  [ tval *( 1*(WSP / FWS) tval ) ]
///     tval      =  1*VALCHAR
///     VALCHAR   =  %x21-3A / %x3C-7E
///     ALNUMPUNC =  ALPHA / DIGIT / "_"
///
/// White space after the last semicolon is forgiven, and UTF-8 in values is taken (RFC 8616 §4). A NUL or any other
/// control character is none of these. One pass; the list keeps places in the octets that it was given.
struct TagList {
    /// Why octets are no tag list.
    enum Failure: Error, Hashable, Sendable {
        /// Not by the grammar.
        case syntax
        /// A name occurs twice (RFC 6376 §3.2).
        case duplicateTag
        /// More tags than ``TagList/maximumTags``.
        case tooManyTags
    }

    struct Tag {
        let name: Range<Int>
        /// Without white space at its ends.
        let value: Range<Int>
        /// From the equals sign to the semicolon.
        let outerValue: Range<Int>
    }

    /// Tags of a list at most: a signature has 14, a key record 8.
    static let maximumTags = 64
    private static let usualTags = 12

    let bytes: ArraySlice<UInt8>
    private(set) var tags: [Tag] = []

    init(_ bytes: [UInt8]) throws(Failure) { try self.init(bytes[...]) }

    init(_ bytes: ArraySlice<UInt8>) throws(Failure) {
        self.bytes = bytes
        tags.reserveCapacity(Self.usualTags)
        var position = bytes.startIndex
        repeat {
            position = skipWhiteSpace(position)
            if position == bytes.endIndex, !tags.isEmpty { break }
            guard tags.count < Self.maximumTags else { throw .tooManyTags }
            let tag = try readTag(&position)
            guard !tags.contains(where: { hasSameName($0, tag) }) else { throw .duplicateTag }
            tags.append(tag)
            // What stands here is a semicolon, or the end.
            position += 1
        } while position <= bytes.endIndex
    }

    private func readTag(_ position: inout Int) throws(Failure) -> Tag {
        let nameStart = position
        while position < bytes.endIndex, Self.isNameByte(bytes[position]) { position += 1 }
        let name = nameStart..<position
        guard !name.isEmpty, bytes[nameStart].isAlpha else { throw .syntax }
        position = skipWhiteSpace(position)
        guard position < bytes.endIndex, bytes[position] == UInt8(ascii: "=") else { throw .syntax }
        position += 1
        let outerStart = position
        position = skipWhiteSpace(position)
        let valueStart = position
        let valueEnd = try skipValue(&position)
        return Tag(name: name, value: valueStart..<valueEnd, outerValue: outerStart..<position)
    }

    /// Goes on to the semicolon, or the end.
    ///
    /// - Returns: the end of the value without white space.
    private func skipValue(_ position: inout Int) throws(Failure) -> Int {
        let octets = bytes.span.bytes
        var valueEnd = position
        while true {
            let start = position
            let end = octets.firstIndex(from: position - bytes.startIndex) { word in
                word.marks(below: 0x21) | word.marks(of: UInt8(ascii: ";")) | word.marks(of: 0x7F)
            }
            position = bytes.startIndex + end
            if position > start { valueEnd = position }
            guard position < bytes.endIndex, bytes[position] != UInt8(ascii: ";") else { return valueEnd }
            guard bytes[position].isFoldingWhiteSpace else { throw .syntax }
            position += 1
        }
    }

    private func skipWhiteSpace(_ start: Int) -> Int {
        var position = start
        while position < bytes.endIndex, bytes[position].isFoldingWhiteSpace { position += 1 }
        return position
    }

    private static func isNameByte(_ byte: UInt8) -> Bool { byte.isAlphanumeric || byte == UInt8(ascii: "_") }

    private func hasSameName(_ a: Tag, _ b: Tag) -> Bool {
        guard a.name.count == b.name.count else { return false }
        for offset in 0..<a.name.count where bytes[a.name.lowerBound + offset] != bytes[b.name.lowerBound + offset] {
            return false
        }
        return true
    }

    /// The tag of this name; case counts.
    func tag(_ name: StaticString) -> Tag? {
        name.withUTF8Buffer { wanted in
            tags.first { tag in
                guard tag.name.count == wanted.count else { return false }
                for offset in wanted.indices where bytes[tag.name.lowerBound + offset] != wanted[offset] {
                    return false
                }
                return true
            }
        }
    }

    /// The value of the tag of this name; nil when there is no such tag.
    subscript(_ name: StaticString) -> ArraySlice<UInt8>? { tag(name).map { bytes[$0.value] } }
}

extension RandomAccessCollection<UInt8> where Index == Int {
    /// The places of the words of a list with colons between, white space around them left out.
    ///
    ///     hdr-name *( [FWS] ":" [FWS] hdr-name )
    var colonSeparatedRanges: [Range<Int>] {
        var ranges: [Range<Int>] = []
        // Words of usual length.
        ranges.reserveCapacity(count / 8 + 1)
        var (start, end) = (startIndex, startIndex)
        for index in indices {
            let byte = self[index]
            if byte == UInt8(ascii: ":") {
                ranges.append(start..<end)
                (start, end) = (index + 1, index + 1)
            } else if !byte.isFoldingWhiteSpace {
                end = index + 1
            } else if start == end {
                // Nothing but white space until now.
                (start, end) = (index + 1, index + 1)
            }
        }
        ranges.append(start..<end)
        return ranges
    }

    /// The words of such a list.
    var colonSeparated: [SubSequence] { colonSeparatedRanges.map { self[$0] } }
}

extension Collection<UInt8> {
    /// Whether it is this word, ASCII case ignored.
    func isWord(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { equalIgnoringASCIICase(self, $0) }
    }
}
