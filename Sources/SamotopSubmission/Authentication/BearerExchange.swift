import Crypto
import OAuth
import SASL
import SMTP
import SamotopAccounts
import SamotopCore

/// OAUTHBEARER and XOAUTH2: one message. Whoever is refused is told first which token it takes, and answers that (RFC 7628 §3.2.3).
struct BearerExchange: AuthenticationExchange {
    let authenticator: BearerAuthenticator
    let form: BearerAuthenticator.Form

    func respond(to message: [UInt8]?, in session: Session) async -> AuthenticationOutcome {
        guard let message else { return .challenge([], then: self) }
        let bearer: BearerMessage
        do throws(SASLFailure) {
            switch form {
            case .oauthBearer: bearer = try BearerMessage(oauthBearer: message)
            case .xoauth2: bearer = try BearerMessage(xoauth2: message)
            }
        } catch {
            return .failure(error)
        }
        // RFC 7628 §4.3: it asks which token it needs, and guesses nothing.
        guard !bearer.token.isEmpty else { return challenge(.malformed) }
        let tried = Self.countedName(bearer)
        if let refusal = await authenticator.limiter.refusal(of: tried, session) { return refusal }
        do throws(TokenFault) {
            let account = AccountName.lowercased(try await authenticator.verifier.account(of: bearer.token))
            guard authenticator.accounts.addresses(of: account) != nil else { throw .account }
            guard bearer.authorizing.isEmpty || AccountName.lowercased(bearer.authorizing) == account else {
                throw .account
            }
            return await authenticator.limiter.success(of: account, tried: tried, session)
        } catch {
            guard error != .unavailable else {
                return await authenticator.limiter.undecided(tried, session, cause: "\(error)")
            }
            return challenge(error)
        }
    }

    private func challenge(_ fault: TokenFault) -> AuthenticationOutcome {
        let challenge =
            switch form {
            case .oauthBearer:
                authenticator.challenge.octets(fault == .scope ? .insufficientScope : .invalidToken)
            case .xoauth2: authenticator.challenge.xoauth2
            }
        return .challenge(challenge, then: RefusedBearerExchange(cause: "\(fault)"))
    }

    /// A client needn't say who it is. Then tries count for the token: with one name for all of them anybody could keep everybody out.
    private static func countedName(_ bearer: BearerMessage) -> String {
        guard bearer.authorizing.isEmpty else { return AccountName.lowercased(bearer.authorizing) }
        return "token \(Array(SHA256.hash(data: Array(bearer.token.utf8)).prefix(16)))"
    }
}

/// A client that was told why it is refused; whatever it answers, it is.
private struct RefusedBearerExchange: AuthenticationExchange {
    let cause: String

    func respond(to message: [UInt8]?, in session: Session) async -> AuthenticationOutcome {
        .failed(.reject(Refusal(.credentialsInvalid, cause: cause)))
    }
}
