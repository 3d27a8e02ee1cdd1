import InternetMessage

/// Makes header fields canonical (RFC 6376 §3.4.1, §3.4.2).
enum HeaderCanonicalizer {
    /// Appends the canonical form of a field.
    ///
    /// - Parameters:
    ///   - removed: what to leave out, in places of the field's body: the value of `b=` of the signature itself.
    ///   - endsLine: whether the CRLF at its end is written; the signature itself has none (RFC 6376 §3.7).
    static func append(
        _ field: HeaderField, _ canonicalization: Canonicalization, removing removed: Range<Int>? = nil,
        endsLine: Bool = true, to output: inout [UInt8]
    ) {
        let range = field.bodyRange
        let body = field.raw[range]
        let before = body.prefix(removed?.lowerBound ?? body.count)
        let after = body.dropFirst(removed?.upperBound ?? body.count)
        switch canonicalization {
        case .simple:
            output += field.raw[..<range.lowerBound]
            output += before
            output += after
        case .relaxed:
            output += field.name.map(\.lowercasedASCII)
            output.append(UInt8(ascii: ":"))
            appendRelaxed(before, after, to: &output)
        }
        if endsLine { output += [.carriageReturn, .lineFeed] }
    }

    /// Unfolded, each run of white space one space, none at the ends.
    private static func appendRelaxed(_ before: ArraySlice<UInt8>, _ after: ArraySlice<UInt8>, to output: inout [UInt8])
    {
        let start = output.count
        var hasSpace = false
        for part in [before, after] {
            var index = part.startIndex
            while index < part.endIndex {
                let byte = part[index]
                index += 1
                if byte == .carriageReturn, index < part.endIndex, part[index] == .lineFeed {
                    index += 1
                } else if byte.isWSP {
                    hasSpace = true
                } else {
                    if hasSpace, output.count > start { output.append(.space) }
                    hasSpace = false
                    output.append(byte)
                }
            }
        }
    }
}
