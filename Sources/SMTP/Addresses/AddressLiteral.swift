/// An address in brackets in the place of a domain name: RFC 5321 §4.1.3.
public enum AddressLiteral: Sendable, Hashable {
    /// `[192.0.2.1]`
    case ipv4(UInt8, UInt8, UInt8, UInt8)
    /// `[IPv6:2001:db8::1]`: the 16 octets of the address, most significant first.
    case ipv6([UInt8])
    /// `[tag:content]`: a standardised tag and printable ASCII without brackets and backslash, both as given.
    case general(tag: [UInt8], content: [UInt8])

    /// The literal with its brackets. An IPv6 address is written in the canonical form of RFC 5952.
    public var bytes: [UInt8] {
        var writer = CommandWriter()
        writer.append(self)
        return writer.bytes
    }
}

extension AddressLiteral: CustomStringConvertible {
    /// The kind of literal, never the address.
    public var description: String {
        switch self {
        case .ipv4: "AddressLiteral(IPv4)"
        case .ipv6: "AddressLiteral(IPv6)"
        case .general: "AddressLiteral(general)"
        }
    }
}
