/// Writes text as encoded-words of UTF-8 (RFC 2047): 75 octets each at most, in lines of 76, no character split between
/// two. Q where most of it can be read so, else B.
enum EncodedWordWriter {
    // RFC 2047 §2
    private static let lineWidth = 76
    private static let overhead = "=?utf-8?q??=".utf8.count
    private static let fullRoom = 75 - overhead

    static func write(_ text: [UInt8], into writer: inout FieldWriter) {
        guard !text.isEmpty else { return }
        let scalars = String(decoding: text, as: UTF8.self).unicodeScalars.map { Array(String($0).utf8) }
        let quotedLength = text.reduce(0) { $0 + (isPlain($1) || $1 == .space ? 1 : 3) }
        let isBase64 = (text.count + 2) / 3 * 8 < quotedLength
        var chunk: [UInt8] = []
        var room = roomLeft(in: writer)
        // too little is left for one character: a new line
        if room < 12 {
            writer.fold()
            room = fullRoom
        }
        for scalar in scalars {
            if length(chunk + scalar, isBase64: isBase64) > room {
                add(chunk, isBase64: isBase64, to: &writer)
                chunk = []
                room = fullRoom
            }
            chunk += scalar
        }
        add(chunk, isBase64: isBase64, to: &writer)
    }

    private static func roomLeft(in writer: FieldWriter) -> Int { lineWidth - writer.column - 1 - overhead }

    private static func add(_ chunk: [UInt8], isBase64: Bool, to writer: inout FieldWriter) {
        var word = Array((isBase64 ? "=?utf-8?b?" : "=?utf-8?q?").utf8)
        if isBase64 {
            word += Base64Writer.digits(chunk)
        } else {
            for byte in chunk { word += quoted(byte) }
        }
        writer.add(word + "?=".utf8, width: lineWidth)
    }

    private static func length(_ chunk: [UInt8], isBase64: Bool) -> Int {
        isBase64 ? (chunk.count + 2) / 3 * 4 : chunk.reduce(0) { $0 + quoted($1).count }
    }

    private static func quoted(_ byte: UInt8) -> [UInt8] {
        if byte == .space { return [UInt8(ascii: "_")] }
        return isPlain(byte) ? [byte] : QuotedPrintableWriter.escape(byte)
    }

    // RFC 2047 §5 (3): what may stand in a phrase may stand everywhere
    private static func isPlain(_ byte: UInt8) -> Bool {
        if byte.isAlphanumeric { return true }
        return switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"): true
        default: false
        }
    }
}
