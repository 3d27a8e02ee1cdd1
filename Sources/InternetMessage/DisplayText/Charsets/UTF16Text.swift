/// UTF-16 (RFC 2781), with or without a byte order mark.
enum UTF16Text {
    static func decode(_ bytes: ArraySlice<UInt8>, _ order: Charset.ByteOrder?, _ emit: (Unicode.Scalar) -> Void) {
        var rest = bytes
        var isLittle = order == .littleEndian
        if rest.starts(with: [0xFF, 0xFE]), order != .bigEndian {
            isLittle = true
            rest = rest.dropFirst(2)
        } else if rest.starts(with: [0xFE, 0xFF]), order != .littleEndian {
            isLittle = false
            rest = rest.dropFirst(2)
        } else if order == nil {
            isLittle = looksLittleEndian(rest)
        }
        var high: UInt16?
        var index = rest.startIndex
        while index + 1 < rest.endIndex {
            let (first, second) = (UInt16(rest[index]), UInt16(rest[index + 1]))
            let unit = isLittle ? second << 8 | first : first << 8 | second
            decode(unit, &high, emit)
            index += 2
        }
        if high != nil || index < rest.endIndex { emit("\u{FFFD}") }
    }

    /// Takes one unit; a first half of a pair waits in `high` for the second.
    static func decode(_ unit: UInt16, _ high: inout UInt16?, _ emit: (Unicode.Scalar) -> Void) {
        if let first = high {
            high = nil
            if (0xDC00...0xDFFF).contains(unit) {
                let value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)
                return emit(Unicode.Scalar(value) ?? "\u{FFFD}")
            }
            emit("\u{FFFD}")
        }
        if (0xD800...0xDBFF).contains(unit) {
            high = unit
        } else {
            emit(Unicode.Scalar(unit) ?? "\u{FFFD}")
        }
    }

    // RFC 2781 §4.3 would have it big-endian; European text says by its zeros what it is
    private static func looksLittleEndian(_ bytes: ArraySlice<UInt8>) -> Bool {
        var zeros = (even: 0, odd: 0)
        for (offset, byte) in bytes.prefix(512).enumerated() where byte == 0 {
            if offset.isMultiple(of: 2) { zeros.even += 1 } else { zeros.odd += 1 }
        }
        return zeros.odd > zeros.even
    }
}
