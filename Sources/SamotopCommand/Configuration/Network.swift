import SamotopCore

/// Networks as the configuration writes them: CIDR notation (RFC 4632, RFC 4291 §2.3).
enum Network {
    /// The network that `text` writes: `10.0.0.0/8`, `2001:db8::/32`, or one address.
    static func parse(_ text: String) throws(Unfit) -> IPNetwork {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPNetwork(String(first)) else {
            throw Unfit(
                "not a network: \(Quantity.quoted(text)); write an address with a prefix length, like 10.0.0.0/8")
        }
        guard parts.count == 2 else { return address }
        guard let network = IPNetwork(text) else {
            throw Unfit("not a prefix length: \(Quantity.quoted(String(parts[1]))); use 0 to \(address.length)")
        }
        guard network.prefix == address.prefix else {
            throw Unfit("\(text) has bits set behind its prefix; write the network's first address")
        }
        return network
    }
}
