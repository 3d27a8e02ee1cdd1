/// base64 of RFC 2045 §6.8, read leniently: octets outside the alphabet are passed over, padding may be missing, and what
/// comes after padding is decoded too.
enum Base64 {
    static func decode(_ text: some Collection<UInt8>) -> DecodedContent {
        var out: [UInt8] = []
        out.reserveCapacity(text.count / 4 * 3 + 3)
        var bits: UInt32 = 0
        var count = 0
        var isDamaged = false
        var isPadded = false
        for byte in text {
            guard let value = byte.base64Value else {
                if byte == UInt8(ascii: "=") {
                    isPadded = true
                    count = 0
                } else if !byte.isFoldingWhiteSpace {
                    isDamaged = true
                }
                continue
            }
            if isPadded { isDamaged = true }
            bits = (bits & 0xFF) << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                out.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return DecodedContent(bytes: out, isDamaged: isDamaged || count == 6)
    }
}
