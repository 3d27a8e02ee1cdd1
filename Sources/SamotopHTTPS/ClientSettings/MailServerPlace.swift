import NameResolution

/// Where a mail program finds a server.
public struct MailServerPlace: Sendable, Hashable {
    /// How TLS begins.
    public enum Security: Sendable, Hashable {
        /// From the first octet.
        case implicit
        /// By STARTTLS.
        case starttls
    }

    /// A host's name: letters, digits, hyphens and dots.
    public let host: String
    /// The port.
    public let port: UInt16
    /// How TLS begins.
    public let security: Security

    /// Nil when the host is no host's name.
    public init?(host: String, port: UInt16, security: Security) {
        guard DNSName(host)?.isHostName == true, port > 0 else { return nil }
        self.host = host
        self.port = port
        self.security = security
    }
}
