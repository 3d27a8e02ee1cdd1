/// A multipart whose delimiters are looked for.
struct OpenMultipart {
    let entity: Int
    let boundary: [UInt8]
    var hasDelimiter = false
    var isClosed = false

    /// How a line compares with the boundary.
    enum Match {
        case delimiter, closeDelimiter
        /// The boundary stands at the start of the line, and other text behind it.
        case prefix
    }

    // RFC 2046 §5.1.1: "--" boundary, "--" at the last, transport padding
    /// - Parameter line: the line without its two hyphens and without white space at its end.
    func match(_ line: ArraySlice<UInt8>) -> Match? {
        guard line.count >= boundary.count, line.starts(with: boundary) else { return nil }
        let rest = line.dropFirst(boundary.count)
        if rest.isEmpty { return .delimiter }
        return rest.count == 2 && rest.allSatisfy { $0 == UInt8(ascii: "-") } ? .closeDelimiter : .prefix
    }
}
