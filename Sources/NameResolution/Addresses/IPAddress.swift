/// An IPv4 or IPv6 address: 4 or 16 octets in network order.
public struct IPAddress: Sendable, Hashable {
    /// The octets, most significant first.
    public let octets: [UInt8]

    /// The address with these octets; nil unless there are 4 or 16.
    public init?(octets: some Collection<UInt8>) {
        guard octets.count == 4 || octets.count == 16 else { return nil }
        self.octets = Array(octets)
    }

    /// Whether there are 16 octets.
    public var isIPv6: Bool { octets.count == 16 }

    /// 127.0.0.0/8 or ::1.
    public var isLoopback: Bool { isIPv6 ? octets == [UInt8](repeating: 0, count: 15) + [1] : octets.first == 127 }

    /// Every address of this family: `0.0.0.0` or `::`.
    public var isAny: Bool { octets.allSatisfy { $0 == 0 } }

    /// Bits: 32 or 128.
    public var bitWidth: Int { octets.count * 8 }

    /// `::ffff:192.0.2.1` is `192.0.2.1` (RFC 4291 §2.5.5.2); any other address is itself.
    public var withoutMapping: IPAddress {
        guard isIPv6, octets.prefix(10).allSatisfy({ $0 == 0 }), octets[10] == 0xFF, octets[11] == 0xFF else {
            return self
        }
        return IPAddress(octets: octets.suffix(4)) ?? self
    }

    /// Whether both are of one family and their first `length` bits are the same. A negative length is 0.
    public func shares(_ length: Int, bitsWith other: IPAddress) -> Bool {
        guard octets.count == other.octets.count else { return false }
        return octets.indices.allSatisfy { index in
            let bits = min(max(length - index * 8, 0), 8)
            return bits == 0 || (octets[index] ^ other.octets[index]) >> UInt8(8 - bits) == 0
        }
    }

    /// The labels by which reverse mapping and DNS lists ask for the address, least significant first: octets in decimal, or
    /// nibbles (RFC 1035 §3.5, RFC 3596 §2.5, RFC 5782 §2.1).
    public var reversedLabels: String {
        let labels =
            isIPv6
            ? octets.reversed().flatMap { [$0 & 0x0F, $0 >> 4] }.map { String($0, radix: 16) }
            : octets.reversed().map { String($0) }
        return labels.joined(separator: ".")
    }

    /// The name of its PTR records.
    public var reverseName: DNSName {
        DNSName("\(reversedLabels).\(isIPv6 ? "ip6" : "in-addr").arpa") ?? .root
    }
}
