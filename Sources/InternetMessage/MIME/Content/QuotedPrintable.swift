/// quoted-printable of RFC 2045 §6.7, read leniently: an `=` that escapes nothing stays, digits may be in lower case.
enum QuotedPrintable {
    static func decode(_ text: ArraySlice<UInt8>) -> DecodedContent {
        var out: [UInt8] = []
        out.reserveCapacity(text.count)
        var isDamaged = false
        /// What stands before this in `out` is no white space that a relay may have added to the line.
        var settled = 0
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            if byte == UInt8(ascii: "=") {
                if let (octet, next) = escape(text, index + 1) {
                    if let octet { out.append(octet) } else { settled = out.count }
                    index = next
                } else {
                    out.append(byte)
                    isDamaged = true
                    index += 1
                }
                settled = out.count
                continue
            }
            if byte == .lineFeed {
                // RFC 2045 §6.7 (3): white space at the end of a line was not there when it was encoded
                let hasReturn = out.count > settled && out.last == .carriageReturn
                if hasReturn { out.removeLast() }
                while out.count > settled, out.last?.isWSP == true { out.removeLast() }
                if hasReturn { out.append(.carriageReturn) }
                out.append(byte)
                settled = out.count
            } else {
                out.append(byte)
                if !byte.isFoldingWhiteSpace { settled = out.count }
                if byte >= 0x80 { isDamaged = true }
            }
            index += 1
        }
        while out.count > settled, out.last?.isWSP == true { out.removeLast() }
        return DecodedContent(bytes: out, isDamaged: isDamaged)
    }

    /// What stands behind an `=`: an octet, or nothing when it is a soft line break.
    private static func escape(_ text: ArraySlice<UInt8>, _ start: Int) -> (octet: UInt8?, next: Int)? {
        if start + 1 < text.endIndex, let high = text[start].hexadecimalValue,
            let low = text[start + 1].hexadecimalValue
        {
            return (high << 4 | low, start + 2)
        }
        var index = start
        while index < text.endIndex, text[index].isWSP { index += 1 }
        if index == text.endIndex { return (nil, index) }
        if text[index] == .carriageReturn, index + 1 < text.endIndex { index += 1 }
        return text[index] == .lineFeed ? (nil, index + 1) : nil
    }
}
