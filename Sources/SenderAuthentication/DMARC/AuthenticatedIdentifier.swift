public import NameResolution

/// A domain that SPF or DKIM has proved (RFC 9989 §4.3).
public struct AuthenticatedIdentifier: Sendable, Hashable {
    /// What proved it.
    public enum Method: String, Sendable, Hashable {
        /// SPF passed for the MAIL FROM identity: the domain of the reverse-path, or that of HELO when the
        /// reverse-path is null (RFC 7208 §2.4). A pass of the HELO identity itself is none (RFC 9989 §4.4.2).
        case spf
        /// A signature was verified: its `d=`.
        case dkim
    }

    /// What proved it.
    public let method: Method
    /// The domain, as A-labels.
    public let domain: DNSName

    /// A proved domain.
    public init(_ method: Method, _ domain: DNSName) {
        self.method = method
        self.domain = domain
    }
}
