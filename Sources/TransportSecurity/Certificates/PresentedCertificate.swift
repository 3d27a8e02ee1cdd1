import SwiftASN1
import X509

/// A certificate as it came: octets, and what can be read of them.
public struct PresentedCertificate: Sendable {
    /// Octets of a certificate that is read at most; a longer one stays as octets.
    public static let maximumLength = 64 << 10

    /// As it came.
    public let der: [UInt8]
    /// SHA-256 of the whole certificate.
    public let fingerprint: Fingerprint
    /// The subject's public key (`SubjectPublicKeyInfo` in DER, as it came); nil when the certificate can't be read.
    public let publicKey: [UInt8]?
    /// SHA-256 of ``publicKey``.
    public let keyFingerprint: Fingerprint?
    /// The first and the last second of its validity, since 1970; nil when it can't be read or ends before it begins.
    public let validity: ClosedRange<Int64>?
    /// Nil when it can't be read, or holds a key of a kind that nothing can be verified with.
    let certificate: Certificate?

    /// A certificate in DER.
    public init(_ der: [UInt8]) {
        self.der = der
        fingerprint = Fingerprint(of: der)
        let isReadable = der.count <= Self.maximumLength
        let fields = isReadable ? try? CertificateFields(certificate: der) : nil
        publicKey = fields?.publicKey
        keyFingerprint = fields.map { Fingerprint(of: $0.publicKey) }
        validity = fields?.validity
        certificate = fields == nil ? nil : try? Certificate(derEncoded: der)
    }
}

extension PresentedCertificate: Hashable {
    public static func == (left: Self, right: Self) -> Bool { left.der == right.der }
    public func hash(into hasher: inout Hasher) { hasher.combine(der) }
}
