/// `x-uuencode`, which RFC 2045 does not know and old programs send: the first file in the text.
enum Uuencode {
    static func decode(_ text: ArraySlice<UInt8>) -> DecodedContent {
        var out: [UInt8] = []
        var hasBegun = false
        for line in text.split(separator: .lineFeed) {
            let line = line.last == .carriageReturn ? line.dropLast() : line
            if !hasBegun {
                hasBegun = line.starts(with: "begin ".utf8)
            } else if line.elementsEqual("end".utf8) {
                return DecodedContent(bytes: out, isDamaged: false)
            } else if let first = line.first {
                decode(line.dropFirst(), count: Int((first &- 0x20) & 0x3F), into: &out)
            }
        }
        return DecodedContent(bytes: out, isDamaged: true)
    }

    private static func decode(_ digits: ArraySlice<UInt8>, count: Int, into out: inout [UInt8]) {
        var bits: UInt32 = 0
        var length = 0
        var written = 0
        for digit in digits where written < count {
            bits = (bits & 0xFF) << 6 | UInt32((digit &- 0x20) & 0x3F)
            length += 6
            if length >= 8 {
                length -= 8
                written += 1
                out.append(UInt8(truncatingIfNeeded: bits >> UInt32(length)))
            }
        }
    }
}
