/// A JSON Web Token in the compact form, signed (RFC 7519, RFC 7515 §3.1), read and not believed yet.
struct SignedToken: Sendable {
    /// Octets of a token that is read at most.
    static let maximumLength = 8_192

    let algorithm: SignatureAlgorithm
    /// `kid`.
    let key: String?
    let claims: Claims
    /// What the signature is over.
    let signed: [UInt8]
    let signature: [UInt8]

    init(_ text: String) throws(TokenFault) {
        let octets = Array(text.utf8)
        guard octets.count <= Self.maximumLength else { throw .malformed }
        // Five parts would be an encrypted token (RFC 7516).
        let parts = octets.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Base64URL.decode(parts[0]).flatMap({ Claims(json: $0) }),
            let claims = Base64URL.decode(parts[1]).flatMap({ Claims(json: $0) }),
            let signature = Base64URL.decode(parts[2])
        else { throw .malformed }
        guard let name = head.text("alg"), let algorithm = SignatureAlgorithm(rawValue: name) else { throw .algorithm }
        guard !head.has("crit"), Self.isToken(head["typ"]) else { throw .kind }
        self.algorithm = algorithm
        key = head.text("kid")
        self.claims = claims
        signed = Array(octets[..<parts[2].index(before: parts[2].startIndex)])
        self.signature = signature
    }

    /// RFC 7519 §5.1 and RFC 9068 §2.1; other types are tokens for other things (RFC 8725 §3.11).
    private static func isToken(_ type: Claims.Value?) -> Bool {
        guard let type else { return true }
        guard case .text(let text) = type else { return false }
        return ["jwt", "at+jwt", "application/jwt", "application/at+jwt"].contains(text.lowercased())
    }
}
