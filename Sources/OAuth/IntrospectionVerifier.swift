import Synchronization

/// Asks the issuer about each token (RFC 7662), for tokens that say nothing themselves.
public final class IntrospectionVerifier: TokenVerifier {
    /// Octets of an answer that is read at most.
    public static let maximumAnswer = 64 << 10
    /// Questions under way at most; one more is answered as if the issuer couldn't be asked.
    public static let maximumQuestions = 32

    private let rules: TokenRules
    private let now: @Sendable () -> Int64
    private let ask: @Sendable (_ form: [UInt8]) async throws -> [UInt8]
    private let questions = Mutex(0)

    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - ask: posts a form (`application/x-www-form-urlencoded`) with the client's own credentials (RFC 7662 §2.1), and brings the body of
    ///     an answer 200, within a time and a length.
    public init(
        _ rules: TokenRules, now: @escaping @Sendable () -> Int64,
        ask: @escaping @Sendable (_ form: [UInt8]) async throws -> [UInt8]
    ) {
        self.rules = rules
        self.now = now
        self.ask = ask
    }

    public func account(of token: String) async throws(TokenFault) -> String {
        guard (1...SignedToken.maximumLength).contains(token.utf8.count) else { throw .malformed }
        let isAdmitted = questions.withLock { count in
            guard count < Self.maximumQuestions else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { throw .unavailable }
        defer { questions.withLock { $0 -= 1 } }
        let answer: [UInt8]
        do { answer = try await ask(Self.form(token)) } catch { throw .unavailable }
        guard answer.count <= Self.maximumAnswer, let claims = Claims(json: answer) else { throw .unavailable }
        guard claims["active"] == .flag(true) else { throw .inactive }
        return try rules.account(of: claims, isTold: true, now: now())
    }

    /// RFC 7662 §2.1.
    private static func form(_ token: String) -> [UInt8] {
        Array("token=\(FormText.encoded(token))&token_type_hint=access_token".utf8)
    }
}
