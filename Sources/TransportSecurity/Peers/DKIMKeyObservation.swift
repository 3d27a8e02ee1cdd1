/// A key that signed mail of a domain (RFC 6376).
public struct DKIMKeyObservation: Sendable, Hashable, Codable {
    /// The selector, as a name; at most 255 octets.
    public let selector: String
    /// SHA-256 of the public key.
    public let key: Fingerprint
    /// For example `rsa` or `ed25519`.
    public let algorithm: String
    /// Bits of the key.
    public let bits: Int
    /// Seconds since 1970.
    public internal(set) var firstSeen: Int64
    /// Seconds since 1970.
    public internal(set) var lastSeen: Int64

    /// A key that was seen now (seconds since 1970).
    public init(selector: String, key: Fingerprint, algorithm: String, bits: Int, now: Int64) {
        self.selector = selector.prefix(octets: 255)
        self.key = key
        self.algorithm = algorithm.prefix(octets: 32)
        self.bits = bits
        firstSeen = now
        lastSeen = now
    }
}
