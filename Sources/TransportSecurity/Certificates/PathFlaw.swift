/// Why no certification path that is worth anything leads from a trust anchor to the server's certificate (RFC 5280
/// §6).
public struct PathFlaw: Sendable, Hashable, Codable, Error {
    /// What is wrong.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// The server presented no certificate.
        case noCertificate
        /// The server's certificate can't be read, or its key is of a kind that nothing can be verified with.
        case unreadable
        /// No path of signatures leads to the trust anchor.
        case noPath
        /// A certificate is over.
        case expired
        /// A certificate is not valid yet.
        case notYetValid
        /// A certificate that isn't one of an authority has signed another (basic constraints, key usage).
        case notAuthority
        /// More authorities below one than its path length allows.
        case pathTooLong
        /// Signed by an algorithm that can be forged.
        case weakSignature
        /// A critical extension that isn't understood (RFC 5280 §4.2).
        case criticalExtension
        /// The certificate is for another purpose than a TLS server (RFC 5280 §4.2.1.12).
        case wrongPurpose
        /// The certificate has none of the names that it should have (RFC 6125 §6).
        case wrongName
        /// An authority may not vouch for these names, or another rule of RFC 5280 is broken.
        case constraints
    }

    /// What is wrong.
    public let kind: Kind
    /// The certificate that it is about, by its distance from the server's own in the path.
    public let depth: Int?

    init(_ kind: Kind, depth: Int? = nil) {
        self.kind = kind
        self.depth = depth
    }

    /// The flaw in English.
    public var words: String {
        let place = depth.map { $0 == 0 ? "the server's certificate" : "the authority's certificate (\($0))" }
        let subject = place ?? "a certificate"
        return switch kind {
        case .noCertificate: "the server presented no certificate"
        case .unreadable: "the server's certificate can't be read"
        case .noPath: "no path of signatures leads to a trusted authority"
        case .expired: "\(subject) has expired"
        case .notYetValid: "\(subject) is not valid yet"
        case .notAuthority: "\(subject) is not one of an authority"
        case .pathTooLong: "\(subject) allows no further authorities below it"
        case .weakSignature: "\(subject) is signed by an algorithm that can be forged"
        case .criticalExtension: "\(subject) has a critical extension that isn't understood"
        case .wrongPurpose: "\(subject) is not for TLS servers"
        case .wrongName: "\(subject) is for another name"
        case .constraints: "an authority may not vouch for this certificate"
        }
    }
}
