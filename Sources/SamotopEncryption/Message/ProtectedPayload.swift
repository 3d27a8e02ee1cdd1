import InternetMessage

/// What is encrypted: the whole message, its own header section on top (RFC 9788 §2).
///
/// Nothing of it is changed but what the standard adds: the parameter `hp="cipher"` at the end of Content-Type, and a field
/// `HP-Outer` for each field that is outside, in front of all others. Taking these away gives the message as it came.
struct ProtectedPayload {
    private static let outer = HeaderFieldName(Array("HP-Outer".utf8))
    private static let contentType = HeaderFieldName(Array("Content-Type".utf8))
    /// The second one is what programs from before RFC 9788 look for, Thunderbird and mutt among them.
    private static let parameters = Array("hp=\"cipher\"; protected-headers=\"v1\"".utf8)

    /// The octets to encrypt.
    let octets: [UInt8]

    init(_ message: [UInt8], header: HeaderSection, outer: OuterHeader) {
        var octets: [UInt8] = []
        octets.reserveCapacity(message.count + 2_048)
        for field in outer.fields { octets += Array("HP-Outer: ".utf8) + field.octets }
        let type = Self.contentType.flatMap { header.fields(named: $0).first }
        if type == nil { octets += Array("Content-Type: text/plain; ".utf8) + Self.parameters + [0x0D, 0x0A] }
        var hasType = false
        for piece in header.pieces {
            switch piece {
            case .field(let field):
                // A stranger's would be taken for one of ours.
                if let name = Self.outer, field.isNamed(name) { continue }
                guard !hasType, let name = Self.contentType, field.isNamed(name) else {
                    octets += field.octets
                    continue
                }
                hasType = true
                octets += Self.marked(field)
            case .other(let lines): octets += lines
            case .blankLine(let line): octets += line
            }
        }
        // Without it the first line of what follows would be read as a field.
        if header.finding(.noBlankLine) != nil { octets += [0x0D, 0x0A] }
        octets += message[header.length...]
        self.octets = octets
    }

    /// The field with our parameters behind its own. One that can't be read stays as it is, and so does one with such a parameter.
    private static func marked(_ field: HeaderField) -> [UInt8] {
        guard let type = MediaType(field.unfoldedBody), !type.parameters.isMalformed,
            type.parameters["hp"] == nil, type.parameters["protected-headers"] == nil
        else { return Array(field.octets) }
        let raw = field.raw
        let end = field.bodyRange.upperBound
        let separator = raw[..<end].last { $0 != 0x20 && $0 != 0x09 } == UInt8(ascii: ";") ? "" : ";"
        return raw[..<end] + Array("\(separator)\r\n ".utf8) + parameters + raw[end...]
    }
}
