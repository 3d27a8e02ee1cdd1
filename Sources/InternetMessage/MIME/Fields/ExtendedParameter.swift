/// The names and values of RFC 2231: `name*`, `name*0`, `name*0*`.
enum ExtendedParameter {
    struct Piece {
        var number: Int
        /// Percent-encoded, the first with a charset and a language before it.
        var isEncoded: Bool
        var value: [UInt8]
    }

    /// The name without its marks, and what they say; nil when there are none.
    static func piece(_ item: ParameterReader.Item) -> (name: [UInt8], piece: Piece?) {
        guard let star = item.name.firstIndex(of: UInt8(ascii: "*")), star > 0 else { return (item.name, nil) }
        var marks = item.name[(star + 1)...]
        let name = Array(item.name[..<star])
        if marks.isEmpty { return (name, Piece(number: 0, isEncoded: true, value: item.value)) }
        var isEncoded = false
        if marks.last == UInt8(ascii: "*") {
            isEncoded = true
            marks = marks.dropLast()
        }
        guard !marks.isEmpty, marks.count <= 4, marks.allSatisfy(\.isDigit) else { return (item.name, nil) }
        let number = marks.reduce(0) { $0 * 10 + Int($1 & 0x0F) }
        return (name, Piece(number: number, isEncoded: isEncoded, value: item.value))
    }

    static func join(_ name: [UInt8], _ pieces: [Piece]) -> MIMEParameter {
        var charset = Charset.utf8
        var language: [UInt8]?
        var content: [UInt8] = []
        for (index, piece) in pieces.enumerated() {
            var value = piece.value[...]
            if piece.isEncoded {
                if index == 0, let (prefix, rest) = split(value) {
                    if !prefix.charset.isEmpty { charset = Charset(prefix.charset) }
                    if !prefix.language.isEmpty { language = Array(prefix.language) }
                    value = rest
                }
                percentDecode(value, into: &content)
            } else {
                content += value
            }
        }
        // a charset that is not known, or a name that says nothing of one, may still be UTF-8
        if !charset.isKnown, isWellFormedUTF8(content) { charset = .utf8 }
        var text: [UInt8] = []
        charset.decode(content, into: &text)
        return MIMEParameter(
            name: name, value: text, raw: pieces.flatMap(\.value), language: language, isExtended: true,
            isQuoted: false)
    }

    // RFC 2231 §4: charset'language'text
    private static func split(
        _ value: ArraySlice<UInt8>
    ) -> (prefix: (charset: ArraySlice<UInt8>, language: ArraySlice<UInt8>), rest: ArraySlice<UInt8>)? {
        guard let first = value.firstIndex(of: UInt8(ascii: "'")),
            let second = value[(first + 1)...].firstIndex(of: UInt8(ascii: "'"))
        else { return nil }
        return ((value[..<first], value[(first + 1)..<second]), value[(second + 1)...])
    }

    private static func percentDecode(_ text: ArraySlice<UInt8>, into out: inout [UInt8]) {
        var index = text.startIndex
        while index < text.endIndex {
            if text[index] == UInt8(ascii: "%"), index + 2 < text.endIndex,
                let high = text[index + 1].hexadecimalValue, let low = text[index + 2].hexadecimalValue
            {
                out.append(high << 4 | low)
                index += 3
            } else {
                out.append(text[index])
                index += 1
            }
        }
    }
}
