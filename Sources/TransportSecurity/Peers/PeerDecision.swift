/// What a person decided about a domain's servers.
public struct PeerDecision: Sendable, Hashable, Codable {
    /// Pins at most.
    public static let maximumPins = 16

    /// When a person compared the fingerprint with the domain's owner, in seconds since 1970; nil: nobody has.
    public internal(set) var verifiedAt: Int64?
    /// Public keys (SHA-256) of which the server must have one; empty: any.
    public internal(set) var pins: [Fingerprint]
    /// Whether mail waits for a decision when a server has a key that was not seen before.
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

        public init(key: Fingerprint?, until: Int64) {
            self.key = key
            self.until = until
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
