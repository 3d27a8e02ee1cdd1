/// Writes parameters: as a token or a quoted-string where that is enough, else by RFC 2231 in UTF-8, in as many pieces as the
/// lines need.
enum ParameterWriter {
    /// Octets of a value in UTF-8 at most: the pieces of a longer one would be more than readers put together.
    static let maximumValue = 1_000
    private static let maximumName = 60

    static func write(_ parameter: FieldParameter, into writer: inout FieldWriter) throws(MessageBuilderError) {
        let name = Array(parameter.name.utf8)
        let value = Array(parameter.value.utf8)
        guard (1...maximumName).contains(name.count), name.allSatisfy(isAttributeByte), value.count <= maximumValue
        else {
            throw .invalidParameter(in: writer.name)
        }
        try HeaderText.check(parameter.value, in: writer.name, strictly: true)
        if let word = plain(name, value) {
            writer.attach(";")
            writer.add(word)
        } else {
            for piece in extended(name, parameter.value) {
                writer.attach(";")
                writer.add(piece)
            }
        }
    }

    /// Nil: some reader would take something else for the value.
    private static func plain(_ name: [UInt8], _ value: [UInt8]) -> [UInt8]? {
        guard name.count + value.count + 4 < FieldWriter.preferredWidth, value.allSatisfy({ $0 < 0x80 }),
            !value.contains(.quote), !value.contains(.backslash), !EncodedWord.occurs(in: value)
        else { return nil }
        // some readers want quotes around "*", "'" and "%"
        let isToken = !value.isEmpty && value.allSatisfy(isAttributeByte)
        return name + [UInt8(ascii: "=")] + (isToken ? value : HeaderText.quoted(value))
    }

    // RFC 2231 §3, §4
    private static func extended(_ name: [UInt8], _ value: String) -> [[UInt8]] {
        var pieces: [[UInt8]] = [Array("utf-8''".utf8)]
        for scalar in value.unicodeScalars {
            let encoded = Array(String(scalar).utf8).flatMap { isAttributeByte($0) ? [$0] : percent($0) }
            // a number of four digits, two stars, "=" and ";" beside it
            let room = FieldWriter.preferredWidth - 1 - name.count - 8
            if (pieces.last?.count ?? 0) + encoded.count > room {
                pieces.append([])
            }
            pieces[pieces.count - 1] += encoded
        }
        if pieces.count == 1 { return [name + "*=".utf8 + pieces[0]] }
        return pieces.enumerated().map { name + "*\($0)*=".utf8 + $1 }
    }

    private static func percent(_ byte: UInt8) -> [UInt8] {
        [UInt8(ascii: "%")] + QuotedPrintableWriter.escape(byte).dropFirst()
    }

    // RFC 2231 §7 attribute-char: a token without "*", "'" and "%"
    private static func isAttributeByte(_ byte: UInt8) -> Bool {
        byte < 0x80 && byte.isTokenByte && byte != UInt8(ascii: "*") && byte != UInt8(ascii: "'")
            && byte != UInt8(ascii: "%")
    }
}
