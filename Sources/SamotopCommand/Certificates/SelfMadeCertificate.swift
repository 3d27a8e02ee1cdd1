import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate that signs itself, for trying things out: nobody should trust it elsewhere.
enum SelfMadeCertificate {
    /// The pair in a folder: the one that is there if it still holds for a day, else a new one.
    ///
    /// - Parameters:
    ///   - folder: gets `certificate.pem` and `key.pem` (mode 0600); made when missing.
    ///   - names: DNS names, the first one being the subject.
    static func pair(in folder: String, names: [String], now: Date = Date()) throws -> TLSSettings.Pair {
        let pair = TLSSettings.Pair(certificate: folder + "/certificate.pem", key: folder + "/key.pem")
        let tomorrow = now.addingTimeInterval(86_400)
        if LocalFile.status(pair.certificate) != nil, CertificateInspection.findings(pair, now: tomorrow).isEmpty {
            return pair
        }
        try LocalFile.makeFolder(folder, mode: 0o700)
        let made = try make(names: names, now: now)
        // The key first: a certificate without its key would be found wanting, and made anew.
        try LocalFile.write(Array(made.key.utf8), to: pair.key, mode: 0o600)
        try LocalFile.write(Array(made.certificate.utf8), to: pair.certificate, mode: 0o644)
        return pair
    }

    /// Makes a certificate (ECDSA on P-256, valid for a year) and its key, as PEM.
    static func make(
        names: [String], now: Date, key: P256.Signing.PrivateKey = P256.Signing.PrivateKey()
    ) throws -> (certificate: String, key: String) {
        let subject = try DistinguishedName { CommonName(names.first ?? "localhost") }
        let loopback = GeneralName.ipAddress(.init(contentBytes: [127, 0, 0, 1]))
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(key.publicKey),
            // An hour ago: clocks differ.
            notValidBefore: now.addingTimeInterval(-3600),
            notValidAfter: now.addingTimeInterval(365 * 86_400),
            issuer: subject,
            subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(digitalSignature: true, keyCertSign: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(names.map { .dnsName($0) } + [loopback])
            },
            issuerPrivateKey: Certificate.PrivateKey(key))
        return (try certificate.serializeAsPEM().pemString + "\n", key.pemRepresentation + "\n")
    }
}
