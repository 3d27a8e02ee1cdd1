/// The data of a resource record.
public enum RecordData: Sendable, Hashable {
    /// A or AAAA.
    case address(IPAddress)
    /// MX: the lower preference is tried first; an exchange of the root means that no mail is taken (RFC 7505).
    case mailExchange(preference: UInt16, DNSName)
    /// TXT: its strings, of up to 255 octets each.
    case text([[UInt8]])
    /// PTR, CNAME or NS.
    case name(DNSName)
    /// TLSA (RFC 6698 §2.1).
    case tlsa(TLSARecord)
    /// Any other, as it is on the wire.
    case other([UInt8])

    /// The data of a record of this type, as it is on the wire without compression; nil when it is malformed.
    public init?(_ type: RecordType, wire: [UInt8]) {
        switch type {
        case .a, .aaaa:
            guard wire.count == (type == .a ? 4 : 16), let address = IPAddress(octets: wire) else { return nil }
            self = .address(address)
        case .mx:
            guard wire.count > 2, let exchange = DNSName(wire: wire[2...]) else { return nil }
            self = .mailExchange(preference: UInt16(wire[0]) << 8 | UInt16(wire[1]), exchange)
        case .txt:
            guard let strings = Self.strings(wire) else { return nil }
            self = .text(strings)
        case .ptr, .cname, .ns:
            guard let name = DNSName(wire: wire[...]) else { return nil }
            self = .name(name)
        case .tlsa:
            guard wire.count > 3 else { return nil }
            self = .tlsa(TLSARecord(usage: wire[0], selector: wire[1], matchingType: wire[2], data: Array(wire[3...])))
        default:
            self = .other(wire)
        }
    }

    /// RFC 1035 §3.3.14: one or more character-strings.
    private static func strings(_ wire: [UInt8]) -> [[UInt8]]? {
        var strings: [[UInt8]] = []
        var index = 0
        while index < wire.count {
            let end = index + 1 + Int(wire[index])
            guard end <= wire.count else { return nil }
            strings.append(Array(wire[(index + 1)..<end]))
            index = end
        }
        return strings.isEmpty ? nil : strings
    }
}

extension DNSName {
    /// The name that fills `wire`, uncompressed; nil when it is malformed, or too long, or octets follow it.
    public init?(wire: ArraySlice<UInt8>) {
        guard wire.count <= Self.maximumLength else { return nil }
        var index = wire.startIndex
        while index < wire.endIndex, wire[index] > 0 {
            guard wire[index] <= Self.maximumLabel else { return nil }
            index += 1 + Int(wire[index])
        }
        guard index == wire.endIndex - 1 else { return nil }
        self.init(checked: Array(wire))
    }
}

extension RecordData: CustomStringConvertible {
    /// In the form of a zone file.
    public var description: String {
        switch self {
        case .address(let address): "\(address)"
        case .mailExchange(let preference, let exchange): "\(preference) \(exchange.zoneText)"
        case .text(let strings): strings.map(Self.quoted).joined(separator: " ")
        case .name(let name): name.zoneText
        case .tlsa(let record): "\(record)"
        case .other(let wire): "\\# \(wire.count) \(hexadecimal(wire))"
        }
    }

    private static func quoted(_ string: [UInt8]) -> String {
        var text = "\""
        for byte in string {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(Unicode.Scalar(byte))
            case 0x20...0x7E: text += String(Unicode.Scalar(byte))
            default: text += "\\\(byte / 100)\(byte / 10 % 10)\(byte % 10)"
            }
        }
        return text + "\""
    }
}

/// Two digits for each octet.
func hexadecimal(_ octets: [UInt8]) -> String {
    octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
