public import NameResolution

/// What was seen of one server.
public struct PeerHost: Sendable, Hashable, Codable {
    /// Keys that are remembered of a server at most, the newest.
    public static let maximumKeys = 8
    /// TLSA records that are remembered of a server at most.
    public static let maximumRecords = 16
    /// Octets of their data in all, so that a record of a domain finds room where it is kept.
    public static let maximumRecordData = 2_048

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

    /// Those of a server's records that are remembered.
    static func kept(_ entries: [DANEVerdict.Entry]) -> [DANEVerdict.Entry] {
        var octets = 0
        return Array(
            entries.prefix(maximumRecords).prefix { entry in
                octets += entry.record.data.count
                return octets <= maximumRecordData
            })
    }

    private enum FormerKeys: String, CodingKey { case records }

    /// As it was kept, also by the version that kept no more of TLSA records than the records.
    public init(from decoder: any Decoder) throws {
        let kept = try decoder.container(keyedBy: CodingKeys.self)
        name = try kept.decode(DNSName.self, forKey: .name)
        firstSeen = try kept.decode(Int64.self, forKey: .firstSeen)
        lastSeen = try kept.decode(Int64.self, forKey: .lastSeen)
        dane = try kept.decodeIfPresent(DANEFinding.Reason.self, forKey: .dane)
        if let entries = try kept.decodeIfPresent([DANEVerdict.Entry].self, forKey: .entries) {
            self.entries = entries
        } else {
            let former = try decoder.container(keyedBy: FormerKeys.self)
            entries = try former.decode([TLSARecord].self, forKey: .records).map {
                DANEVerdict.Entry(record: $0, attempt: .notTried)
            }
        }
        recordsSince = try kept.decodeIfPresent(Int64.self, forKey: .recordsSince) ?? firstSeen
        signature = try kept.decodeIfPresent(AnswerSignature.self, forKey: .signature)
        chain = try kept.decode([Fingerprint].self, forKey: .chain)
        version = try kept.decodeIfPresent(EstablishedTransport.TLSVersion.self, forKey: .version)
        provenKeys = try kept.decode([Fingerprint].self, forKey: .provenKeys)
        authentications = try kept.decode([Authentication].self, forKey: .authentications)
    }

    /// A server of which nothing was seen yet.
    init(name: DNSName, time: Int64) {
        self.name = name
        firstSeen = time
        lastSeen = time
        dane = nil
        entries = []
        recordsSince = time
        signature = nil
        chain = []
        version = nil
        provenKeys = []
        authentications = []
    }
}
