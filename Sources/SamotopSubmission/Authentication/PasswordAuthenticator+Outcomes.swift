import SASL
import SMTP
import SamotopAccounts
import SamotopCore

extension PasswordAuthenticator {
    /// A password that was told.
    func check(_ message: PlainMessage, _ session: Session) async -> AuthenticationOutcome {
        let name = message.name.lowercased()
        if let refusal = await limiter.refusal(of: name, session) { return refusal }
        let secrets: AccountSecrets?
        do { secrets = try await accounts.secrets(of: name) } catch {
            return await limiter.unreadable(name, session)
        }
        guard let decoy = decoy(for: name) else { return await limiter.unreadable(name, session) }
        switch await verifier.check(message.password, against: secrets, decoy: decoy) {
        case .busy:
            return await limiter.undecided(name, session, cause: "too many tries at once")
        case .wrong:
            return .failure(.credentials)
        case .right:
            // RFC 4616 §2: nobody acts for others here.
            guard message.authorizing.isEmpty || message.authorizing.lowercased() == name else {
                return .failure(.credentials)
            }
            return await limiter.success(of: name, session)
        }
    }
}

extension AuthenticationOutcome {
    static func failure(_ failure: SASLFailure) -> AuthenticationOutcome {
        switch failure {
        case .malformed: .failed(.reject(Refusal(.authenticationSyntax, cause: "malformed message")))
        case .credentials: .failed(.reject(Refusal(.credentialsInvalid, cause: "wrong name or password")))
        case .channelBinding:
            .failed(.reject(Refusal(.credentialsInvalid, cause: "the client's channel binding doesn't fit")))
        }
    }
}
