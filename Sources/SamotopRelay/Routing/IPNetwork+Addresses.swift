import NameResolution
import SamotopCore

extension IPNetwork {
    /// Whether the address lies in the block. An IPv4 address is the same inside IPv6 (RFC 4291 §2.5.5.2).
    func contains(_ address: IPAddress) -> Bool {
        let octets = address.withoutMapping.octets
        return contains(octets.count == 4 ? .ipv4(octets) : .ipv6(octets))
    }
}
