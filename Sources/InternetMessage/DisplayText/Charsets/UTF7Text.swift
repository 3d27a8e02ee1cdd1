/// UTF-7 (RFC 2152): `+` begins UTF-16 in base64, anything outside the alphabet ends it.
enum UTF7Text {
    static func decode(_ bytes: ArraySlice<UInt8>, _ emit: (Unicode.Scalar) -> Void) {
        var isShifted = false
        var bits: UInt32 = 0
        var count = 0
        var high: UInt16?
        var isFirst = false
        for byte in bytes {
            guard isShifted else {
                isShifted = byte == UInt8(ascii: "+")
                (bits, count, isFirst) = (0, 0, true)
                if !isShifted { emit(Charset.ascii(byte)) }
                continue
            }
            if let value = byte.base64Value {
                bits = (bits & 0xFFFF) << 6 | UInt32(value)
                count += 6
                if count >= 16 {
                    count -= 16
                    UTF16Text.decode(UInt16(truncatingIfNeeded: bits >> UInt32(count)), &high, emit)
                }
                isFirst = false
                continue
            }
            isShifted = false
            if high != nil { emit("\u{FFFD}") }
            high = nil
            if byte == UInt8(ascii: "-") {
                // "+-" is a plus
                if isFirst { emit("+") }
            } else {
                emit(Charset.ascii(byte))
            }
        }
        if high != nil { emit("\u{FFFD}") }
    }
}
