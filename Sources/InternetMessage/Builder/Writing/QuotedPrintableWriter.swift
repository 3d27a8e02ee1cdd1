/// quoted-printable (RFC 2045 §6.7). CRLF stays a line end, CR or LF alone is escaped: the content comes out as it went in.
enum QuotedPrintableWriter {
    private static let lineWidth = 76
    private static let digits = Array("0123456789ABCDEF".utf8)

    static func escape(_ byte: UInt8) -> [UInt8] {
        [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 0x0F)]]
    }

    /// The encoded lines; a line end is at the end only when the content has one there.
    static func lines(_ content: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(content.count + content.count / 8)
        var column = 0
        var index = 0
        while index < content.count {
            if isLineEnd(content, index) {
                out += [.carriageReturn, .lineFeed]
                column = 0
                index += 2
                continue
            }
            let byte = content[index]
            let endsLine = isLineEnd(content, index + 1)
            let isLast = endsLine || index + 1 == content.count
            let piece = mustEscape(byte, content, index, isLast: isLast, column: column) ? escape(byte) : [byte]
            // only before a line end no room is needed for the "=" of a soft line break
            if column + piece.count > (endsLine ? lineWidth : lineWidth - 1) {
                out += [UInt8(ascii: "="), .carriageReturn, .lineFeed]
                column = 0
            }
            out += piece
            column += piece.count
            index += 1
        }
        return out
    }

    private static func isLineEnd(_ content: [UInt8], _ index: Int) -> Bool {
        index + 1 < content.count && content[index] == .carriageReturn && content[index + 1] == .lineFeed
    }

    private static func mustEscape(
        _ byte: UInt8, _ content: [UInt8], _ index: Int, isLast: Bool, column: Int
    ) -> Bool {
        if byte.isWSP { return isLast }
        if byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "=") { return true }
        guard column == 0 else { return false }
        // a dot alone, and `From ` at the start of a line, have been changed on the way (RFC 2049 §3)
        return byte == UInt8(ascii: ".") && isLast || content[index...].starts(with: "From ".utf8)
    }
}
