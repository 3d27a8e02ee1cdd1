/// What a person decided about a domain's servers.
public struct PeerDecision: Sendable, Hashable, Codable {
    /// Pins at most.
    public static let maximumPins = 16

    /// When a person compared the fingerprint with the domain's owner, in seconds since 1970; nil: nobody has.
    public internal(set) var verifiedAt: Int64?
    /// Public keys (SHA-256) of which the server must have one; empty: any.
    public internal(set) var pins: [Fingerprint]
    /// Whether mail waits for a decision when a server, its key, its TLSA records, the signatures of the MX records, or the MTA-STS policy
    /// isn't as it was seen before.
    public internal(set) var holdsOnDifference: Bool
    /// Whether all mail for the domain waits until a person says otherwise.
    public internal(set) var holdsMail: Bool
    /// The next message may go to a server that would otherwise make it wait for a decision.
    public internal(set) var acceptOnce: AcceptOnce?

    /// The permission for one message.
    public struct AcceptOnce: Sendable, Hashable, Codable {
        /// The key (SHA-256) that the server must have; nil: any.
        public let key: Fingerprint?
        /// Until when, in seconds since 1970.
        public let until: Int64
        /// Whether what was seen with that message is what is known from then on. Such a permission is for differences from what was
        /// seen before; it stands in for no proof.
        public let isLasting: Bool

        public init(key: Fingerprint?, until: Int64, isLasting: Bool = false) {
            self.key = key
            self.until = until
            self.isLasting = isLasting
        }

        /// As it was kept, also by the version that knew no lasting ones.
        public init(from decoder: any Decoder) throws {
            let kept = try decoder.container(keyedBy: CodingKeys.self)
            key = try kept.decodeIfPresent(Fingerprint.self, forKey: .key)
            until = try kept.decode(Int64.self, forKey: .until)
            isLasting = try kept.decodeIfPresent(Bool.self, forKey: .isLasting) ?? false
        }
    }

    /// Nothing was decided.
    public init() {
        verifiedAt = nil
        pins = []
        holdsOnDifference = false
        holdsMail = false
        acceptOnce = nil
    }
}
