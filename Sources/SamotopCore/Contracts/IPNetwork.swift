import SMTP

/// A block of IP addresses (RFC 4632, RFC 4291 §2.3): `192.0.2.0/24`, `2001:db8::/32`, or a single address.
public struct IPNetwork: Sendable, Hashable {
    /// 4 or 16 octets; bits after the prefix are zero.
    public let prefix: [UInt8]
    /// 0…32 or 0…128.
    public let length: Int

    /// Reads `ADDRESS` or `ADDRESS/LENGTH`; nil when it is neither.
    public init?(_ text: String) {
        let octets = Array(text.utf8)
        guard octets.count <= 64 else { return nil }
        let parts = octets.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let bytes = Self.address(Array(first)) else { return nil }
        var length = bytes.count * 8
        if parts.count == 2 {
            let digits = parts[1]
            guard (1...3).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            let given = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            guard given <= length else { return nil }
            length = given
        }
        self.init(bytes, length: length)
    }

    /// The network of the given prefix length around an address; nil for a socket.
    public init?(around address: ClientAddress, ipv4Length: Int, ipv6Length: Int) {
        guard let octets = address.octets else { return nil }
        self.init(octets, length: min(max(octets.count == 4 ? ipv4Length : ipv6Length, 0), octets.count * 8))
    }

    private init(_ bytes: [UInt8], length: Int) {
        self.length = length
        prefix = bytes.enumerated().map { index, octet in
            let bits = min(max(length - index * 8, 0), 8)
            return bits == 8 ? octet : octet & ~(0xFF >> UInt8(bits))
        }
    }

    /// Whether the address lies in this network. An IPv4 address within IPv6 (`::ffff:192.0.2.7`) is the IPv4 address.
    public func contains(_ address: ClientAddress) -> Bool {
        guard let octets = address.octets else { return false }
        return octets.count == prefix.count && IPNetwork(octets, length: length) == self
    }

    private static func address(_ text: [UInt8]) -> [UInt8]? {
        let isIPv6 = text.contains(UInt8(ascii: ":"))
        switch Domain(Array("[\(isIPv6 ? "IPv6:" : "")".utf8) + text + [UInt8(ascii: "]")]) {
        case .literal(.ipv4(let a, let b, let c, let d)): return [a, b, c, d]
        case .literal(.ipv6(let bytes)): return bytes
        case .literal(.general), .name, nil: return nil
        }
    }
}

extension IPNetwork: CustomStringConvertible {
    /// `192.0.2.0/24`, as it is read.
    public var description: String {
        guard prefix.count == 16 else { return prefix.map { "\($0)" }.joined(separator: ".") + "/\(length)" }
        let literal = String(decoding: AddressLiteral.ipv6(prefix).bytes, as: UTF8.self)
        return literal.dropFirst("[IPv6:".count).dropLast() + "/\(length)"
    }
}

extension ClientAddress {
    /// 4 or 16 octets, IPv4 within IPv6 (RFC 4291 §2.5.5.2) as IPv4; nil for a socket, and for what is no address.
    public var octets: [UInt8]? {
        switch self {
        case .ipv4(let bytes): return bytes.count == 4 ? bytes : nil
        case .ipv6(let bytes):
            guard bytes.count == 16 else { return nil }
            let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
            return isMapped ? Array(bytes[12...]) : bytes
        case .local: return nil
        }
    }
}
