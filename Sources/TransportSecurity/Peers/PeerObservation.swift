public import NameResolution

/// What was seen of a server in one connection, or in one attempt.
public struct PeerObservation: Sendable, Hashable, Codable {
    /// Seconds since 1970.
    public let time: Int64
    /// The domain that mail was for.
    public let domain: DNSName
    /// The server.
    public let host: DNSName
    /// Whether mail could leave.
    public let outcome: SecurityVerdict.Outcome
    /// What was reached.
    public let level: SecurityLevel
    /// How the server was authenticated.
    public let authentications: [Authentication]
    /// What DANE said.
    public let dane: DANEFinding
    /// The domain's MTA-STS policy.
    public let policy: MTASTSPolicy?
    /// Nil: no TLS.
    public let version: EstablishedTransport.TLSVersion?
    /// Its TLSA records, each with what became of it.
    public let records: [DANEVerdict.Entry]
    /// SHA-256 of the public keys that were presented, the server's own first.
    public let chain: [Fingerprint]
    /// Whether a person's permission for one message was used up.
    public let usesAcceptOnce: Bool
    /// Whether nothing but a difference from what was seen before speaks against it.
    public let isDifference: Bool
    /// How the domain stands now.
    public let standing: PeerStanding
    /// The reason in one English sentence.
    public let words: String
}
