import Crypto
import Foundation
import SwiftASN1
import X509

/// A small authority, in memory.
struct TestAuthority {
    let key = P256.Signing.PrivateKey()
    let name: DistinguishedName
    let certificate: [UInt8]
    private let now: Int64

    /// - Parameter authority: who signs it; nil: itself.
    init(_ name: String = "Our people", now: Int64, by authority: TestAuthority? = nil) throws {
        self.name = try DistinguishedName { CommonName(name) }
        self.now = now
        certificate = try Self.certificate(
            for: self.name, key, by: authority?.name ?? self.name, authority?.key ?? key, days: -10...3_650, now: now,
            try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(keyCertSign: true))
            })
    }

    /// What a certificate says.
    struct Request {
        var commonName = "Ann"
        var addresses: [String] = []
        var days = -1...30
        var usages: [ExtendedKeyUsage.Usage]? = [.clientAuth]
        var signs = true
        var isSelfSigned = false
    }

    func issue(_ request: Request) throws -> [UInt8] {
        let own = P256.Signing.PrivateKey()
        let subject = try DistinguishedName { CommonName(request.commonName) }
        return try Self.certificate(
            for: subject, own, by: request.isSelfSigned ? subject : name, request.isSelfSigned ? own : key,
            days: request.days, now: now,
            try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: request.signs, keyEncipherment: !request.signs))
                if let usages = request.usages { try ExtendedKeyUsage(usages) }
                if !request.addresses.isEmpty {
                    SubjectAlternativeNames(request.addresses.map { .rfc822Name($0) })
                }
            })
    }

    private static func certificate(
        for subject: DistinguishedName, _ key: P256.Signing.PrivateKey, by issuer: DistinguishedName,
        _ issuerKey: P256.Signing.PrivateKey, days: ClosedRange<Int>, now: Int64, _ extensions: Certificate.Extensions
    ) throws -> [UInt8] {
        func day(_ number: Int) -> Date { Date(timeIntervalSince1970: Double(now) + Double(number) * 86_400) }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey), notValidBefore: day(days.lowerBound),
            notValidAfter: day(days.upperBound), issuer: issuer, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions, issuerPrivateKey: .init(issuerKey))
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
    }
}
