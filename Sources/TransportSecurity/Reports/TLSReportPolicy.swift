public import NameResolution

/// The policy that a session was held against (RFC 8460 §4.4).
public struct TLSReportPolicy: Sendable, Hashable, Codable {
    /// Its type.
    public enum Kind: String, Sendable, Hashable, Codable {
        case tlsa
        case sts
        case none = "no-policy-found"
    }

    /// Its type.
    public let kind: Kind
    /// What it says: TLSA records, or lines of an MTA-STS policy.
    public let strings: [String]
    /// The domain that mail was for.
    public let domain: DNSName
    /// Servers that it names.
    public let hosts: [String]

    public init(kind: Kind, strings: [String], domain: DNSName, hosts: [String]) {
        self.kind = kind
        self.strings = strings
        self.domain = domain
        self.hosts = hosts
    }
}
