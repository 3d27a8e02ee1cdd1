public import NameResolution

/// What a server presented that mail was not given to: for a person to look at.
public struct PeerOffer: Sendable, Hashable, Codable {
    /// Seconds since 1970.
    public let time: Int64
    /// The server.
    public let host: DNSName
    /// SHA-256 of the public keys, the server's own first.
    public let chain: [Fingerprint]
}
