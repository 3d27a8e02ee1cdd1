import SwiftASN1
import X509

/// A request for a certificate (RFC 2986) for names of the DNS.
enum CertificateRequest {
    /// DER. The subject is empty: names stand in the extension alone.
    static func der(for names: [String], key: Certificate.PrivateKey) throws -> [UInt8] {
        let wish = ExtensionRequest(
            extensions: try Certificate.Extensions { SubjectAlternativeNames(names.map { .dnsName($0) }) })
        let request = try CertificateSigningRequest(
            version: .v1, subject: DistinguishedName(), privateKey: key, attributes: .init([.init(wish)]))
        var serializer = DER.Serializer()
        try serializer.serialize(request)
        return serializer.serializedBytes
    }
}
