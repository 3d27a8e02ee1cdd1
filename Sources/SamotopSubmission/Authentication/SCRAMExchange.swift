import SASL
import SamotopAccounts
import SamotopCore

/// SCRAM: the name, a proof, and our proof, which the client acknowledges with an empty message (RFC 4954 §4).
struct SCRAMExchange: AuthenticationExchange {
    private enum State {
        case first
        case final(name: String, keys: [SCRAMKeys])
        case proven(name: String)
    }

    /// Keys that each proof is held against, whose name it may be: as many as an account can have.
    static let fewest = AccountSecrets.mostAppPasswords + 1

    private let authenticator: PasswordAuthenticator
    private var server: SCRAMServer
    private var state = State.first

    init(authenticator: PasswordAuthenticator, server: SCRAMServer) {
        self.authenticator = authenticator
        self.server = server
    }

    func respond(to message: [UInt8]?, in session: Session) async -> AuthenticationOutcome {
        do throws(SASLFailure) {
            switch (state, message) {
            case (.first, nil): return .challenge([], then: self)
            case (.first, let message?): return try await begin(message, session)
            case (.final(let name, let keys), let message?): return try finish(message, name, keys)
            case (.proven(let name), let message?):
                guard message.isEmpty else { throw .malformed }
                return await authenticator.limiter.success(of: name, session)
            default: throw .malformed
            }
        } catch {
            return .failure(error)
        }
    }

    private func begin(_ message: [UInt8], _ session: Session) async throws(SASLFailure) -> AuthenticationOutcome {
        var next = self
        let client = try next.server.begin(message)
        let name = client.name.lowercased()
        // Nobody acts for others here.
        guard client.authorizing.isEmpty || client.authorizing.lowercased() == name else { throw .credentials }
        if let refusal = await authenticator.limiter.refusal(of: name, session) { return refusal }
        let secrets: AccountSecrets?
        do { secrets = try await authenticator.accounts.secrets(of: name) } catch {
            return await authenticator.limiter.unreadable(name, session)
        }
        // Also made for a name that there is: it takes as long.
        guard let decoy = authenticator.decoy(for: name) else {
            return await authenticator.limiter.unreadable(name, session)
        }
        next.state = .final(name: name, keys: secrets?.keys ?? [])
        return .challenge(next.server.challenge(secrets?.parameters ?? decoy), then: next)
    }

    private func finish(_ message: [UInt8], _ name: String, _ keys: [SCRAMKeys]) throws(SASLFailure)
        -> AuthenticationOutcome
    {
        var next = self
        let proof = try server.finish(message, keys: keys, fewest: Self.fewest)
        next.state = .proven(name: name)
        return .challenge(proof.message, then: next)
    }
}
