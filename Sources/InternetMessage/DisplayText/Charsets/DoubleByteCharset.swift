/// East Asian character sets of one octet for US-ASCII and two, or four, for the others.
enum DoubleByteCharset {
    case korean, gb18030, big5

    func decode(_ bytes: ArraySlice<UInt8>, _ emit: (Unicode.Scalar) -> Void) {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let lead = bytes[index]
            index += 1
            guard lead >= 0x80 else {
                emit(Unicode.Scalar(lead))
                continue
            }
            guard (0x81...0xFE).contains(lead), index < bytes.endIndex else {
                emit(self == .gb18030 && lead == 0x80 ? "€" : "\u{FFFD}")
                continue
            }
            if self == .gb18030, bytes[index].isDigit, index + 2 < bytes.endIndex {
                emit(Self.fourOctets(lead, bytes[index], bytes[index + 1], bytes[index + 2]))
                index += 3
                continue
            }
            let scalar = twoOctets(lead, bytes[index])
            emit(scalar)
            // an octet of US-ASCII is not swallowed by a lead octet that it does not go with
            if scalar != "\u{FFFD}" || bytes[index] >= 0x80 { index += 1 }
        }
    }

    private func twoOctets(_ lead: UInt8, _ trail: UInt8) -> Unicode.Scalar {
        switch self {
        case .korean:
            if lead >= 0xA1, trail >= 0xA1 {
                return DoubleByteTable.ksX1001.character(row: Int(lead) - 0xA1, cell: Int(trail) - 0xA1)
            }
            return Self.unifiedHangul(lead, trail)
        case .gb18030:
            guard trail >= 0x40, trail != 0x7F else { return "\u{FFFD}" }
            return DoubleByteTable.gbk.character(
                row: Int(lead) - 0x81, cell: Int(trail) - (trail > 0x7F ? 0x41 : 0x40))
        case .big5:
            let cell: Int
            switch trail {
            case 0x40...0x7E: cell = Int(trail) - 0x40
            case 0xA1...0xFE: cell = Int(trail) - 0xA1 + 63
            default: return "\u{FFFD}"
            }
            return DoubleByteTable.big5.character(row: Int(lead) - 0xA1, cell: cell)
        }
    }

    // The Unified Hangul Code has the syllables that KS X 1001 lacks, in order, in the cells that it leaves free.
    private static func unifiedHangul(_ lead: UInt8, _ trail: UInt8) -> Unicode.Scalar {
        let cell: Int
        switch trail {
        case 0x41...0x5A: cell = Int(trail) - 0x41
        case 0x61...0x7A: cell = Int(trail) - 0x61 + 26
        case 0x81...0xFE: cell = Int(trail) - 0x81 + 52
        default: return "\u{FFFD}"
        }
        let full = 178
        let narrow = 84
        let index = lead < 0xA1 ? (Int(lead) - 0x81) * full + cell : 32 * full + (Int(lead) - 0xA1) * narrow + cell
        guard lead < 0xA1 || cell < narrow, otherHangul.indices.contains(index) else { return "\u{FFFD}" }
        return Unicode.Scalar(otherHangul[index]) ?? "\u{FFFD}"
    }

    private static let otherHangul = DoubleByteTable.ksX1001.missing(from: 0xAC00...0xD7A3)

    // GB 18030: four octets count through what two octets do not have, and from 90 30 81 30 through the other planes.
    private static func fourOctets(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> Unicode.Scalar {
        guard b.isDigit, d.isDigit, (0x81...0xFE).contains(c) else { return "\u{FFFD}" }
        let pointer = ((Int(a) - 0x81) * 10 + Int(b) - 0x30) * 1_260 + (Int(c) - 0x81) * 10 + Int(d) - 0x30
        if pointer >= 189_000 { return Unicode.Scalar(UInt32(pointer - 189_000 + 0x10000)) ?? "\u{FFFD}" }
        guard otherOfBMP.indices.contains(pointer) else { return "\u{FFFD}" }
        return Unicode.Scalar(otherOfBMP[pointer]) ?? "\u{FFFD}"
    }

    private static let otherOfBMP = DoubleByteTable.gbk.missing(from: 0x80...0xD7FF)
}
