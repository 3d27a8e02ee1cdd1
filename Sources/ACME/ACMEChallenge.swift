/// How a name is proved (RFC 8555 §8, RFC 8737).
public enum ACMEChallengeType: String, Sendable, CaseIterable {
    /// A file that is fetched by HTTP from port 80.
    case http = "http-01"
    /// A certificate that is shown in TLS on port 443 to who asks for `acme-tls/1`.
    case tlsALPN = "tls-alpn-01"
}

/// What has to be there when the authority looks.
public struct ACMEChallengeAnswer: Sendable, Hashable {
    /// The name that is to be proved, in lower case.
    public let name: String
    /// base64url, fit for a path.
    public let token: String
    /// The token and the account key's thumbprint (RFC 8555 §8.1), ASCII.
    public let keyAuthorization: String

    /// An answer; the token is of base64url.
    public init(name: String, token: String, keyAuthorization: String) {
        self.name = name
        self.token = token
        self.keyAuthorization = keyAuthorization
    }
}

/// Lets the authority see answers.
public protocol ACMEChallengeResponder: Sendable {
    /// Which kind it can.
    var type: ACMEChallengeType { get }
    /// From here on the authority can see it.
    func present(_ answer: ACMEChallengeAnswer) async throws
    /// From here on nobody can.
    func withdraw(_ answer: ACMEChallengeAnswer) async
}
