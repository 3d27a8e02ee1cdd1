/// The fields of an entry that are still to be read, from left to right.
struct ZoneFields {
    private var rest: ArraySlice<ZoneField>
    /// The line of the field that was read last.
    private(set) var line: Int
    /// What names without a dot at their end are below.
    let origin: DNSName

    /// Octets of a character-string at most (RFC 1035 §3.3).
    static let maximumString = 255

    init(_ fields: [ZoneField], origin: DNSName) {
        rest = fields[...]
        line = fields.first?.line ?? 1
        self.origin = origin
    }

    /// The next field, without reading it.
    var peek: ZoneField? { rest.first }

    /// The next field.
    mutating func field(_ what: String) throws(ZoneFileError) -> ZoneField {
        guard let field = rest.popFirst() else { throw ZoneFileError(line, .missing(what)) }
        line = field.line
        return field
    }

    mutating func name(_ what: String) throws(ZoneFileError) -> DNSName {
        let field = try field(what)
        guard let name = field.name(below: origin) else { throw ZoneFileError(line, .name(field.shown)) }
        return name
    }

    mutating func number(_ what: String, upTo limit: UInt32) throws(ZoneFileError) -> UInt32 {
        let field = try field(what)
        guard let number = field.number(upTo: limit) else { throw ZoneFileError(line, .number(field.shown)) }
        return number
    }

    mutating func octet(_ what: String) throws(ZoneFileError) -> UInt8 {
        UInt8(truncatingIfNeeded: try number(what, upTo: UInt32(UInt8.max)))
    }

    mutating func short(_ what: String) throws(ZoneFileError) -> UInt16 {
        UInt16(truncatingIfNeeded: try number(what, upTo: UInt32(UInt16.max)))
    }

    mutating func timeToLive(_ what: String) throws(ZoneFileError) -> UInt32 {
        let field = try field(what)
        guard let seconds = field.timeToLive else { throw ZoneFileError(line, .number(field.shown)) }
        return seconds
    }

    /// All the fields that are left, as character-strings.
    mutating func strings() throws(ZoneFileError) -> [[UInt8]] {
        var strings: [[UInt8]] = []
        repeat {
            guard let octets = try field("text").octets else { throw ZoneFileError(line, .escape) }
            guard octets.count <= Self.maximumString else { throw ZoneFileError(line, .longString) }
            strings.append(octets)
        } while !rest.isEmpty
        return strings
    }

    /// All the fields that are left, as hexadecimal digits; blanks may stand between them.
    mutating func hexadecimal() throws(ZoneFileError) -> [UInt8] {
        var octets: [UInt8] = []
        var high: UInt8?
        while let field = rest.popFirst() {
            line = field.line
            for byte in field.text {
                guard !field.isQuoted, let digit = byte.hexadecimalDigit else {
                    throw ZoneFileError(line, .hexadecimal)
                }
                if let upper = high { octets.append(upper << 4 | digit) }
                high = high == nil ? digit : nil
            }
        }
        guard high == nil else { throw ZoneFileError(line, .hexadecimal) }
        return octets
    }

    /// Nothing may be left.
    func end() throws(ZoneFileError) {
        if let field = rest.first { throw ZoneFileError(field.line, .surplus(field.shown)) }
    }
}

extension UInt8 {
    /// 0 to 15 for a hexadecimal digit in ASCII.
    var hexadecimalDigit: UInt8? {
        switch lowercased {
        case 0x30...0x39: self - 0x30
        case 0x61...0x66: lowercased - 0x61 + 10
        default: nil
        }
    }
}
