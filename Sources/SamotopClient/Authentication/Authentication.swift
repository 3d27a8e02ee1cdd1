/// Who the client is, and how it may prove that (RFC 4954, RFC 4422).
public struct Authentication: Sendable {
    /// What the client knows.
    public enum Credentials: Sendable {
        /// A name and a password, both UTF-8; `authorizing` is the identity to act as, if it is another. Non-ASCII ones have to
        /// be in the form that the server expects (RFC 4013 asks for NFKC): they are sent as they are.
        case password(user: String, password: String, authorizing: String? = nil)
        /// An OAuth 2.0 access token (RFC 6750).
        case bearer(user: String, token: String)
        /// An access token that is asked for whenever a connection authenticates, as tokens end. When that throws, the fault is
        /// ``AuthenticationFault/unusableCredentials``.
        case freshBearer(user: String, token: @Sendable () async throws -> String)
        /// What the connection proves: the client's certificate (RFC 4422 appendix A).
        case external(authorizing: String? = nil)
    }

    /// A mechanism, by its IANA name.
    public enum Mechanism: String, Sendable, Hashable, CaseIterable {
        /// RFC 7677 with channel binding `tls-server-end-point` (RFC 5929 §4): the TLS library exports no keying material, so that
        /// `tls-exporter` (RFC 9266) can't be had.
        case scramSHA256Plus = "SCRAM-SHA-256-PLUS"
        /// RFC 7677.
        case scramSHA256 = "SCRAM-SHA-256"
        /// RFC 7628.
        case oauthBearer = "OAUTHBEARER"
        /// Google's and Microsoft's.
        case xoauth2 = "XOAUTH2"
        /// RFC 4422 appendix A.
        case external = "EXTERNAL"
        /// RFC 4616.
        case plain = "PLAIN"
        /// Obsolete, and still what some servers have only.
        case login = "LOGIN"
    }

    /// What the client knows.
    public var credentials: Credentials
    /// The mechanisms that may be used, best first; of those that the server offers and the credentials fit, the first is used.
    public var mechanisms: [Mechanism] = Mechanism.allCases
    /// Whether to authenticate over a connection without TLS. Whoever listens then knows the password of PLAIN and LOGIN, and
    /// can search for it with SCRAM.
    public var isAllowedInClear = false
    /// The most rounds of PBKDF2 that a server may ask for: a bound on the work it can make the client do.
    public var maximumIterations = 1_000_000

    /// The defaults.
    public init(_ credentials: Credentials) { self.credentials = credentials }
}

extension Authentication: CustomStringConvertible {
    /// Never a name or a secret.
    public var description: String { "Authentication" }
}

extension Authentication.Credentials: CustomStringConvertible {
    /// The kind, never a name or a secret.
    public var description: String {
        switch self {
        case .password: "password"
        case .bearer, .freshBearer: "bearer"
        case .external: "external"
        }
    }
}
