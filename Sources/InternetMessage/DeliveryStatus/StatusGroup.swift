/// The fields between two blank lines of a delivery status (RFC 3464 §2.1).
struct StatusGroup {
    private var fields: [HeaderField] = []

    private static let maximumFields = 100
    private static let maximumOctets = 65_536

    init() {}

    private init(_ octets: [UInt8]) {
        let limits = HeaderLimits(maximumBytes: Self.maximumOctets, maximumFields: Self.maximumFields)
        fields = HeaderSection(octets, limits: limits).fields
    }

    /// The groups that have fields, at most `limit`.
    static func groups(_ content: [UInt8], limit: Int) -> [StatusGroup] {
        var groups: [StatusGroup] = []
        var start = 0
        var lineStart = 0
        var index = 0
        while index <= content.count, groups.count < limit {
            if index < content.count, content[index] != .lineFeed {
                index += 1
                continue
            }
            let isBlank = content[lineStart..<index].allSatisfy(\.isFoldingWhiteSpace)
            if isBlank || index == content.count {
                let group = StatusGroup(Array(content[start..<(isBlank ? lineStart : index)]))
                if !group.fields.isEmpty { groups.append(group) }
                start = index + 1
            }
            index += 1
            lineStart = index
        }
        return groups
    }

    /// The value of the first field of this name, unfolded, cut, and without control characters; nil when it is empty.
    subscript(name: StaticString) -> [UInt8]? {
        let name = HeaderFieldName(known: name)
        guard let field = fields.first(where: { $0.isNamed(name) }) else { return nil }
        let value = field.unfoldedBody.prefix(ReportedValue.maximumDiagnostic).map { byte -> UInt8 in
            if byte == .tab { return .space }
            return byte.isControl ? UInt8(ascii: "?") : byte
        }
        return value.isEmpty ? nil : value
    }

    func date(_ name: StaticString) -> InternetDate? { self[name].flatMap { InternetDate($0) } }

    /// A value with its type; without one it is of the type that such values have.
    func typed(_ name: StaticString, default type: StaticString) -> ReportedValue? {
        guard let value = self[name] else { return nil }
        guard let semicolon = value.firstIndex(of: UInt8(ascii: ";")) else {
            return ReportedValue(type: type.withUTF8Buffer { Array($0) }, value: Self.trimmed(value[...]))
        }
        var typed = ReportedValue(
            type: Self.trimmed(value[..<semicolon]), value: Self.trimmed(value[(semicolon + 1)...]))
        if typed.isOfType("utf-8") { typed.value = Self.embedded(typed.value) }
        return typed.value.isEmpty ? nil : typed
    }

    private static func trimmed(_ value: ArraySlice<UInt8>) -> [UInt8] {
        var value = value.drop(while: \.isWSP)
        while value.last?.isWSP == true { value.removeLast() }
        return Array(value)
    }

    /// `\x{E9}` becomes its character (RFC 6533 §3); what is none stays.
    private static func embedded(_ value: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var index = 0
        while index < value.count {
            if value[index...].starts(with: "\\x{".utf8),
                let end = value[index...].prefix(10).firstIndex(of: UInt8(ascii: "}")),
                let code = UInt32(String(decoding: value[(index + 3)..<end], as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(code), code >= 0xA0 || (code >= 0x20 && code < 0x7F)
            {
                out += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
                index = end + 1
            } else {
                out.append(value[index])
                index += 1
            }
        }
        return out
    }
}
