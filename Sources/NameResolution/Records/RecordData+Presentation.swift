extension RecordData {
    /// The data that the rest of an entry in a zone file writes: the form of the type's own RFC, or that of RFC 3597
    /// §5.
    init(_ type: RecordType, _ fields: inout ZoneFields) throws(ZoneFileError) {
        if fields.peek?.isWord("\\#") == true {
            self = try Self.generic(type, &fields)
            return
        }
        switch type {
        case .a, .aaaa:
            let field = try fields.field("address")
            guard !field.isQuoted, let address = IPAddress(field.text), address.isIPv6 == (type == .aaaa) else {
                throw ZoneFileError(fields.line, .address(field.shown))
            }
            self = .address(address)
        case .mx:
            self = .mailExchange(preference: try fields.short("preference"), try fields.name("exchange"))
        case .txt:
            self = .text(try fields.strings())
        case .ptr, .cname, .ns:
            self = .name(try fields.name("name"))
        case .tlsa:
            let record = TLSARecord(
                usage: try fields.octet("usage"), selector: try fields.octet("selector"),
                matchingType: try fields.octet("matching type"), data: try fields.hexadecimal())
            guard !record.data.isEmpty else { throw ZoneFileError(fields.line, .missing("association data")) }
            self = .tlsa(record)
        case .soa:
            self = .other(try Self.startOfAuthority(&fields))
        case .srv:
            let numbers = [try fields.short("priority"), try fields.short("weight"), try fields.short("port")]
            self = .other(numbers.flatMap(bigEndian) + (try fields.name("target").wire))
        default:
            throw ZoneFileError(fields.line, .type("\(type)"))
        }
        try fields.end()
    }

    /// RFC 1035 §3.3.13.
    private static func startOfAuthority(_ fields: inout ZoneFields) throws(ZoneFileError) -> [UInt8] {
        let names = (try fields.name("primary server"), try fields.name("mailbox"))
        let serial = try fields.number("serial", upTo: .max)
        let times = [
            try fields.timeToLive("refresh"), try fields.timeToLive("retry"), try fields.timeToLive("expire"),
            try fields.timeToLive("minimum"),
        ]
        return names.0.wire + names.1.wire + bigEndian(serial) + times.flatMap(bigEndian)
    }

    /// RFC 3597 §5: `\# length octets`.
    private static func generic(_ type: RecordType, _ fields: inout ZoneFields) throws(ZoneFileError) -> RecordData {
        _ = try fields.field("\\#")
        let length = try fields.short("length")
        let wire = try fields.hexadecimal()
        guard wire.count == Int(length), let data = RecordData(type, wire: wire) else {
            throw ZoneFileError(fields.line, .octets)
        }
        return data
    }
}

/// The octets of a number, the most significant first.
private func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian, Array.init)
}
