import SASL
import SamotopCore

/// PLAIN: one message.
struct PlainExchange: AuthenticationExchange {
    let authenticator: PasswordAuthenticator

    func respond(to message: [UInt8]?, in session: Session) async -> AuthenticationOutcome {
        guard let message else { return .challenge([], then: self) }
        do throws(SASLFailure) {
            return await authenticator.check(try PlainMessage(message), session)
        } catch {
            return .failure(error)
        }
    }
}

/// LOGIN: the name, then the password.
struct LoginExchange: AuthenticationExchange {
    let authenticator: PasswordAuthenticator
    let name: [UInt8]?

    func respond(to message: [UInt8]?, in session: Session) async -> AuthenticationOutcome {
        guard let message else { return .challenge(Array("Username:".utf8), then: self) }
        guard let name else {
            return .challenge(
                Array("Password:".utf8), then: LoginExchange(authenticator: authenticator, name: message))
        }
        do throws(SASLFailure) {
            return await authenticator.check(try PlainMessage(name: name, password: message), session)
        } catch {
            return .failure(error)
        }
    }
}
