/// The fields of a TXT record of the form `v=…; name=value; …` (RFC 8461 §3.1, RFC 8460 §3).
struct TextFields {
    /// Octets of a record at most; a longer one is malformed.
    static let maximumLength = 4_096

    private var fields: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []
    /// Whether something in it isn't a field.
    private(set) var isMalformed = false

    /// Nil for a text of another version: it is none of these records.
    init?(_ text: [UInt8], version: String) {
        let prefix = Array("v=\(version)".utf8)
        guard text.starts(with: prefix) else { return nil }
        // The version is a field: `v=STSv10` is another one.
        guard let end = text.dropFirst(prefix.count).first(where: { !$0.isBlank }), end == UInt8(ascii: ";") else {
            return nil
        }
        guard text.count <= Self.maximumLength else {
            isMalformed = true
            return
        }
        let parts = text.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).dropFirst()
        for (index, part) in zip(parts.indices, parts) {
            let field = part.trimmed
            if field.isEmpty, index == parts.indices.last { continue }
            guard let equals = field.firstIndex(of: UInt8(ascii: "=")), equals > field.startIndex,
                field[..<equals].allSatisfy({ $0.isASCIILetterOrDigit || "_-.".utf8.contains($0) })
            else {
                isMalformed = true
                continue
            }
            fields.append((field[..<equals], field[(equals + 1)...]))
        }
    }

    /// The values of the fields of this name.
    func values(of name: String) -> [ArraySlice<UInt8>] {
        fields.filter { $0.name.elementsEqual(name.utf8) }.map(\.value)
    }
}

extension ArraySlice<UInt8> {
    /// Without spaces and tabs at either end.
    var trimmed: ArraySlice<UInt8> {
        var slice = self
        while let first = slice.first, first.isBlank { slice.removeFirst() }
        while let last = slice.last, last.isBlank { slice.removeLast() }
        return slice
    }
}

extension UInt8 {
    var isBlank: Bool { self == 0x20 || self == 0x09 }

    var isASCIIDigit: Bool { (0x30...0x39).contains(self) }

    var isASCIILetterOrDigit: Bool { isASCIIDigit || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) }
}
