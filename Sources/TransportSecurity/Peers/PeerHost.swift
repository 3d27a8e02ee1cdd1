public import NameResolution

/// What was seen of one server.
public struct PeerHost: Sendable, Hashable, Codable {
    /// Keys that are remembered of a server at most, the newest.
    public static let maximumKeys = 8
    /// TLSA records that are remembered of a server at most.
    public static let maximumRecords = 16

    /// Its name.
    public let name: DNSName
    /// Seconds since 1970.
    public internal(set) var firstSeen: Int64
    /// Seconds since 1970.
    public internal(set) var lastSeen: Int64
    /// What DANE said last.
    public internal(set) var dane: DANEFinding.Reason?
    /// Its TLSA records, as last seen, each with what became of it then.
    public internal(set) var entries: [DANEVerdict.Entry]
    /// Since when it has these records, in seconds since 1970.
    public internal(set) var recordsSince: Int64
    /// Who signed them, or without any its addresses, as last seen.
    public internal(set) var signature: AnswerSignature?
    /// SHA-256 of the public keys that it presented last, the server's own first.
    public internal(set) var chain: [Fingerprint]
    /// The version of TLS, as last seen.
    public internal(set) var version: EstablishedTransport.TLSVersion?
    /// Server's keys that were authenticated, the newest first.
    public internal(set) var provenKeys: [Fingerprint]
    /// How it was authenticated last.
    public internal(set) var authentications: [Authentication]

    /// Its TLSA records, as last seen.
    public var records: [TLSARecord] { entries.map(\.record) }
}
