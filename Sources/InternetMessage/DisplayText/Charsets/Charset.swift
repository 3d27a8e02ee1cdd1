/// The character sets that are decoded for display. The names are those of the IANA registry and what else is met in mail.
enum Charset: Hashable {
    case utf8
    case usASCII
    case latin1
    case singleByte(SingleByteCharset)
    /// Without an order the text says itself which it has, by a byte order mark or by its zeros.
    case utf16(ByteOrder?)
    case utf32(ByteOrder?)
    case utf7
    case japanese(JapaneseEncoding)
    case korean
    case gb18030
    case big5
    /// Unknown, but bytes under 128 are US-ASCII.
    case otherWithASCII
    case unknown

    enum ByteOrder {
        case bigEndian, littleEndian
    }

    init(_ name: some Collection<UInt8>) {
        let lower = name.filter { !$0.isFoldingWhiteSpace && $0 != .quote }.map(\.lowercasedASCII)
        let text = String(decoding: lower, as: UTF8.self)
        if let known = Self.names[text] {
            self = known
        } else {
            let families = ["iso-8859-", "windows-", "koi8-", "cp", "ibm", "x-mac-"]
            self = families.contains { text.hasPrefix($0) } ? .otherWithASCII : .unknown
        }
    }

    /// What can't be decoded with it is better shown byte for byte.
    var isKnown: Bool { self != .otherWithASCII && self != .unknown }

    /// Appends the text as UTF-8 on one line. What has no character, and every control character, becomes U+FFFD.
    func decode(_ bytes: [UInt8], into text: inout [UInt8]) {
        if self == .unknown {
            if !bytes.isEmpty { text += UTF8.encodedReplacementCharacter }
            return
        }
        decode(bytes[...]) { scalar in
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            text += UTF8.encode(isControl ? "\u{FFFD}" : scalar) ?? UTF8.encodedReplacementCharacter
        }
    }

    /// Hands out the characters, controls too. What has no character is U+FFFD. Time is linear.
    func decode(_ bytes: ArraySlice<UInt8>, _ emit: (Unicode.Scalar) -> Void) {
        switch self {
        case .utf8: Self.decodeUTF8(bytes, emit)
        case .usASCII, .otherWithASCII, .unknown: for byte in bytes { emit(Self.ascii(byte)) }
        case .latin1: for byte in bytes { emit(Unicode.Scalar(byte)) }
        case .singleByte(let charset):
            let high = charset.high
            for byte in bytes { emit(byte < 0x80 ? Unicode.Scalar(byte) : high[Int(byte) - 0x80]) }
        case .utf16(let order): UTF16Text.decode(bytes, order, emit)
        case .utf32(let order): UTF32Text.decode(bytes, order, emit)
        case .utf7: UTF7Text.decode(bytes, emit)
        case .japanese(let encoding): encoding.decode(bytes, emit)
        case .korean: DoubleByteCharset.korean.decode(bytes, emit)
        case .gb18030: DoubleByteCharset.gb18030.decode(bytes, emit)
        case .big5: DoubleByteCharset.big5.decode(bytes, emit)
        }
    }

    static func ascii(_ byte: UInt8) -> Unicode.Scalar { byte < 0x80 ? Unicode.Scalar(byte) : "\u{FFFD}" }

    /// What is not US-ASCII is decoded run by run: no character of more octets has one of US-ASCII in it.
    private static func decodeUTF8(_ bytes: ArraySlice<UInt8>, _ emit: (Unicode.Scalar) -> Void) {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] < 0x80 {
                emit(Unicode.Scalar(bytes[index]))
                index += 1
                continue
            }
            let start = index
            while index < bytes.endIndex, bytes[index] >= 0x80 { index += 1 }
            var iterator = bytes[start..<index].makeIterator()
            var decoder = UTF8()
            run: while true {
                switch decoder.decode(&iterator) {
                case .scalarValue(let scalar): emit(scalar)
                case .error: emit("\u{FFFD}")
                case .emptyInput: break run
                }
            }
        }
    }
}
