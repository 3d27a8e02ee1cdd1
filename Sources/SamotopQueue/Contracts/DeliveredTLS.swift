/// The TLS that a message was sent inside.
public struct DeliveredTLS: Sendable, Hashable, Codable {
    /// How the peer's certificate was verified.
    public enum Verification: String, Sendable, Hashable, Codable, CaseIterable {
        /// By TLSA records (RFC 7672).
        case dane
        /// By the recipient domain's policy (RFC 8461).
        case mtaSTS
        /// By the trust store, as a route of ours asks for.
        case pkix
        /// By a key that a person compared with the domain's owner.
        case person
        /// Not at all: opportunistic.
        case none
    }

    /// `TLSv1.2` or `TLSv1.3`.
    public var version: String
    /// The cipher suite by its IANA name, if it is known.
    public var cipher: String?
    /// How the peer was verified.
    public var verifiedBy: Verification

    /// Makes TLS facts.
    public init(version: String, cipher: String? = nil, verifiedBy: Verification) {
        self.version = version
        self.cipher = cipher
        self.verifiedBy = verifiedBy
    }
}
