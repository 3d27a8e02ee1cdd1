public import SamotopCore

extension ClientAddress {
    /// The client's network as contacts and the greylist know it: `192.0.2.0/24`, `2001:db8:1:2::/64`; nil for a socket.
    ///
    /// An IPv4 address within IPv6 (`::ffff:192.0.2.7`) is the IPv4 address.
    public var networkText: String? {
        switch self {
        case .ipv4(let bytes):
            guard bytes.count == 4 else { return nil }
            return "\(bytes[0]).\(bytes[1]).\(bytes[2]).0/24"
        case .ipv6(let bytes):
            guard bytes.count == 16 else { return nil }
            if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
                return ClientAddress.ipv4(Array(bytes[12...])).networkText
            }
            let groups = stride(from: 0, to: 8, by: 2).map {
                String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
            }
            return groups.joined(separator: ":") + "::/64"
        case .local: return nil
        }
    }
}

extension Session {
    /// The network of a client that isn't ours; nil for a Unix socket or memory, and for LMTP, where our own MTA is the client
    /// (RFC 2033).
    var strangerNetwork: String? { role == .mx ? client.networkText : nil }
}
