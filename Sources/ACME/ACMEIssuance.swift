public import X509

/// Gets a certificate from an authority, from the order to the chain (RFC 8555 §7.4).
public struct ACMEIssuance: Sendable {
    /// Names of a certificate at most.
    public static let maximumNames = 100
    /// Seconds that the proof of one name, and the making of the certificate, may take.
    public static let patience = 300
    /// Seconds between two looks, at least and at most, whatever the authority says.
    static let pause = 1...30

    private let client: ACMEClient
    private let responder: any ACMEChallengeResponder
    private let sleep: @Sendable (Duration) async throws -> Void

    /// - Parameters:
    ///   - client: whose account is registered.
    ///   - responder: shows the answers to challenges.
    ///   - sleep: waits between two looks.
    public init(
        _ client: ACMEClient, responder: any ACMEChallengeResponder,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.client = client
        self.responder = responder
        self.sleep = sleep
    }

    /// The chain, PEM, the host's own certificate first. It is checked to be for this key and these names.
    ///
    /// - Throws: ``ACMEError``, and what the transport throws.
    public func chain(for names: [String], key: Certificate.PrivateKey) async throws -> String {
        let (first, place) = try await client.newOrder(names)
        guard first.authorizations.count <= Self.maximumNames else { throw ACMEError.malformed("too many names") }
        if first.status == .pending {
            try await prove(first.authorizations)
        }
        let ready = try await order(at: place, "the order") { $0 != .pending }
        if ready.status == .ready {
            try await client.finalize(ready, request: try CertificateRequest.der(for: names, key: key))
        }
        let made = try await order(at: place, "the certificate") { $0 == .valid || $0 == .invalid }
        guard made.status == .valid, let url = made.certificate else {
            throw made.error.map { ACMEError.refused($0, retryAfter: nil) } ?? .malformed("an order without a result")
        }
        let chain = try await client.chain(at: url)
        try IssuedChain.check(chain, names: names, key: key)
        return chain
    }

    private func order(
        at place: String, _ what: String, until isDone: @Sendable (ACMEOrder.Status) -> Bool
    ) async throws -> ACMEOrder {
        let found = try await look(what) {
            try await client.read(ACMEOrder.self, at: place)
        } until: {
            $0.status == .invalid || isDone($0.status)
        }
        guard found.status != .invalid else {
            throw found.error.map { ACMEError.refused($0, retryAfter: nil) } ?? .malformed("an invalid order")
        }
        return found
    }

    /// Proves all names, and tells of all that can't be: they can be left out.
    private func prove(_ authorizations: [String]) async throws {
        var unproven: [String] = []
        var cause: ACMEProblem?
        for url in authorizations {
            do {
                try await prove(url)
            } catch ACMEError.unproven(let names, let problem) {
                if unproven.isEmpty { cause = problem }
                unproven += names
            } catch {
                // An authority may break off the rest with the first.
                if unproven.isEmpty || error is CancellationError { throw error }
                break
            }
        }
        guard unproven.isEmpty else { throw ACMEError.unproven(names: unproven, cause) }
    }

    /// Proves one name, unless that has been done.
    private func prove(_ url: String) async throws {
        let (authorization, _) = try await client.read(ACMEAuthorization.self, at: url)
        if authorization.status == .valid { return }
        let name = authorization.identifier.value.lowercased()
        guard let challenge = authorization.challenges.first(where: { $0.type == responder.type.rawValue }) else {
            throw ACMEError.noChallenge(name: name, offered: authorization.challenges.map(\.type))
        }
        guard let token = challenge.token, Base64URL.isEncoded(token) else { throw ACMEError.malformed("a token") }
        let answer = ACMEChallengeAnswer(
            name: name, token: token, keyAuthorization: client.key.keyAuthorization(token))
        try await responder.present(answer)
        do {
            try await client.answer(challenge: challenge.url)
            let proved = try await look("the proof of \(name)") {
                try await client.read(ACMEAuthorization.self, at: url)
            } until: {
                $0.status != .pending
            }
            guard proved.status == .valid else {
                throw ACMEError.unproven(names: [name], proved.challenges.lazy.compactMap(\.error).first)
            }
        } catch {
            await responder.withdraw(answer)
            throw error
        }
        await responder.withdraw(answer)
    }

    /// Looks again and again, as often as the authority wants it, until it is done.
    private func look<Object: Sendable>(
        _ what: String, _ read: () async throws -> (object: Object, retryAfter: Int?), until isDone: (Object) -> Bool
    ) async throws -> Object {
        var waited = 0
        while true {
            let (object, wish) = try await read()
            if isDone(object) { return object }
            guard waited < Self.patience else { throw ACMEError.timeout(what) }
            let seconds = min(max(wish ?? 2, Self.pause.lowerBound), Self.pause.upperBound)
            try await sleep(.seconds(seconds))
            waited += seconds
        }
    }
}
