/// A multipart whose delimiters are looked for.
struct OpenMultipart {
    let entity: Int
    let boundary: [UInt8]
    var hasDelimiter = false
    var isClosed = false
    /// A line was seen that begins with the boundary and goes on with text. One is enough to know.
    var hasNearMiss = false

    /// How a line compares with the boundary.
    enum Match {
        case delimiter, closeDelimiter
        /// The boundary stands at the start of the line, and other text behind it.
        case prefix
    }

    // RFC 2046 §5.1.1: "--" boundary, "--" at the last, transport padding
    /// - Parameter line: the place of the line without its two hyphens and without white space at its end.
    func match(_ line: Range<Int>, of bytes: [UInt8]) -> Match? {
        let extra = line.count - boundary.count
        guard extra >= 0, extra == 0 || extra == 2 || !hasNearMiss else { return nil }
        var index = line.lowerBound
        for byte in boundary {
            guard bytes[index] == byte else { return nil }
            index += 1
        }
        if extra == 0 { return .delimiter }
        let isClose = extra == 2 && bytes[index] == UInt8(ascii: "-") && bytes[index + 1] == UInt8(ascii: "-")
        return isClose ? .closeDelimiter : .prefix
    }
}
