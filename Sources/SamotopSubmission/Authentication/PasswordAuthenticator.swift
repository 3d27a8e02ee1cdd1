import Crypto
import SASL
public import SamotopAccounts
public import SamotopCore

/// Lets clients in by passwords: SCRAM-SHA-256 with and without channel binding, PLAIN and LOGIN.
///
/// A name that doesn't exist costs what one costs that does, and is answered in the same words: PLAIN and LOGIN derive as often, and SCRAM
/// gets a salt that is always the same for that name. Tries are bounded by a ``SamotopAccounts/SignInLimiter``, which other ways to sign in share.
public struct PasswordAuthenticator: Authenticator {
    /// A mechanism, by its IANA name.
    public enum Mechanism: String, Sendable, Hashable, CaseIterable {
        /// RFC 7677, bound to the TLS connection by our certificate (`tls-server-end-point`, RFC 5929 §4).
        case scramSHA256Plus = "SCRAM-SHA-256-PLUS"
        /// RFC 7677.
        case scramSHA256 = "SCRAM-SHA-256"
        /// RFC 4616.
        case plain = "PLAIN"
        /// Obsolete, and the only one that some programs know.
        case login = "LOGIN"
    }

    let accounts: any SubmissionAccounts
    let verifier: PasswordVerifier
    let limiter: any SignInLimiter
    private let mechanisms: [Mechanism]
    private let key: SymmetricKey
    let iterations: Int

    /// - Parameters:
    ///   - verifier: of passwords that are told, on threads of its own.
    ///   - limiter: shared with other ways to sign in.
    ///   - key: 32 secret octets, always the same: the salts of names that don't exist come from it.
    ///   - iterations: of the accounts' keys, told for names that don't exist.
    public init(
        _ accounts: any SubmissionAccounts, verifier: PasswordVerifier, limiter: any SignInLimiter, key: [UInt8],
        mechanisms: [Mechanism] = Mechanism.allCases, iterations: Int = AccountSecrets.iterations
    ) {
        self.accounts = accounts
        self.verifier = verifier
        self.limiter = limiter
        self.mechanisms = mechanisms
        self.key = SymmetricKey(data: key)
        self.iterations = iterations
    }

    public func mechanisms(for session: Session) -> [String] {
        let canBind = binding(of: session) != nil
        return mechanisms.filter { $0 != .scramSHA256Plus || canBind }.map(\.rawValue)
    }

    public func begin(_ mechanism: String, in session: Session) -> (any AuthenticationExchange)? {
        guard let mechanism = Mechanism(rawValue: mechanism), mechanisms.contains(mechanism) else { return nil }
        switch mechanism {
        case .plain: return PlainExchange(authenticator: self)
        case .login: return LoginExchange(authenticator: self, name: nil)
        case .scramSHA256:
            let offersPlus = mechanisms.contains(.scramSHA256Plus) && binding(of: session) != nil
            return SCRAMExchange(authenticator: self, server: SCRAMServer(binding: .unbound(offersPlus: offersPlus)))
        case .scramSHA256Plus:
            return binding(of: session).map {
                SCRAMExchange(authenticator: self, server: SCRAMServer(binding: .serverEndPoint($0)))
            }
        }
    }

    private func binding(of session: Session) -> [UInt8]? {
        session.tls?.serverCertificate.flatMap { ServerEndPoint.binding(certificate: $0) }
    }

    /// What SCRAM tells of a name that doesn't exist.
    func decoy(for name: String) -> SCRAMParameters? {
        let salt = HMAC<SHA256>.authenticationCode(for: Array("salt of \(name)".utf8), using: key)
        return SCRAMParameters(salt: Array(salt.prefix(16)), iterations: iterations)
    }
}
