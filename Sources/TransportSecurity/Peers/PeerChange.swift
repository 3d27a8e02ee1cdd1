public import NameResolution

/// A change that was seen of a domain, or that a person made.
public struct PeerChange: Sendable, Hashable, Codable {
    /// What changed.
    public enum Kind: String, Sendable, Hashable, Codable {
        case newHost, mailExchangeSecurity, addressSecurity, records, key, policy, levelRaised, levelLowered, standing,
            dkimKey
        case decision
    }

    /// Seconds since 1970.
    public let time: Int64
    /// What changed.
    public let kind: Kind
    /// The server that it is about.
    public let host: DNSName?
    /// What it was, in a few words; empty: nothing was known.
    public let before: String
    /// What it is.
    public let after: String
    /// Who decided it, as the program names them; nil for what was seen, and where nobody said.
    public let maker: String?

    /// Octets of ``before``, ``after`` and ``maker`` at most.
    public static let maximumText = 256

    init(
        _ time: Int64, _ kind: Kind, host: DNSName? = nil, before: String, after: String, maker: String? = nil
    ) {
        self.time = time
        self.kind = kind
        self.host = host
        self.before = Self.bounded(before)
        self.after = Self.bounded(after)
        self.maker = maker.map(Self.bounded)
    }

    private static func bounded(_ text: String) -> String {
        text.utf8.count <= maximumText ? text : text.prefix(octets: maximumText - 3) + "…"
    }
}
