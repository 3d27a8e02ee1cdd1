/// UTF-32, with or without a byte order mark.
enum UTF32Text {
    static func decode(_ bytes: ArraySlice<UInt8>, _ order: Charset.ByteOrder?, _ emit: (Unicode.Scalar) -> Void) {
        var rest = bytes
        var isLittle = order == .littleEndian
        if rest.starts(with: [0xFF, 0xFE, 0, 0]), order != .bigEndian {
            isLittle = true
            rest = rest.dropFirst(4)
        } else if rest.starts(with: [0, 0, 0xFE, 0xFF]), order != .littleEndian {
            isLittle = false
            rest = rest.dropFirst(4)
        } else if order == nil, let first = rest.first {
            // no character is over 10FFFF: the first octet of a big-endian one is zero
            isLittle = first != 0
        }
        var index = rest.startIndex
        while index + 3 < rest.endIndex {
            let unit = rest[index..<(index + 4)]
            let value = (isLittle ? Array(unit.reversed()) : Array(unit)).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            emit(Unicode.Scalar(value) ?? "\u{FFFD}")
            index += 4
        }
        if index < rest.endIndex { emit("\u{FFFD}") }
    }
}
