/// The three ways in which JIS X 0208 is met in mail.
enum JapaneseEncoding: Hashable {
    case eucJP, shiftJIS
    /// RFC 1468
    case iso2022JP

    func decode(_ bytes: ArraySlice<UInt8>, _ emit: (Unicode.Scalar) -> Void) {
        switch self {
        case .eucJP: Self.decodeEUC(bytes, emit)
        case .shiftJIS: Self.decodeShiftJIS(bytes, emit)
        case .iso2022JP: Self.decodeISO2022(bytes, emit)
        }
    }

    private static func decodeEUC(_ bytes: ArraySlice<UInt8>, _ emit: (Unicode.Scalar) -> Void) {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let lead = bytes[index]
            index += 1
            if lead < 0x80 {
                emit(Unicode.Scalar(lead))
            } else if lead == 0x8E, index < bytes.endIndex {
                emit(halfWidthKana(bytes[index]))
                index += 1
            } else if lead == 0x8F, index + 1 < bytes.endIndex {
                // JIS X 0212
                emit("\u{FFFD}")
                index += 2
            } else if lead >= 0xA1, index < bytes.endIndex, bytes[index] >= 0xA1 {
                emit(DoubleByteTable.jisX0208.character(row: Int(lead) - 0xA1, cell: Int(bytes[index]) - 0xA1))
                index += 1
            } else {
                emit("\u{FFFD}")
            }
        }
    }

    private static func decodeShiftJIS(_ bytes: ArraySlice<UInt8>, _ emit: (Unicode.Scalar) -> Void) {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let lead = bytes[index]
            index += 1
            switch lead {
            case 0..<0x80: emit(Unicode.Scalar(lead))
            case 0xA1...0xDF: emit(halfWidthKana(lead))
            case 0x81...0x9F, 0xE0...0xFC:
                guard index < bytes.endIndex, bytes[index] >= 0x40, bytes[index] != 0x7F, bytes[index] <= 0xFC else {
                    emit("\u{FFFD}")
                    continue
                }
                let trail = Int(bytes[index]) - (bytes[index] > 0x7F ? 0x41 : 0x40)
                let pair = Int(lead) - (lead < 0xA0 ? 0x81 : 0xC1)
                emit(DoubleByteTable.jisX0208.character(row: pair * 2 + trail / 94, cell: trail % 94))
                index += 1
            default: emit("\u{FFFD}")
            }
        }
    }

    private enum Designation {
        case ascii, kana, jisX0208, other
    }

    private static func decodeISO2022(_ bytes: ArraySlice<UInt8>, _ emit: (Unicode.Scalar) -> Void) {
        var designation = Designation.ascii
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == 0x1B, let (found, length) = escape(bytes[index...].prefix(4)) {
                designation = found
                index += length
                continue
            }
            index += 1
            // RFC 1468: a line ends in US-ASCII; one that does not is left there all the same
            if byte == .lineFeed || byte == .carriageReturn { designation = .ascii }
            switch designation {
            case .ascii: emit(Charset.ascii(byte))
            case .kana: emit((0x21...0x5F).contains(byte) ? halfWidthKana(byte | 0x80) : Charset.ascii(byte))
            case .jisX0208, .other:
                guard (0x21...0x7E).contains(byte), index < bytes.endIndex, (0x21...0x7E).contains(bytes[index]) else {
                    emit(Charset.ascii(byte))
                    continue
                }
                let isKnown = designation == .jisX0208
                let (row, cell) = (Int(byte) - 0x21, Int(bytes[index]) - 0x21)
                emit(isKnown ? DoubleByteTable.jisX0208.character(row: row, cell: cell) : "\u{FFFD}")
                index += 1
            }
        }
    }

    private static func escape(_ bytes: ArraySlice<UInt8>) -> (Designation, length: Int)? {
        let rest = bytes.dropFirst()
        if rest.starts(with: "(B".utf8) || rest.starts(with: "(J".utf8) { return (.ascii, 3) }
        if rest.starts(with: "(I".utf8) { return (.kana, 3) }
        if rest.starts(with: "$@".utf8) || rest.starts(with: "$B".utf8) { return (.jisX0208, 3) }
        if rest.starts(with: "$(".utf8), bytes.count == 4 { return (.other, 4) }
        return nil
    }

    private static func halfWidthKana(_ byte: UInt8) -> Unicode.Scalar {
        guard (0xA1...0xDF).contains(byte) else { return "\u{FFFD}" }
        return Unicode.Scalar(UInt32(byte) - 0xA1 + 0xFF61) ?? "\u{FFFD}"
    }
}
