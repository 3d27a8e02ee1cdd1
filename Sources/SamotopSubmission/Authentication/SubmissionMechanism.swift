/// A way to sign in, by its IANA name, in the order in which they are best offered.
public enum SubmissionMechanism: String, Sendable, Hashable, CaseIterable {
    /// RFC 4422 appendix A: the client's certificate.
    case external = "EXTERNAL"
    /// RFC 7677, bound to the TLS connection.
    case scramSHA256Plus = "SCRAM-SHA-256-PLUS"
    /// RFC 7677.
    case scramSHA256 = "SCRAM-SHA-256"
    /// RFC 7628.
    case oauthBearer = "OAUTHBEARER"
    /// The form of the same that was there before the standard.
    case xoauth2 = "XOAUTH2"
    /// RFC 4616.
    case plain = "PLAIN"
    /// Obsolete, and the only one that some programs know.
    case login = "LOGIN"

    /// What is offered unless somebody says otherwise, as far as there is what it takes.
    public static let standard: [SubmissionMechanism] = allCases.filter { $0 != .xoauth2 }
}
