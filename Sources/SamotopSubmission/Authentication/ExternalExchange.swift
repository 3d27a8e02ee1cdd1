import SASL
import SamotopCore

/// EXTERNAL: one message.
struct ExternalExchange: AuthenticationExchange {
    let authenticator: CertificateAuthenticator

    func respond(to message: [UInt8]?, in session: Session) async -> AuthenticationOutcome {
        guard let message else { return .challenge([], then: self) }
        do throws(SASLFailure) {
            return await authenticator.check(try ExternalMessage(message).authorizing, session)
        } catch {
            return .failure(error)
        }
    }
}
