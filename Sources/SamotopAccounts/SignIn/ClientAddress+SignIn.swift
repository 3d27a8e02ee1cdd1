public import SamotopCore

extension ClientAddress {
    /// The network by which tries to sign in are counted: an IPv4 address, or the first 64 bits of an IPv6 address.
    public var signInNetwork: String {
        guard let octets else { return "local" }
        return octets.count == 4 ? "v4 \(octets)" : "v6 \(Array(octets.prefix(8)))"
    }
}
