public import SamotopCore

extension ClientAddress {
    /// The client's network as contacts and the greylist know it: `192.0.2.0/24`, `2001:db8:1:2::/64`; nil for a socket.
    ///
    /// An IPv4 address within IPv6 (`::ffff:192.0.2.7`) is the IPv4 address.
    public var networkText: String? {
        guard let octets else { return nil }
        if octets.count == 4 { return "\(octets[0]).\(octets[1]).\(octets[2]).0/24" }
        let groups = stride(from: 0, to: 8, by: 2).map {
            String(UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]), radix: 16)
        }
        return groups.joined(separator: ":") + "::/64"
    }
}

extension IPNetwork {
    /// The /24 or /64 that it lies in, as contacts know a network (``SamotopCore/ClientAddress/networkText``); nil when it is
    /// larger.
    var contactNetwork: String? {
        switch (prefix.count, length) {
        case (4, 24...): ClientAddress.ipv4(prefix).networkText
        case (16, 64...): ClientAddress.ipv6(prefix).networkText
        default: nil
        }
    }
}

extension Session {
    /// The network of a client that isn't ours; nil for a Unix socket or memory, and for LMTP, where our own MTA is the client
    /// (RFC 2033).
    var strangerNetwork: String? { role == .mx ? client.networkText : nil }
}
