/// Why a token doesn't count. It carries nothing of the token.
public enum TokenFault: String, Error, Sendable, Hashable, CaseIterable {
    /// Not a token, not JSON, or too long.
    case malformed
    /// None, one with a shared secret, or one that isn't known (RFC 8725 §3.1).
    case algorithm
    /// Another kind of token (RFC 8725 §3.11), or one with extensions that must be understood (RFC 7515 §4.1.11).
    case kind
    /// Signed by a key that the issuer doesn't publish.
    case unknownKey
    /// The signature isn't of this token.
    case signature
    /// It is over, or doesn't say when it is.
    case expired
    /// It is of a time to come.
    case notYetValid
    /// From somebody else.
    case issuer
    /// For somebody else.
    case audience
    /// Good for other things than mail.
    case scope
    /// Bound to a key that its bearer would have to prove (RFC 7800), which these mechanisms can't.
    case bound
    /// It says no account, or one whose address wasn't verified.
    case account
    /// The issuer says that it doesn't count any more (RFC 7662 §2.2).
    case inactive
    /// The issuer can't be asked now: no fault of the token's.
    case unavailable
}

extension TokenFault: CustomStringConvertible {
    /// In English, for logs.
    public var description: String {
        switch self {
        case .malformed: "no token that can be read"
        case .algorithm: "the token's algorithm isn't accepted"
        case .kind: "another kind of token"
        case .unknownKey: "the issuer publishes no such key"
        case .signature: "the token's signature is wrong"
        case .expired: "the token has expired"
        case .notYetValid: "the token isn't valid yet"
        case .issuer: "the token is of another issuer"
        case .audience: "the token is for another audience"
        case .scope: "the token lacks the scope"
        case .bound: "the token is bound to a key"
        case .account: "the token says no account"
        case .inactive: "the token isn't active"
        case .unavailable: "the issuer can't be asked"
        }
    }
}
