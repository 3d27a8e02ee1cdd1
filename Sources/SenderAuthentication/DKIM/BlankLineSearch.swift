import InternetMessage

/// Looks for the end of a header section, in any slices: an empty line, its line end CRLF or LF as ``HeaderSection``
/// has it.
struct BlankLineSearch: Sendable {
    private enum Line {
        case empty
        /// Nothing but a CR.
        case carriageReturn
        case text
    }

    private var line = Line.empty

    /// The index behind the blank line; nil when it doesn't end in the slice.
    mutating func end(in slice: Span<UInt8>) -> Int? {
        var index = 0
        while index < slice.count {
            switch (line, slice[index]) {
            case (.text, _):
                index = slice.bytes.firstIndex(from: index) { $0.marks(of: .lineFeed) }
                if index < slice.count { line = .empty }
            case (_, .lineFeed):
                return index + 1
            case (.empty, .carriageReturn):
                line = .carriageReturn
            default:
                line = .text
            }
            index += 1
        }
        return nil
    }
}
