/// A message identifier: `msg-id` of RFC 5322 §3.6.4 with the obsolete form of §4.5.4.
public struct MessageID: Hashable, Sendable {
    /// `id-left@id-right` without brackets, comments and white space; case counts.
    public let bytes: [UInt8]

    /// Reads the body of a Message-ID field.
    ///
    /// - Returns: nil unless the body is exactly one identifier.
    public init?(_ body: [UInt8]) {
        var scanner = FieldScanner(body)
        guard let id = try? Self.read(&scanner), scanner.isAtEnd else { return nil }
        self = id
    }

    private init(read bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The identifiers of a References or In-Reply-To field, in order. What is no identifier is passed over
    /// (RFC 5322 §4.5.4 has phrases there).
    public static func all(in body: [UInt8]) -> [MessageID] {
        var scanner = FieldScanner(body)
        var ids: [MessageID] = []
        while !scanner.isAtEnd {
            let start = scanner.position
            if let id = try? read(&scanner) {
                ids.append(id)
            } else if scanner.position == start || scanner.next != UInt8(ascii: "<") {
                scanner.advance()
            }
        }
        return ids
    }

    private static func read(_ scanner: inout FieldScanner) throws(FieldSyntaxError) -> MessageID {
        try scanner.skipCFWS()
        try scanner.expect(UInt8(ascii: "<"))
        var id: [UInt8] = []
        try readDotted(&scanner, into: &id)
        try scanner.expect(UInt8(ascii: "@"))
        id.append(UInt8(ascii: "@"))
        try scanner.skipCFWS()
        if scanner.skip(UInt8(ascii: "[")) {
            // no-fold-literal
            let text = scanner.take { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") }
            id.append(UInt8(ascii: "["))
            if let text { id += scanner.copy(text) }
            try scanner.expect(UInt8(ascii: "]"))
            id.append(UInt8(ascii: "]"))
            try scanner.skipCFWS()
        } else {
            try readDotted(&scanner, into: &id)
        }
        try scanner.expect(UInt8(ascii: ">"))
        try scanner.skipCFWS()
        return MessageID(read: id)
    }

    private static func readDotted(_ scanner: inout FieldScanner, into id: inout [UInt8]) throws(FieldSyntaxError) {
        while true {
            try scanner.skipCFWS()
            let start = scanner.position
            if try scanner.quotedString() != nil {
                id += scanner.copy(start..<scanner.position)
            } else if let atom = scanner.atom() {
                id += scanner.copy(atom)
            } else {
                throw scanner.unexpected
            }
            try scanner.skipCFWS()
            guard scanner.skip(UInt8(ascii: ".")) else { return }
            id.append(UInt8(ascii: "."))
        }
    }
}
