import Logging
import NIOPosix
import NIOSSL
import NameResolution
import OAuth
import SASL
import SMTP
import SamotopAccounts
import SamotopCore
import SamotopHTTPS
import SamotopSigning
import SamotopSubmission
import TransportSecurity

/// Whose tokens let in, and how they are verified.
enum OAuthRooms {
    /// Seconds in which an issuer has to answer.
    static let timeout = 10

    private static let key = "submission.oauth"

    /// Nil: nobody's do.
    static func authenticator(
        _ configuration: Configuration, _ book: AccountBook, limiter: any SignInLimiter,
        _ resolver: (any NameResolution.Resolver)?, _ logger: Logger
    ) throws(StartFailure) -> BearerAuthenticator? {
        guard let settings = configuration.submission.oauth else { return nil }
        let problems = problems(configuration)
        guard problems.isEmpty else { throw StartFailure(ExitStatus.configuration, problems) }
        // RFC 8414 §3 puts it elsewhere; RFC 7628 §3.2.2 wants OpenID's place.
        let issuer = settings.issuer.hasSuffix("/") ? String(settings.issuer.dropLast()) : settings.issuer
        return BearerAuthenticator(
            book, verifier: try verifier(settings, configuration, resolver, logger), limiter: limiter,
            challenge: BearerChallenge(
                scopes: settings.scopes, configuration: issuer + "/.well-known/openid-configuration"))
    }

    /// Files that can't be used.
    static func problems(_ configuration: Configuration) -> [Problem] {
        switch configuration.submission.oauth?.source {
        case .file(let path):
            do throws(SystemFailure) {
                let octets = try LocalFile.read(path, limit: JSONWebKeySet.maximumLength)
                guard JSONWebKeySet(json: octets) == nil else { return [] }
                return [
                    configuration.problem(
                        key + ".jwks-file",
                        "\(path): no key that tokens could be verified with; write a JSON Web Key Set")
                ]
            } catch { return [configuration.problem(key + ".jwks-file", "\(path): \(error)")] }
        case .introspection(_, _, let path):
            do throws(SecretFile.Failure) {
                _ = try secret(path)
                return []
            } catch { return [configuration.problem(key + ".client-secret-file", "\(error)")] }
        default: return []
        }
    }

    private static func verifier(
        _ settings: OAuthSettings, _ configuration: Configuration, _ resolver: (any NameResolution.Resolver)?,
        _ logger: Logger
    ) throws(StartFailure) -> any TokenVerifier {
        let rules = TokenRules(
            issuer: settings.issuer, audiences: settings.audiences, scopes: settings.scopes, claim: settings.claim,
            leeway: settings.leeway.components.seconds)
        let clock = SystemClock()
        let now: @Sendable () -> Int64 = { clock.now().seconds }
        var keeping = KeySource.Settings()
        keeping.freshness = settings.keysFor.components.seconds
        keeping.pause = settings.unknownKeys.components.seconds
        switch settings.source {
        case .file(let path):
            let threads = StorageThreads(count: 1, name: "issuer")
            let keys = KeySource(settings: keeping, now: now) {
                try await IssuerTrouble.told(logger, of: path) {
                    try IssuerTrouble.checked(
                        try await threads.run { try LocalFile.read(path, limit: JSONWebKeySet.maximumLength) })
                }
            }
            return SignedTokenVerifier(rules, keys: keys, now: now)
        case .keys(let url):
            let client = try client(settings, configuration, resolver, limit: JSONWebKeySet.maximumLength)
            let keys = KeySource(settings: keeping, now: now) {
                try await IssuerTrouble.told(logger, of: url) {
                    try IssuerTrouble.checked(
                        try await body(
                            client, url, fields: [("accept", "application/jwk-set+json, application/json")]))
                }
            }
            return SignedTokenVerifier(rules, keys: keys, now: now)
        case .introspection(let url, let name, let path):
            let client = try client(settings, configuration, resolver, limit: IntrospectionVerifier.maximumAnswer)
            let secret: String
            do throws(SecretFile.Failure) { secret = try Self.secret(path) } catch {
                throw StartFailure(
                    ExitStatus.configuration, [configuration.problem(key + ".client-secret-file", "\(error)")])
            }
            // RFC 6749 §2.3.1.
            let pair = "\(FormText.encoded(name)):\(FormText.encoded(secret))"
            let credentials = "Basic " + String(decoding: Base64Text.encode(Array(pair.utf8)), as: UTF8.self)
            return IntrospectionVerifier(rules, now: now) { form in
                try await IssuerTrouble.told(logger, of: url) {
                    try await body(
                        client, url,
                        fields: [
                            ("accept", "application/json"), ("authorization", credentials),
                            ("content-type", "application/x-www-form-urlencoded"),
                        ], form)
                }
            }
        }
    }

    private static func client(
        _ settings: OAuthSettings, _ configuration: Configuration, _ resolver: (any NameResolution.Resolver)?,
        limit: Int
    ) throws(StartFailure) -> HTTPSClient {
        guard let resolver else {
            throw StartFailure(ExitStatus.configuration, [configuration.problem(key, "nothing is asked of the DNS")])
        }
        do {
            // The operator named the issuer, wherever it is.
            return try HTTPSClient(
                resolver: resolver, trustRoots: settings.caFile.map { .file($0) } ?? .default, limit: limit,
                on: MultiThreadedEventLoopGroup.singleton, asksThisMachine: true, mayReach: { _ in true })
        } catch {
            throw StartFailure(
                ExitStatus.configuration,
                [configuration.problem(key + ".ca-file", "no certificates can be read from it: \(error)")])
        }
    }

    private static func body(
        _ client: HTTPSClient, _ url: String, fields: [(name: String, value: String)], _ form: [UInt8]? = nil
    ) async throws -> [UInt8] {
        guard let address = HTTPSAddress(url) else { throw HTTPSFetchError.unreachable }
        let response = try await client.ask(address, fields: fields, body: form, timeout: timeout)
        guard response.status == 200 else { throw IssuerTrouble(status: response.status, isAsked: form != nil) }
        return response.body
    }

    /// An editor ends a file with a newline, which is nobody's secret.
    private static func secret(_ path: String) throws(SecretFile.Failure) -> String {
        var octets = try SecretFile.read(path)
        while let last = octets.last, last == 0x0A || last == 0x0D { octets.removeLast() }
        return String(decoding: octets, as: UTF8.self)
    }
}
