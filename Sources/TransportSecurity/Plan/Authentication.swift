/// A way of knowing that a server is the right one.
public enum Authentication: String, Sendable, Hashable, Codable {
    /// By signed TLSA records (RFC 7672).
    case dane
    /// By an authority, for a server that the domain's MTA-STS policy names (RFC 8461).
    case mtaSTS
    /// By an authority, for the server's name (RFC 5280, RFC 6125).
    case pkix
    /// By the key that the server had when it was authenticated before, or by an authority for the name that it had
    /// then.
    case continuity
    /// By a key that a person pinned.
    case pins
    /// By a key that a server of the domain had before.
    case sameKey
}

/// How well the way to a domain was secured, the least first.
public enum SecurityLevel: Int, Sendable, Hashable, Codable, Comparable {
    /// In clear.
    case plaintext
    /// TLS; nobody knows with whom.
    case encrypted
    /// TLS with a server that is proven to take the domain's mail.
    case authenticated

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
