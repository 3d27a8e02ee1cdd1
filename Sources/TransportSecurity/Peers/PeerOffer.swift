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
    /// Whether it waits for no more than that something differs from what was seen, which a person may accept for good.
    public let isDifference: Bool
    /// Why it got no mail, in one English sentence.
    public let words: String

    /// As it was kept, also by the version that kept less.
    public init(from decoder: any Decoder) throws {
        let kept = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            time: try kept.decode(Int64.self, forKey: .time), host: try kept.decode(DNSName.self, forKey: .host),
            chain: try kept.decode([Fingerprint].self, forKey: .chain),
            records: try kept.decodeIfPresent([DANEVerdict.Entry].self, forKey: .records) ?? [],
            isHeld: try kept.decodeIfPresent(Bool.self, forKey: .isHeld) ?? true,
            isDifference: try kept.decodeIfPresent(Bool.self, forKey: .isDifference) ?? false,
            words: try kept.decodeIfPresent(String.self, forKey: .words) ?? "")
    }

    init(
        time: Int64, host: DNSName, chain: [Fingerprint], records: [DANEVerdict.Entry] = [], isHeld: Bool = true,
        isDifference: Bool = false, words: String = ""
    ) {
        self.time = time
        self.host = host
        self.chain = chain
        self.records = records
        self.isHeld = isHeld
        self.isDifference = isDifference
        self.words = words
    }
}
