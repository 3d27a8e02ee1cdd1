public import NameResolution

/// What was seen of a server in one connection, or in one attempt.
public struct PeerObservation: Sendable, Hashable, Codable {
    /// Seconds since 1970.
    public let time: Int64
    public let domain: DNSName
    public let host: DNSName
    public let outcome: SecurityVerdict.Outcome
    public let level: SecurityLevel
    public let authentications: [Authentication]
    public let dane: DANEFinding
    public let policy: MTASTSPolicy?
    public let version: EstablishedTransport.TLSVersion?
    /// SHA-256 of the public keys that were presented, the server's own first.
    public let chain: [Fingerprint]
    /// Whether the permission for one message was used up.
    public let usesAcceptOnce: Bool
    /// How the domain stands now.
    public let standing: PeerStanding
}

extension PeerRecord {
    /// Takes over what was seen; gives back what changed, which ``changes`` has, too.
    @discardableResult
    public mutating func note(_ observation: PeerObservation) -> [PeerChange] { fatalError() }

    /// Takes over that a key signed mail of the domain.
    @discardableResult
    public mutating func note(_ key: DKIMKeyObservation) -> [PeerChange] { fatalError() }
}
