import NameResolution

/// A network in CIDR notation (RFC 4632, RFC 4291 §2.3): the addresses that share a prefix.
struct Network: Sendable, Hashable {
    let address: IPAddress
    /// Bits of the prefix.
    let length: Int

    /// The network that `text` writes: `10.0.0.0/8`, `2001:db8::/32`, or one address.
    static func parse(_ text: String) throws(Unfit) -> Network {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)) else {
            throw Unfit(
                "not a network: \(Quantity.quoted(text)); write an address with a prefix length, like 10.0.0.0/8")
        }
        let bits = address.octets.count * 8
        guard parts.count == 2 else { return Network(address: address, length: bits) }
        guard let length = Int(parts[1]), (0...bits).contains(length), !parts[1].hasPrefix("+") else {
            throw Unfit("not a prefix length: \(Quantity.quoted(String(parts[1]))); use 0 to \(bits)")
        }
        let network = Network(address: address, length: length)
        guard network.hostBitsAreZero else {
            throw Unfit("\(text) has bits set behind its prefix; write the network's first address")
        }
        return network
    }

    private var hostBitsAreZero: Bool {
        address.octets.enumerated().allSatisfy { index, octet in
            let inPrefix = min(8, max(0, length - index * 8))
            return octet & (inPrefix == 8 ? 0 : 0xFF >> UInt8(inPrefix)) == 0
        }
    }
}

extension Network: CustomStringConvertible {
    /// For example `10.0.0.0/8`.
    var description: String { "\(address)/\(length)" }
}
