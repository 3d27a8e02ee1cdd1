import SamotopSubmission
import Testing

@testable import SamotopCommand

@Suite("submission.client-certificates, submission.oauth")
struct SignInSettingsTests {
    private static func text(_ submission: String) -> String {
        SampleConfiguration.with("tls: none", "role: submission") + BadConfigurationTests.tls
            + "\nrelay: {}\nsubmission: {\(submission)}\n"
    }

    private static let oauth = "issuer: 'https://id.test', audience: mail"

    @Test("What is written, and what else holds")
    func read() throws {
        let bare = try ConfigurationTests.read(Self.text("")).submission
        #expect(bare.clientCertificates == nil && bare.oauth == nil)
        #expect(
            bare.mechanisms.map(\.rawValue)
                == ["EXTERNAL", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "OAUTHBEARER", "PLAIN", "LOGIN"])
        let keys = try ConfigurationTests.read(
            Self.text("client-certificates: {}, oauth: {\(Self.oauth), jwks-url: 'https://id.test/keys'}")
        ).submission
        #expect(keys.clientCertificates == ClientCertificateSettings())
        let issuer = try #require(keys.oauth)
        #expect(issuer.source == .keys("https://id.test/keys") && issuer.asksIssuer)
        #expect(issuer.issuer == "https://id.test" && issuer.audiences == ["mail"] && issuer.scopes == [])
        #expect(issuer.claim == "email" && issuer.leeway == .seconds(60))
        #expect(issuer.keysFor == .seconds(3_600) && issuer.unknownKeys == .seconds(300))
        let file = try ConfigurationTests.read(
            Self.text(
                "mechanisms: [XOAUTH2, PLAIN], oauth: {\(Self.oauth), jwks-file: /keys.json, claim: upn, scope: [a, b], leeway: 0s}"
            ))
        #expect(file.submission.oauth?.source == .file("/keys.json") && file.submission.oauth?.asksIssuer == false)
        #expect(file.submission.oauth?.scopes == ["a", "b"] && file.submission.oauth?.leeway == .zero)
        let asked = try ConfigurationTests.read(
            Self.text(
                """
                oauth: {issuer: 'https://id.test', introspection-url: 'http://localhost:8080/introspect', client-id: samotop, \
                client-secret-file: /secret}
                """))
        #expect(
            asked.submission.oauth?.source
                == .introspection("http://localhost:8080/introspect", client: "samotop", secretFile: "/secret"))
    }

    @Test(
        "I11: what must not be served with",
        arguments: [
            ("mechanisms: [EXTERNAL]", "submission.mechanisms", "EXTERNAL needs client-certificates"),
            ("mechanisms: [XOAUTH2]", "submission.mechanisms", "XOAUTH2 needs oauth"),
            (
                "mechanisms: [PLAIN], client-certificates: {}", "submission.client-certificates",
                "mechanisms has no EXTERNAL"
            ),
            (
                "mechanisms: [PLAIN], oauth: {\(oauth), jwks-file: /k}", "submission.oauth",
                "mechanisms has no OAUTHBEARER"
            ),
            (
                "client-certificates: {ca-file: ca.pem}", "submission.client-certificates.ca-file",
                "not an absolute path"
            ),
            (
                "client-certificates: {accounts: {eve@example.test: {certificates: ['sha256:\(String(repeating: "0a", count: 32))']}}}",
                "submission.client-certificates.accounts.\"eve@example.test\"", "no mailbox"
            ),
            (
                "client-certificates: {accounts: {ann@example.test: {certificates: ['sha1:00']}}}",
                "submission.client-certificates.accounts.\"ann@example.test\".certificates", "not the fingerprint"
            ),
            (
                "client-certificates: {accounts: {ann@example.test: {}}}",
                "submission.client-certificates.accounts.\"ann@example.test\".certificates", "no certificate"
            ),
            ("oauth: {jwks-file: /k, audience: a}", "submission.oauth.issuer", "missing"),
            (
                "oauth: {\(oauth)}", "submission.oauth.jwks-url",
                "missing; write jwks-url, jwks-file or introspection-url"
            ),
            (
                "oauth: {\(oauth), jwks-file: /k, jwks-url: 'https://id.test/k'}", "submission.oauth.jwks-file",
                "there are jwks-file and jwks-url; keep one"
            ),
            ("oauth: {issuer: i, jwks-file: /k}", "submission.oauth.audience", "missing"),
            ("oauth: {\(oauth), jwks-url: 'http://id.test/k'}", "submission.oauth.jwks-url", "not a URL to ask"),
            (
                "oauth: {\(oauth), introspection-url: 'https://id.test/i'}", "submission.oauth.client-id",
                "introspection-url needs it"
            ),
            ("oauth: {\(oauth), jwks-file: /k, client-id: x}", "submission.oauth.client-id", "only introspection-url"),
            ("oauth: {\(oauth), jwks-file: /k, ca-file: /c}", "submission.oauth.ca-file", "nobody is asked"),
            ("oauth: {\(oauth), jwks-file: /k, leeway: 1h}", "submission.oauth.leeway", "out of range"),
            ("oauth: {\(oauth), jwks-file: /k, scope: 'a b'}", "submission.oauth.scope", "not a scope"),
            ("oauth: {\(oauth), jwks-file: /k, unknown-keys: 1s}", "submission.oauth.unknown-keys", "out of range"),
            ("oauth: {\(oauth), jwks-file: /k, secret: x}", "submission.oauth.secret", "unknown key"),
        ]) func refused(_ submission: String, _ key: String, _ words: String) throws
    {
        let problems = ConfigurationTests.problems(Self.text(submission))
        #expect(problems.contains { $0.contains(" \(key)") && $0.contains(words) }, "\(problems)")
    }

    @Test("check tells of files that tokens and certificates can't be verified by")
    func files() throws {
        let place = try Workplace()
        let nothing = try place.write("{}", to: "nothing", mode: 0o600)
        let bad = try ConfigurationTests.read(
            Self.text(
                "client-certificates: {ca-file: '\(nothing)'}, oauth: {\(Self.oauth), jwks-file: '\(nothing)'}"))
        #expect(CertificateRooms.problems(bad).map(\.key) == ["submission.client-certificates.ca-file"])
        #expect(OAuthRooms.problems(bad).map(\.key) == ["submission.oauth.jwks-file"])
        let key =
            #"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#
        let keys = try place.write(key, to: "keys", mode: 0o600)
        let good = try ConfigurationTests.read(Self.text("oauth: {\(Self.oauth), jwks-file: '\(keys)'}"))
        #expect(OAuthRooms.problems(good).isEmpty && CertificateRooms.problems(good).isEmpty)
        let open = try place.write("secret", to: "secret", mode: 0o644)
        let asked = try ConfigurationTests.read(
            Self.text(
                """
                oauth: {issuer: i, introspection-url: 'https://id.test/i', client-id: samotop, client-secret-file: '\(open)'}
                """))
        #expect(OAuthRooms.problems(asked).map(\.key) == ["submission.oauth.client-secret-file"])
    }
}
