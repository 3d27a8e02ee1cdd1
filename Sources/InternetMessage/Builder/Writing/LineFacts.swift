/// What decides how content can be carried: seen in one pass.
struct LineFacts {
    /// Octets of the longest line without its CRLF.
    private(set) var longest = 0
    private(set) var hasEightBit = false
    private(set) var hasNUL = false
    /// CR or LF that is no CRLF.
    private(set) var hasBareLineEnd = false
    /// White space before a line end or at the end.
    private(set) var hasTrailingSpace = false
    /// A line begins with `From `, which some systems change.
    private(set) var hasFromLine = false
    /// Nothing, or whole lines.
    private(set) var endsWithLine = true

    init(_ content: some Sequence<UInt8>) {
        let from = Array("From ".utf8)
        var column = 0
        var matched = 0
        var previous: UInt8 = .lineFeed
        for byte in content {
            if byte >= 0x80 { hasEightBit = true }
            if byte == 0 { hasNUL = true }
            let isBare = (previous == .carriageReturn) != (byte == .lineFeed)
            if isBare { hasBareLineEnd = true }
            endsWithLine = byte == .lineFeed && !isBare
            if byte == .carriageReturn, previous.isWSP { hasTrailingSpace = true }
            if byte == .lineFeed {
                longest = max(longest, column - (previous == .carriageReturn ? 1 : 0))
                column = 0
                matched = 0
            } else {
                if matched == column, matched < from.count, byte == from[matched] { matched += 1 }
                if matched == from.count { hasFromLine = true }
                column += 1
            }
            previous = byte
        }
        longest = max(longest, column)
        if previous == .carriageReturn { hasBareLineEnd = true }
        if previous.isWSP { hasTrailingSpace = true }
    }

    /// Lines with CRLF, none over 998 octets, no NUL: what a transport without BINARYMIME carries.
    var isOfLines: Bool { !hasNUL && !hasBareLineEnd && longest <= FieldWriter.maximumWidth }
}
