/// What came of connecting to a server.
public enum EstablishedTransport: Sendable, Hashable {
    /// Why there is no TLS.
    public enum PlaintextCause: String, Sendable, Hashable, Codable {
        /// The server doesn't offer STARTTLS.
        case notOffered
        /// It offered, and refused (454 and the like) or answered garbage.
        case refused
        /// The handshake failed.
        case handshakeFailed
    }

    /// The version of TLS.
    public enum TLSVersion: String, Sendable, Hashable, Codable, Comparable {
        case tls10 = "TLSv1"
        case tls11 = "TLSv1.1"
        case tls12 = "TLSv1.2"
        case tls13 = "TLSv1.3"

        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// No TLS.
    case plaintext(PlaintextCause)
    /// TLS, with what the server presented.
    case tls(TLSVersion, CertificateChain)
}
