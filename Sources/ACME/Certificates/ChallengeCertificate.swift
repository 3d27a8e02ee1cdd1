public import Crypto
import Foundation
import SwiftASN1
import X509

/// The certificate that answers the challenge tls-alpn-01 (RFC 8737 §3): it signs itself, names the host, and has the hash of the key
/// authorization in an extension that is critical, so that nobody takes it for a real one.
public enum ChallengeCertificate {
    /// The protocol that the authority asks for in TLS (RFC 8737 §6.2).
    public static let applicationProtocol = "acme-tls/1"

    /// id-pe-acmeIdentifier.
    static let identifier: ASN1ObjectIdentifier = [1, 3, 6, 1, 5, 5, 7, 1, 31]

    /// The certificate, DER, and its key.
    ///
    /// - Parameter now: seconds since 1970.
    public static func make(
        for answer: ACMEChallengeAnswer, now: Int64
    ) throws -> (certificate: [UInt8], key: P256.Signing.PrivateKey) {
        let key = P256.Signing.PrivateKey()
        let subject = try DistinguishedName { CommonName("ACME challenge") }
        let digest = Array(SHA256.hash(data: Data(answer.keyAuthorization.utf8)))
        // DER of an OCTET STRING.
        let value: [UInt8] = [4, UInt8(digest.count)] + digest
        let made = Date(timeIntervalSince1970: Double(now))
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: made.addingTimeInterval(-3_600), notValidAfter: made.addingTimeInterval(86_400),
            issuer: subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                SubjectAlternativeNames([.dnsName(answer.name)])
                Certificate.Extension(oid: identifier, critical: true, value: value[...])
            }, issuerPrivateKey: .init(key))
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return (serializer.serializedBytes, key)
    }
}
