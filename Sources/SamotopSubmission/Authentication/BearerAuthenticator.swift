public import OAuth
public import SASL
public import SamotopAccounts
public import SamotopCore

/// Lets clients in by access tokens (RFC 6750): OAUTHBEARER (RFC 7628) and XOAUTH2, its older form.
///
/// A token is verified before any account is looked up: who has none that is good learns nothing of accounts, neither by words nor by time.
/// Tries are bounded by a ``SamotopAccounts/SignInLimiter``, which other ways to sign in share.
public struct BearerAuthenticator: Authenticator {
    /// The message's form.
    enum Form { case oauthBearer, xoauth2 }

    let accounts: any SubmissionAccounts
    let verifier: any TokenVerifier
    let limiter: any SignInLimiter
    let challenge: BearerChallenge

    /// - Parameters:
    ///   - limiter: shared with other ways to sign in.
    ///   - challenge: what clients are told of the token that they need.
    public init(
        _ accounts: any SubmissionAccounts, verifier: any TokenVerifier, limiter: any SignInLimiter,
        challenge: BearerChallenge
    ) {
        self.accounts = accounts
        self.verifier = verifier
        self.limiter = limiter
        self.challenge = challenge
    }

    public func mechanisms(for session: Session) -> [String] {
        [SubmissionMechanism.oauthBearer, .xoauth2].map(\.rawValue)
    }

    public func begin(_ mechanism: String, in session: Session) -> (any AuthenticationExchange)? {
        switch SubmissionMechanism(rawValue: mechanism) {
        case .oauthBearer: BearerExchange(authenticator: self, form: .oauthBearer)
        case .xoauth2: BearerExchange(authenticator: self, form: .xoauth2)
        default: nil
        }
    }
}
