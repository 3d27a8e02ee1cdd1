public import NameResolution

/// A block of IP addresses in CIDR notation (RFC 4632, RFC 4291 §2.3): `192.0.2.0/24`, `2001:db8::/32`, or a single address.
public struct IPNetwork: Sendable, Hashable {
    /// An address of the block.
    public let address: IPAddress
    /// Leading bits that the addresses share: 0…32 or 0…128.
    public let length: Int

    /// Reads `ADDRESS` or `ADDRESS/LENGTH`; nil when it is neither.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(Array(first)) else { return nil }
        self.address = address
        guard parts.count == 2 else {
            length = address.bitWidth
            return
        }
        let digits = parts[1]
        guard (1...3).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let length = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard length <= address.bitWidth else { return nil }
        self.length = length
    }

    /// Whether the address lies in the block. An IPv4 address is the same inside IPv6 (RFC 4291 §2.5.5.2).
    public func contains(_ other: IPAddress) -> Bool {
        address.shares(length, bitsWith: other) || address.shares(length, bitsWith: other.withoutMapping)
    }
}

extension IPNetwork: CustomStringConvertible {
    /// The length of the prefix, never the address.
    public var description: String { "IPNetwork(/\(length))" }
}
