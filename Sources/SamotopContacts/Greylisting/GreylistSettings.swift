public import SamotopCore

/// The numbers of greylisting (RFC 6647 §5).
public struct GreylistSettings: Sendable, Hashable {
    /// Seconds that a first try has to wait.
    public var wait: Int64 = 300
    /// Seconds within which it has to come again.
    public var window: Int64 = 2 * 86_400
    /// Seconds without mail after which what has passed is new again.
    public var lifetime: Int64 = 36 * 86_400
    /// Messages that passed, after which a client (its network, or the domain that it proved) needn't wait any more; 0: never.
    public var trustAfter = 5
    /// Whether a sender whose domain is proved needn't wait: codes for signing up come at once.
    public var skipsProven = false
    /// Networks of pools that try again from another address, by a name for each.
    public var pools: [String: [IPNetwork]] = [:]
    /// Entries that the maintenance leaves.
    public var maximum = 1_000_000

    /// The defaults.
    public init() {}
}
