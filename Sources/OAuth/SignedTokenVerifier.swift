/// Verifies tokens that the issuer signed (RFC 7519, RFC 9068), without asking it about each.
public struct SignedTokenVerifier: TokenVerifier {
    private let rules: TokenRules
    private let keys: KeySource
    private let now: @Sendable () -> Int64

    /// - Parameter now: seconds since 1970.
    public init(_ rules: TokenRules, keys: KeySource, now: @escaping @Sendable () -> Int64) {
        self.rules = rules
        self.keys = keys
        self.now = now
    }

    public func account(of token: String) async throws(TokenFault) -> String {
        let token = try SignedToken(token)
        let candidates = try await keys.candidates(token.key, token.algorithm)
        guard candidates.contains(where: { $0.verifies(token.signature, of: token.signed, by: token.algorithm) })
        else { throw .signature }
        guard let claims = Claims(json: token.payload) else { throw .malformed }
        return try rules.account(of: claims, isTold: false, now: now())
    }
}
