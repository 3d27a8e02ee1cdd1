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
        let network = session.client.signInNetwork
        if let tried, tried != name {
            // What isn't an account's name gets no network that is known: tokens without end would push out those of accounts.
            await withdrawn(name: tried, network: network)
        } else {
            await succeeded(name: name, network: network)
        }
        return .authenticated(Submitter(.authenticated, name: name))
    }

    /// Nobody could say whether the try for this name was right: no guess was answered, and none is counted.
    func undecided(_ name: String, _ session: Session, cause: String) async -> AuthenticationOutcome {
        await withdrawn(name: name, network: session.client.signInNetwork)
        return .failed(.postpone(Refusal(.authenticationUnavailable, cause: cause)))
    }

    /// The same, as the accounts can't be read.
    func unreadable(_ name: String, _ session: Session) async -> AuthenticationOutcome {
        await undecided(name, session, cause: "the accounts can't be read")
    }
}
