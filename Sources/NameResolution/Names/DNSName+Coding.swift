extension DNSName: Codable {
    /// A name in the form of ``text``.
    ///
    /// - Throws: `DecodingError.dataCorrupted`, when the text is no name.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let name = DNSName(presentation: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a name of the DNS")
        }
        self = name
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// The name that ``text`` gave: with its escapes.
    init?(presentation: String) {
        guard presentation.utf8.contains(UInt8(ascii: "\\")) else {
            self.init(presentation)
            return
        }
        var (labels, label) = ([[UInt8]](), [UInt8]())
        var rest = Array(presentation.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: ".") {
                labels.append(label)
                label = []
            } else if byte == UInt8(ascii: "\\") {
                guard let escaped = Self.escaped(&rest) else { return nil }
                label.append(escaped)
            } else {
                label.append(byte)
            }
        }
        self.init(labels: labels + [label])
    }

    /// What follows a backslash: three digits, or an octet that stands for itself (RFC 1035 §5.1).
    private static func escaped(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
        guard let first = rest.popFirst() else { return nil }
        guard first.isDigit else { return first }
        guard let second = rest.popFirst(), let third = rest.popFirst(), second.isDigit, third.isDigit else {
            return nil
        }
        return UInt8(exactly: Int(first - 0x30) * 100 + Int(second - 0x30) * 10 + Int(third - 0x30))
    }
}
