import NIOPosix
import SASL
import SMTP

extension SMTPConnection {
    /// Authenticates (RFC 4954); what ``ClientConfiguration/authentication`` does by itself.
    ///
    /// - Throws: the connection goes on without authentication only when the server refused.
    public func authenticate(_ authentication: Authentication) async throws(SMTPClientError) {
        guard tls != nil || authentication.isAllowedInClear else { throw .authentication(.wouldBeClear) }
        var authentication = authentication
        authentication.credentials = try await Self.settled(authentication.credentials)
        let (mechanism, exchange) = try choose(authentication)
        try await run(mechanism, exchange, isAllowedInClear: authentication.isAllowedInClear)
    }

    private static func settled(_ credentials: Authentication.Credentials) async throws(SMTPClientError)
        -> Authentication.Credentials
    {
        guard case .freshBearer(let user, let token) = credentials else { return credentials }
        do {
            return .bearer(user: user, token: try await token())
        } catch {
            throw .authentication(.unusableCredentials)
        }
    }

    private func run(
        _ mechanism: Authentication.Mechanism, _ start: any SASLExchange, isAllowedInClear: Bool
    ) async throws(SMTPClientError) {
        var exchange = start
        let first = exchange.initialResponse.map { $0.isEmpty ? [UInt8(ascii: "=")] : Base64Text.encode($0) }
        var answer = try await driver.carryOut(
            .authenticate(
                mechanism: Array(mechanism.rawValue.utf8), initialResponse: first, isAllowedInClear: isAllowedInClear))
        while case .challenge(let text) = answer {
            let response: [UInt8]
            do throws(AuthenticationFault) {
                guard let challenge = Base64Text.decode(text) else { throw .malformedChallenge }
                (exchange, response) = try await Self.respond(exchange, challenge)
            } catch {
                _ = try? await driver.carryOut(.cancelAuthentication)
                if error == .serverNotProven { close() }
                throw .authentication(error)
            }
            answer = try await driver.carryOut(.respond(Base64Text.encode(response)))
        }
        guard case .authentication(let reply) = answer else { throw .unanswered }
        guard reply.isCompletion else { throw .authentication(.refused(reply)) }
        // RFC 5802 §3: who says yes without proof isn't the server.
        guard exchange.isServerProven else {
            close()
            throw .authentication(.serverNotProven)
        }
    }

    /// Off the event loops: rounds of PBKDF2 are counted by the server.
    private static func respond(_ exchange: any SASLExchange, _ challenge: [UInt8]) async throws(AuthenticationFault)
        -> (any SASLExchange, [UInt8])
    {
        let result: Result<(any SASLExchange, [UInt8]), AuthenticationFault>
        do {
            result = try await NIOThreadPool.singleton.runIfActive {
                var exchange = exchange
                do throws(AuthenticationFault) {
                    let response = try exchange.respond(to: challenge)
                    return .success((exchange, response))
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw .malformedChallenge
        }
        return try result.get()
    }

    /// The first mechanism that is allowed, offered, and fits the credentials.
    private func choose(_ authentication: Authentication) throws(SMTPClientError)
        -> (Authentication.Mechanism, any SASLExchange)
    {
        do throws(AuthenticationFault) {
            for mechanism in authentication.mechanisms where capabilities.offers(mechanism: mechanism.rawValue) {
                if let exchange = try exchange(mechanism, authentication) { return (mechanism, exchange) }
            }
            throw .noCommonMechanism
        } catch {
            throw .authentication(error)
        }
    }

    private func exchange(_ mechanism: Authentication.Mechanism, _ authentication: Authentication)
        throws(AuthenticationFault) -> (any SASLExchange)?
    {
        let plus = Authentication.Mechanism.scramSHA256Plus
        switch (mechanism, authentication.credentials) {
        case (.scramSHA256Plus, .password(let user, let password, let authorizing)):
            guard let hash = endPoint else { return nil }
            return try SCRAMExchange(
                user: user, password: password, authorizing: authorizing, binding: .serverEndPoint(hash),
                maximumIterations: authentication.maximumIterations)
        case (.scramSHA256, .password(let user, let password, let authorizing)):
            let couldBind = endPoint != nil && authentication.mechanisms.contains(plus)
            let isOffered = capabilities.offers(mechanism: plus.rawValue)
            return try SCRAMExchange(
                user: user, password: password, authorizing: authorizing,
                binding: couldBind && !isOffered ? .notOffered : .unsupported,
                maximumIterations: authentication.maximumIterations)
        case (.plain, .password(let user, let password, let authorizing)):
            return try SingleMessageExchange.plain(user, password, authorizing)
        case (.login, .password(let user, let password, nil)):
            return try LoginExchange(user, password)
        case (.oauthBearer, .bearer(let user, let token)): return try SingleMessageExchange.oauthBearer(user, token)
        case (.xoauth2, .bearer(let user, let token)): return try SingleMessageExchange.xoauth2(user, token)
        case (.external, .external(let authorizing)): return try SingleMessageExchange.external(authorizing)
        default: return nil
        }
    }

    private var endPoint: [UInt8]? {
        tls?.chain.certificates.first.flatMap(ServerEndPoint.binding)
    }
}
