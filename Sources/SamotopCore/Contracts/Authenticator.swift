/// Lets clients prove who they are (RFC 4954, RFC 4422): mechanisms and accounts live behind it. The session machine asks only inside
/// TLS, and only for mechanisms that ``mechanisms(for:)`` named.
public protocol Authenticator: Sendable {
    /// The mechanisms that may be offered in this session, by their IANA names, best first.
    func mechanisms(for session: Session) -> [String]
    /// An exchange by one of them; nil: it isn't known.
    func begin(_ mechanism: String, in session: Session) -> (any AuthenticationExchange)?
}

/// One exchange, at the point where the client has to speak.
public protocol AuthenticationExchange: Sendable {
    /// Takes the client's message, decoded; nil: it sent none, and waits for a challenge. Runs on the session's event loop until it
    /// waits for something; never block.
    func respond(to message: [UInt8]?, in session: Session) async -> AuthenticationOutcome
}

/// What follows from a message of an exchange.
public enum AuthenticationOutcome: Sendable {
    /// The client has to answer this challenge.
    case challenge([UInt8], then: any AuthenticationExchange)
    /// It is who it says.
    case authenticated(Submitter)
    /// It isn't (`.reject`), or it can't be told now (`.postpone`).
    case failed(Verdict)
}
