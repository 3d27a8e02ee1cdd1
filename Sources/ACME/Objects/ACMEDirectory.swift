/// Where an authority offers what (RFC 8555 §7.1.1).
public struct ACMEDirectory: Sendable, Hashable, Decodable {
    /// What the authority says of itself.
    public struct Meta: Sendable, Hashable, Decodable {
        /// Where its terms are.
        public let termsOfService: String?
        /// The names by which CAA records allow it (RFC 8659).
        public let caaIdentities: [String]?
        /// Whether an account must be bound to one that was made elsewhere.
        public let externalAccountRequired: Bool?
    }

    /// Where a nonce is had.
    public let newNonce: String
    /// Where accounts are made and found.
    public let newAccount: String
    /// Where certificates are ordered.
    public let newOrder: String
    /// What the authority says of itself.
    public let meta: Meta?
}
