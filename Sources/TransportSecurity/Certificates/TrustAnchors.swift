import SwiftASN1
import X509

/// The authorities that a person trusts to vouch for servers (the PKIX trust store).
public struct TrustAnchors: Sendable {
    /// Octets of a file of certificates at most.
    public static let maximumFile = 8 << 20

    let store: CertificateStore
    /// How many there are.
    public let count: Int

    /// The certificates in DER; those that can't be read are left out.
    public init(der: some Sequence<[UInt8]>) {
        let certificates = der.compactMap { try? Certificate(derEncoded: $0) }
        store = CertificateStore(certificates)
        count = certificates.count
    }

    /// The certificates in a PEM file, such as Debian's `/etc/ssl/certs/ca-certificates.crt`; nil when it is too long
    /// or none can be read.
    public init?(pem: String) {
        guard pem.utf8.count <= Self.maximumFile, let documents = try? PEMDocument.parseMultiple(pemString: pem) else {
            return nil
        }
        self.init(der: documents.lazy.filter { $0.discriminator == "CERTIFICATE" }.map(\.derBytes))
        guard count > 0 else { return nil }
    }

    /// Nobody is trusted.
    public static let none = TrustAnchors(der: [])
}
