extension MIMEReader {
    /// Takes what the header of the current entity says about its body.
    mutating func readFields(_ header: EntityHeader) {
        let index = current
        if let parent = entities[index].parent, entities[parent].mediaType.matches("multipart", "digest") {
            entities[index].mediaType = .message
        }
        if let place = header[.contentType] { readType(place, of: index) }
        if let place = header[.transferEncoding] { readEncoding(place, of: index) }
        if let place = header[.disposition], let disposition = ContentDisposition(Array(bytes[place])) {
            note(disposition.parameters, of: index, at: place.lowerBound)
            entities[index].disposition = disposition
        }
        if let place = header[.contentID] { entities[index].contentID = MessageID(Array(bytes[place])) }
        if index == 0, header[.version] == nil, let place = header[.contentType] ?? header[.transferEncoding] {
            find(.missingVersion, 0, place.lowerBound)
        }
        if isComposite(index), !entities[index].transferEncoding.isIdentity, let place = header[.transferEncoding] {
            find(.encodedComposite, index, place.lowerBound)
        }
    }

    private mutating func readType(_ place: Range<Int>, of index: Int) {
        guard let type = MediaType(Array(bytes[place])) else {
            // RFC 2045 §5.2
            entities[index].mediaType = .plainText
            return find(.malformedContentType, index, place.lowerBound)
        }
        entities[index].mediaType = type
        entities[index].hasDefaultType = false
        note(type.parameters, of: index, at: place.lowerBound)
        // no slash: what RFC 1049 had
        if !bytes[place].contains(UInt8(ascii: "/")) { find(.malformedContentType, index, place.lowerBound) }
    }

    private mutating func note(_ parameters: MIMEParameters, of index: Int, at offset: Int) {
        if !parameters.repeated.isEmpty { find(.repeatedParameter, index, offset) }
        if parameters.isMalformed { find(.malformedParameters, index, offset) }
    }

    private mutating func readEncoding(_ place: Range<Int>, of index: Int) {
        var reader = ParameterReader(Array(bytes[place]))
        let word = reader.word(upTo: ";").filter { $0 != .quote }
        if reader.hasComment { find(.encodingWithComment, index, place.lowerBound) }
        if !reader.isAtEnd { find(.malformedEncoding, index, place.lowerBound) }
        guard !word.isEmpty else { return }
        entities[index].transferEncoding = TransferEncoding(named: word)
        if case .other = entities[index].transferEncoding { find(.unknownEncoding, index, place.lowerBound) }
    }

    /// The boundary of a multipart as it is compared with lines; nil when there is none.
    mutating func boundary(of index: Int) -> [UInt8]? {
        let start = entities[index].headerRange.lowerBound
        guard let parameter = entities[index].mediaType.parameters["boundary"] else {
            find(.missingBoundary, index, start)
            return nil
        }
        let written = parameter.isExtended ? parameter.value : parameter.raw
        var boundary = written
        // RFC 2046 §5.1.1: white space at the end would be taken for padding
        while boundary.last?.isWSP == true { boundary.removeLast() }
        if boundary.count < written.count { find(.boundaryEndsWithSpace, index, start) }
        guard !boundary.isEmpty else {
            find(.missingBoundary, index, start)
            return nil
        }
        if boundary.count > 70 { find(.boundaryTooLong, index, start) }
        let isUnquoted = !parameter.isQuoted && boundary.contains { [.space, .tab, 0x28, 0x29, 0x2C].contains($0) }
        let hasComment = entities[index].mediaType.parameters.hasComment
        if isUnquoted || hasComment || parameter.isExtended || !boundary.allSatisfy(Self.isBoundaryByte) {
            find(.irregularBoundary, index, start)
        }
        return boundary
    }

    // RFC 2046 §5.1.1 bchars
    private static func isBoundaryByte(_ byte: UInt8) -> Bool {
        if byte.isAlphanumeric { return true }
        return switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "+"), UInt8(ascii: "_"),
            UInt8(ascii: ","), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"),
            UInt8(ascii: "="), UInt8(ascii: "?"), .space:
            true
        default: false
        }
    }
}
