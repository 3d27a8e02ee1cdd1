/// How many bits of an address have to agree (`dual-cidr-length` of RFC 7208 §5).
public struct SPFPrefixLengths: Sendable, Hashable {
    /// Of an IPv4 address: 0 to 32.
    public let ipv4: Int
    /// Of an IPv6 address: 0 to 128.
    public let ipv6: Int

    init(ipv4: Int = 32, ipv6: Int = 128) {
        self.ipv4 = ipv4
        self.ipv6 = ipv6
    }

    var text: String { (ipv4 == 32 ? "" : "/\(ipv4)") + (ipv6 == 128 ? "" : "//\(ipv6)") }
}
