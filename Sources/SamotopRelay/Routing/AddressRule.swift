public import NameResolution
public import SamotopCore

/// Which addresses mail may be carried to when the DNS or a recipient's address literal says where: none of ours, and none of inside.
/// Whoever may write MX records could else have us speak to any host of the operator's network.
///
/// An address of inside is some host's in every network: unless it is allowed, it is no sign that this host is meant.
public struct AddressRule: Sendable, Hashable {
    /// Why an address is not connected to.
    public enum Refusal: Sendable, Hashable {
        /// It is listed as this host's.
        case own
        /// It is any host's own: loopback or unspecified.
        case loopback
        /// It is not of the public Internet: private, link-local, multicast and the like.
        case inside
    }

    /// Networks that are connected to although they are of inside.
    public var allowedNetworks: [IPNetwork] = []
    /// Addresses at which this host takes mail itself. Also not connected to when ``allowedNetworks`` has them.
    public var ownAddresses: Set<IPAddress> = []
    /// The same for whole networks: loopback, of which a server that listens everywhere has every address.
    public var ownNetworks: [IPNetwork] = []

    /// The public Internet only.
    public init() {}

    /// Why the address is not connected to; nil: it is.
    public func refusal(of given: IPAddress) -> Refusal? {
        let address = given.withoutMapping
        if !allowedNetworks.contains(where: { $0.contains(address) }) {
            if address.isLoopback || address.isAny { return .loopback }
            if !Self.isPublic(address) { return .inside }
        }
        let isOwn =
            ownAddresses.contains(address) || ownAddresses.contains(given)
            || ownNetworks.contains { $0.contains(address) }
        return isOwn ? .own : nil
    }

    private static func isPublic(_ address: IPAddress) -> Bool {
        guard address.isIPv6 else { return !specialIPv4.contains { $0.contains(address) } }
        // RFC 6052 §2.1: the octets of an IPv4 address follow the well-known prefix.
        if translated?.contains(address) == true {
            return IPAddress(octets: address.octets.suffix(4)).map(isPublic) ?? false
        }
        return global?.contains(address) == true && !specialIPv6.contains { $0.contains(address) }
    }

    /// The IANA registry of special-purpose addresses (RFC 6890), without the blocks for documentation, which lead nowhere.
    private static let specialIPv4 = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
    ].compactMap { IPNetwork($0) }

    /// Teredo and 6to4, which carry an IPv4 address inside (RFC 4380, RFC 3056), and ORCHID, which names no host (RFC 7343).
    private static let specialIPv6 = ["2001::/32", "2002::/16", "2001:20::/28"].compactMap { IPNetwork($0) }
    /// RFC 4291 §2.4, RFC 3587: of all other IPv6 addresses none is a host's on the public Internet.
    private static let global = IPNetwork("2000::/3")
    private static let translated = IPNetwork("64:ff9b::/96")
}
