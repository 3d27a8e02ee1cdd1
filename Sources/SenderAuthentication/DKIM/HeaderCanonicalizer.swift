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
        let body = field.bodyOctets
        let before = body.prefix(removed?.lowerBound ?? body.count)
        let after = body.dropFirst(removed?.upperBound ?? body.count)
        switch canonicalization {
        case .simple:
            output += field.octets[..<body.startIndex]
            output += before
            output += after
        case .relaxed:
            for octet in field.nameOctets { output.append(octet.lowercasedASCII) }
            output.append(UInt8(ascii: ":"))
            var text = RelaxedText(behind: output.count)
            // The buffers do not leave the closures.
            before.withUnsafeBytes { text.append($0, to: &output) }
            after.withUnsafeBytes { text.append($0, to: &output) }
        }
        if endsLine {
            output.append(.carriageReturn)
            output.append(.lineFeed)
        }
    }
}

/// Text that is unfolded, each run of white space in it one space, none at its ends.
private struct RelaxedText {
    private let start: Int
    /// White space came, and no text after it.
    private var hasSpace = false

    /// Text that begins at a place of the output.
    init(behind start: Int) { self.start = start }

    mutating func append(_ octets: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        var index = 0
        while index < octets.count {
            let octet = octets[index]
            if octet == .carriageReturn, index + 1 < octets.count, octets[index + 1] == .lineFeed {
                index += 2
            } else if octet.isWSP {
                hasSpace = true
                index += 1
            } else {
                if hasSpace, output.count > start { output.append(.space) }
                hasSpace = false
                let end = octets.textEnd(from: index)
                output.append(contentsOf: UnsafeRawBufferPointer(rebasing: octets[index..<end]))
                index = end
            }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The end of what is relaxed as it is, from a place where text stands, or a CR that is taken for text.
    fileprivate func textEnd(from start: Int) -> Int {
        let end = firstDoubtful(from: start + 1)
        // A single space before what follows belongs to it.
        return end > start + 1 && self[end - 1] == 0x20 ? end - 1 : end
    }
}
