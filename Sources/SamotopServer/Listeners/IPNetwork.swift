public import SamotopCore
import SMTP

/// A block of IP addresses (RFC 4632), for example `192.0.2.0/24`, `2001:db8::/32`, or a single address.
public struct IPNetwork: Sendable, Hashable {
    /// 4 or 16 octets; bits after the prefix are zero.
    public let prefix: [UInt8]
    /// 0…32 or 0…128.
    public let length: Int

    /// Reads `ADDRESS` or `ADDRESS/LENGTH`; nil when it is neither.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = Self.address(Array(parts[0])) else { return nil }
        var length = bytes.count * 8
        if parts.count == 2 {
            guard parts[1].allSatisfy({ (0x30...0x39).contains($0) }), parts[1].count <= 3,
                let given = Int(String(parts[1]) ?? ""), (0...length).contains(given)
            else { return nil }
            length = given
        }
        self.length = length
        prefix = Self.masked(bytes, to: length)
    }

    /// The network of the given prefix length around an address.
    public init?(around address: ClientAddress, ipv4Length: Int, ipv6Length: Int) {
        switch address {
        case .ipv4(let bytes):
            length = min(max(ipv4Length, 0), 32)
            prefix = Self.masked(bytes, to: length)
        case .ipv6(let bytes):
            length = min(max(ipv6Length, 0), 128)
            prefix = Self.masked(bytes, to: length)
        case .local:
            return nil
        }
    }

    /// Whether the address lies in this network.
    public func contains(_ address: ClientAddress) -> Bool {
        switch address {
        case .ipv4(let bytes), .ipv6(let bytes): bytes.count == prefix.count && Self.masked(bytes, to: length) == prefix
        case .local: false
        }
    }

    private static func address(_ text: [UInt8]) -> [UInt8]? {
        let isIPv6 = text.contains(UInt8(ascii: ":"))
        let literal = Array("[\(isIPv6 ? "IPv6:" : "")".utf8) + text + [UInt8(ascii: "]")]
        guard let mailbox = Mailbox(Array("a@".utf8) + literal), case .literal(let address) = mailbox.domain else {
            return nil
        }
        switch address {
        case .ipv4(let a, let b, let c, let d): return [a, b, c, d]
        case .ipv6(let bytes): return bytes
        case .general: return nil
        }
    }

    private static func masked(_ bytes: [UInt8], to length: Int) -> [UInt8] {
        bytes.indices.map { index in
            let bits = min(max(length - index * 8, 0), 8)
            return bits == 8 ? bytes[index] : bytes[index] & ~(0xFF >> UInt8(bits))
        }
    }
}
