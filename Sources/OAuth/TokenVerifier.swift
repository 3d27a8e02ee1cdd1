/// Says whose a bearer token is (RFC 6750).
public protocol TokenVerifier: Sendable {
    /// The account's address, as the issuer wrote it.
    func account(of token: String) async throws(TokenFault) -> String
}
