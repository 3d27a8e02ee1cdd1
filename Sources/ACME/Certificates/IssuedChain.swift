import SwiftASN1
import X509

/// What an authority sends as a certificate.
enum IssuedChain {
    /// Certificates of a chain at most.
    static let maximumLength = 10

    /// Throws unless the first certificate is for the key and all the names.
    static func check(_ text: String, names: [String], key: Certificate.PrivateKey) throws {
        guard let documents = try? PEMDocument.parseMultiple(pemString: text), let first = documents.first,
            documents.count <= maximumLength, documents.allSatisfy({ $0.discriminator == "CERTIFICATE" }),
            let certificate = try? Certificate(pemDocument: first)
        else { throw ACMEError.malformed("a chain of certificates") }
        guard certificate.publicKey == key.publicKey else { throw ACMEError.otherCertificate("another key") }
        let found = (try? certificate.extensions.subjectAlternativeNames) ?? SubjectAlternativeNames([])
        let issued = Set(
            found.compactMap { name in if case .dnsName(let text) = name { text.lowercased() } else { nil } })
        let missing = names.filter { !issued.contains($0.lowercased()) }
        guard missing.isEmpty else {
            throw ACMEError.otherCertificate("without \(missing.joined(separator: ", "))")
        }
    }
}
