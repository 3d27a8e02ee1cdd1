/// Why a policy is none (RFC 8461 §3.2).
public enum MTASTSPolicyError: String, Sendable, Hashable, Codable, Error {
    /// Longer than ``MTASTSPolicy/maximumLength``.
    case tooLong
    /// A line that isn't `key: value`.
    case malformedLine
    /// The first line isn't `version: STSv1`.
    case version
    /// No mode, or an unknown one.
    case mode
    /// No `max_age`, or one that isn't a number of up to ten digits.
    case maxAge
    /// No `mx`, or one that isn't a name.
    case pattern
    /// More than ``MTASTSPolicy/maximumPatterns``.
    case tooManyPatterns
}
