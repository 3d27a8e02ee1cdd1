import NIOCore
import SamotopCore

extension ClientAddress {
    /// The address of a socket's peer; IPv4 that came mapped into IPv6 is IPv4.
    init(_ address: SocketAddress?) {
        switch address {
        case .v4(let v4):
            // sockaddr_in: family and port take four octets.
            self = .ipv4(withUnsafeBytes(of: v4.address) { Array($0[4..<8]) })
        case .v6(let v6):
            // sockaddr_in6: family, port and flow information take eight octets.
            self.init(ipv6: withUnsafeBytes(of: v6.address) { Array($0[8..<24]) })
        default:
            self = .local
        }
    }

    /// Of 16 octets; an address that maps IPv4 (RFC 4291 §2.5.5.2) is the IPv4 address.
    init(ipv6 bytes: [UInt8]) {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        self = bytes.starts(with: mapped) ? .ipv4(Array(bytes.dropFirst(12))) : .ipv6(bytes)
    }
}
