import Crypto
import Foundation
import NIOSSL
import SwiftASN1
import Testing
import X509

/// An authority for tests, and the certificates that it signs.
struct Authority: Sendable {
    /// What a certificate says.
    struct Wish: Sendable {
        var names: [GeneralName]? = [.dnsName("mta-sts.example.org")]
        var commonName = "server"
        /// Seconds from now.
        var from: TimeInterval = -3_600
        var to: TimeInterval = 3_600
        var purpose = ExtendedKeyUsage.Usage.serverAuth
    }

    /// A certificate and its key.
    struct Identity: Sendable {
        let certificate: [UInt8]
        let key: P256.Signing.PrivateKey
    }

    private let name: DistinguishedName
    private let key = P256.Signing.PrivateKey()
    let certificate: [UInt8]

    init() throws {
        name = try DistinguishedName { CommonName("Authority \(UInt64.random(in: 0 ... .max))") }
        let now = Date()
        certificate = try Self.der(
            Certificate(
                version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey), notValidBefore: now - 7_200,
                notValidAfter: now + 7_200, issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                    Critical(KeyUsage(keyCertSign: true))
                }, issuerPrivateKey: .init(key)))
    }

    var trustRoots: NIOSSLTrustRoots {
        get throws { .certificates([try NIOSSLCertificate(bytes: certificate, format: .der)]) }
    }

    func sign(_ wish: Wish = Wish()) throws -> Identity {
        let (own, now) = (P256.Signing.PrivateKey(), Date())
        let made = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(own.publicKey), notValidBefore: now + wish.from,
            notValidAfter: now + wish.to, issuer: name, subject: try DistinguishedName { CommonName(wish.commonName) },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([wish.purpose])
                if let names = wish.names { SubjectAlternativeNames(names) }
            }, issuerPrivateKey: .init(key))
        return Identity(certificate: try Self.der(made), key: own)
    }

    private static func der(_ certificate: Certificate) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
    }
}

extension Authority.Wish {
    /// A certificate with these dNSNames, or without any names.
    static func named(_ names: String...) -> Self { Self(names: names.isEmpty ? nil : names.map { .dnsName($0) }) }
}
