import NameResolution
import SMTP

extension Domain {
    /// The name as the DNS has it, U-labels converted; nil for an address literal, and for what the DNS can't have.
    var dnsName: DNSName? {
        guard case .name(let name) = self else { return nil }
        return DNSName(internationalized: name.bytes)
    }
}

extension AddressLiteral {
    /// The address; nil for a tag that nobody has defined (RFC 5321 §4.1.3).
    var address: IPAddress? {
        switch self {
        case .ipv4(let a, let b, let c, let d): IPAddress(octets: [a, b, c, d])
        case .ipv6(let octets): IPAddress(octets: octets)
        case .general: nil
        }
    }
}
