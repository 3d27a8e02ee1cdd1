import SMTP
import SamotopAccounts
import SamotopCore

extension SignInLimiter {
    /// Why a try for this name isn't looked at; nil: it is, and counts as failed until it succeeds.
    func refusal(of name: String, _ session: Session) async -> AuthenticationOutcome? {
        guard await !admits(name: name, network: session.client.signInNetwork) else { return nil }
        return .failed(.postpone(Refusal(.authenticationUnavailable, cause: "too many failed tries lately")))
    }

    /// The account is let in.
    ///
    /// - Parameter tried: the name that the try was counted for.
    func success(of name: String, tried: String? = nil, _ session: Session) async -> AuthenticationOutcome {
        await succeeded(name: tried ?? name, network: session.client.signInNetwork)
        return .authenticated(Submitter(.authenticated, name: name))
    }
}
