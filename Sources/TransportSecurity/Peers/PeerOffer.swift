public import NameResolution

/// What a server presented that mail was not given to: for a person to look at.
public struct PeerOffer: Sendable, Hashable, Codable {
    /// Seconds since 1970.
    public let time: Int64
    /// The server.
    public let host: DNSName
    /// SHA-256 of the public keys, the server's own first.
    public let chain: [Fingerprint]
    /// Its TLSA records, each held against what it presented; at most ``PeerHost/maximumRecords``.
    public let records: [DANEVerdict.Entry]
    /// Whether mail waits for a person, who may let a message go; else only a key that a person verified helps.
    public let isHeld: Bool
    /// Why it got no mail, in one English sentence.
    public let words: String

    init(
        time: Int64, host: DNSName, chain: [Fingerprint], records: [DANEVerdict.Entry] = [], isHeld: Bool = true,
        words: String = ""
    ) {
        self.time = time
        self.host = host
        self.chain = chain
        self.records = records
        self.isHeld = isHeld
        self.words = words
    }
}
