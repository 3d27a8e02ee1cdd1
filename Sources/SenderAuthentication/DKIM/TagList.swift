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

    let bytes: [UInt8]
    private(set) var tags: [Tag] = []

    init(_ bytes: [UInt8]) throws(Failure) {
        self.bytes = bytes
        var position = 0
        repeat {
            position = skipWhiteSpace(position)
            if position == bytes.count, !tags.isEmpty { break }
            guard tags.count < Self.maximumTags else { throw .tooManyTags }
            let tag = try readTag(&position)
            guard !tags.contains(where: { bytes[$0.name] == bytes[tag.name] }) else { throw .duplicateTag }
            tags.append(tag)
            // What stands here is a semicolon, or the end.
            position += 1
        } while position <= bytes.count
    }

    private func readTag(_ position: inout Int) throws(Failure) -> Tag {
        let nameStart = position
        while position < bytes.count, Self.isNameByte(bytes[position]) { position += 1 }
        let name = nameStart..<position
        guard !name.isEmpty, bytes[nameStart].isAlpha else { throw .syntax }
        position = skipWhiteSpace(position)
        guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else { throw .syntax }
        position += 1
        let outerStart = position
        position = skipWhiteSpace(position)
        let valueStart = position
        var valueEnd = position
        while position < bytes.count, bytes[position] != UInt8(ascii: ";") {
            let byte = bytes[position]
            position += 1
            if byte.isFoldingWhiteSpace { continue }
            if byte.isControl { throw .syntax }
            valueEnd = position
        }
        return Tag(name: name, value: valueStart..<valueEnd, outerValue: outerStart..<position)
    }

    private func skipWhiteSpace(_ start: Int) -> Int {
        var position = start
        while position < bytes.count, bytes[position].isFoldingWhiteSpace { position += 1 }
        return position
    }

    private static func isNameByte(_ byte: UInt8) -> Bool { byte.isAlphanumeric || byte == UInt8(ascii: "_") }

    /// The tag of this name; case counts.
    func tag(_ name: StaticString) -> Tag? {
        name.withUTF8Buffer { wanted in tags.first { bytes[$0.name].elementsEqual(wanted) } }
    }

    /// The value of the tag of this name; nil when there is no such tag.
    subscript(_ name: StaticString) -> ArraySlice<UInt8>? { tag(name).map { bytes[$0.value] } }
}

extension Collection<UInt8> {
    /// The words of a list with colons between, white space around them left out.
    ///
    ///     hdr-name *( [FWS] ":" [FWS] hdr-name )
    var colonSeparated: [SubSequence] {
        split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map { word in
            var word = word.drop { $0.isFoldingWhiteSpace }
            var end = word.startIndex
            for index in word.indices where !word[index].isFoldingWhiteSpace { end = word.index(after: index) }
            word = word[word.startIndex..<end]
            return word
        }
    }

    /// Whether it is this word, ASCII case ignored.
    func isWord(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { equalIgnoringASCIICase(self, $0) }
    }
}
