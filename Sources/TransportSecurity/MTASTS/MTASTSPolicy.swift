/// A domain's MTA-STS policy (RFC 8461 §3.2): which servers take its mail, and how they are authenticated.
public struct MTASTSPolicy: Sendable, Hashable, Codable {
    /// What a sender does with it (RFC 8461 §5).
    public enum Mode: String, Sendable, Hashable, Codable {
        /// Mail waits when a server is not the right one.
        case enforce
        /// It goes nevertheless, and is reported.
        case testing
        /// There is no policy any more.
        case none
    }

    /// Octets of a policy at most.
    public static let maximumLength = 64 << 10
    /// Patterns at most.
    public static let maximumPatterns = 100
    /// Seconds that a policy may last at most: about a year (RFC 8461 §3.2).
    public static let maximumAge: Int64 = 31_557_600

    /// What a sender does with it.
    public let mode: Mode
    /// Seconds for which it holds from when it was fetched.
    public let maxAge: Int64
    /// Names of servers, or `*.` and the rest of a name, in lower case.
    public let patterns: [String]
}
