/// What a server presented in the TLS handshake: its own certificate first, then those that are meant to vouch for it,
/// in any order (RFC 8446 §4.4.2).
///
/// Anything may be in it. What can't be read stays as octets, and matches only what is matched by octets.
public struct CertificateChain: Sendable, Hashable {
    /// Certificates that are looked at; more are dropped from the end.
    public static let maximumCertificates = 10

    /// At most ``maximumCertificates``.
    public let certificates: [PresentedCertificate]
    /// How many there were.
    public let presented: Int

    /// The certificates of a handshake in DER, the server's own first.
    public init(_ der: some Collection<[UInt8]>) {
        certificates = der.prefix(Self.maximumCertificates).map { PresentedCertificate($0) }
        presented = der.count
    }

    /// The server's own certificate; nil when it presented none.
    public var leaf: PresentedCertificate? { certificates.first }
}
