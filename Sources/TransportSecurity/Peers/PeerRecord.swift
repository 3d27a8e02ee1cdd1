public import NameResolution

/// What was seen of a domain's mail servers, and what a person decided about them: the memory of the ratchet.
public struct PeerRecord: Sendable, Hashable, Codable {
    /// Servers that are remembered at most; the least trusted and least recently seen makes room.
    public static let maximumHosts = 16
    /// DKIM keys that are remembered at most.
    public static let maximumDKIMKeys = 32
    /// Changes that are remembered at most, the newest.
    public static let maximumChanges = 64

    /// The domain that mail was for.
    public let domain: DNSName
    /// Seconds since 1970.
    public let firstSeen: Int64
    /// Seconds since 1970.
    public internal(set) var lastSeen: Int64
    /// The best that was ever reached: it is not gone below without a decision.
    public internal(set) var level: SecurityLevel
    /// How the domain stands now.
    public internal(set) var standing: PeerStanding
    /// Since when, in seconds since 1970.
    public internal(set) var standingSince: Int64
    /// What a server presented last that mail was not given to; nil: nothing since mail went.
    public internal(set) var offered: PeerOffer?
    /// DNSSEC status of the MX records, as last seen.
    public internal(set) var mailExchangeSecurity: SecurityStatus?
    /// Who signed the MX records, as last seen.
    public internal(set) var mailExchangeSignature: AnswerSignature?
    /// Why signatures of its DNS are wrong, in the resolver's words; nil: they weren't when a server was looked at last.
    public internal(set) var bogusCause: String?
    /// The domain's MTA-STS policy, as last seen.
    public internal(set) var policy: MTASTSPolicy?
    /// Servers, the most recently seen first.
    public internal(set) var hosts: [PeerHost]
    /// Keys that signed mail of the domain, the most recently seen first.
    public internal(set) var dkimKeys: [DKIMKeyObservation]
    /// What changed, the newest first.
    public internal(set) var changes: [PeerChange]
    /// What a person decided.
    public internal(set) var decision: PeerDecision

    /// Nothing is known yet.
    ///
    /// - Parameter now: seconds since 1970.
    public init(domain: DNSName, now: Int64) {
        self.domain = domain
        firstSeen = now
        lastSeen = now
        level = .plaintext
        standing = .unknown
        standingSince = now
        offered = nil
        mailExchangeSecurity = nil
        mailExchangeSignature = nil
        bogusCause = nil
        policy = nil
        hosts = []
        dkimKeys = []
        changes = []
        decision = PeerDecision()
    }
}

/// How a domain stands, as a card on the page shows it.
public enum PeerStanding: String, Sendable, Hashable, Codable {
    /// Nobody has connected yet.
    case unknown
    /// In clear.
    case plaintext
    /// Encrypted; nothing proves with whom.
    case unsigned
    /// Authenticated.
    case signed
    /// The DNS's signatures are wrong.
    case bogus
    /// The server is not who it should be.
    case mismatch
}
