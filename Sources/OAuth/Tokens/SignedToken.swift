import Foundation

/// A JSON Web Token in the compact form, signed (RFC 7519, RFC 7515 §3.1), read and not believed yet. What it says is octets until the
/// signature is known to be good: anybody can write much that is costly to read.
struct SignedToken: Sendable {
    /// Octets of a token that is read at most.
    static let maximumLength = 8_192

    let algorithm: SignatureAlgorithm
    /// `kid`.
    let key: String?
    /// The claims in JSON.
    let payload: [UInt8]
    /// What the signature is over.
    let signed: [UInt8]
    let signature: [UInt8]

    init(_ text: String) throws(TokenFault) {
        let octets = Array(text.utf8)
        guard octets.count <= Self.maximumLength else { throw .malformed }
        // Five parts would be an encrypted token (RFC 7516).
        let parts = octets.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3,
            let head = Base64URL.decode(parts[0])
                .flatMap({ try? JSONDecoder().decode(TokenHeader.self, from: Data($0)) }),
            let payload = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2])
        else { throw .malformed }
        guard let name = head.algorithm, let algorithm = SignatureAlgorithm(rawValue: name) else { throw .algorithm }
        guard !head.isCritical, head.isToken else { throw .kind }
        self.algorithm = algorithm
        key = head.key
        self.payload = payload
        signed = Array(octets[..<parts[2].index(before: parts[2].startIndex)])
        self.signature = signature
    }
}
