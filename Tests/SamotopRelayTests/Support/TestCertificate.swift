import Crypto
import Foundation
import NIOSSL
import NameResolution
import SwiftASN1
import X509

/// A certificate that was made for a test: P-256, self-signed or by an authority.
struct TestCertificate: Sendable {
    let certificate: Certificate
    let key: P256.Signing.PrivateKey
    let issuer: Certificate?

    init(name: String, isAuthority: Bool = false, issuer: TestCertificate? = nil) throws {
        key = P256.Signing.PrivateKey()
        let subject = try DistinguishedName { CommonName(name) }
        let own = Certificate.PrivateKey(key)
        certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: own.publicKey,
            notValidBefore: Date(timeIntervalSinceNow: -86_400), notValidAfter: Date(timeIntervalSinceNow: 86_400 * 30),
            issuer: issuer?.certificate.subject ?? subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                if isAuthority {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                    Critical(KeyUsage(keyCertSign: true))
                } else {
                    Critical(BasicConstraints.notCertificateAuthority)
                    SubjectAlternativeNames([.dnsName(name)])
                }
            },
            issuerPrivateKey: issuer.map { Certificate.PrivateKey($0.key) } ?? own)
        self.issuer = issuer?.certificate
    }

    var der: [UInt8] {
        get throws { try Self.der(certificate) }
    }

    private static func der(_ certificate: Certificate) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
    }

    /// `3 1 1` and the digest of the key.
    var tlsa: String { "3 1 1 " + Self.hexadecimal(SHA256.hash(data: key.publicKey.derRepresentation)) }

    /// `2 0 1` and the digest of the certificate.
    var anchorTLSA: String { get throws { "2 0 1 " + Self.hexadecimal(SHA256.hash(data: try der)) } }

    private static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// For a server that shows it.
    func serverContext() throws -> NIOSSLContext {
        var chain = [NIOSSLCertificateSource.certificate(try NIOSSLCertificate(bytes: try der, format: .der))]
        if let issuer { chain.append(.certificate(try NIOSSLCertificate(bytes: try Self.der(issuer), format: .der))) }
        let key = try NIOSSLPrivateKey(bytes: Array(key.pemRepresentation.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key)))
    }
}
