import Foundation
import SamotopTesting
import Testing

@testable import OAuth

@Suite("RFC 7519, 9068: what a token says") struct ClaimTests {
    static let start = TestIssuer.start

    @Test(
        "U18: claims that don't count",
        arguments: [
            (["iss": "\"https://other.test\""], .issuer), (["iss": "\"https://id.our.test/\""], .issuer),
            (["iss": nil], .issuer), (["iss": "[\"https://id.our.test\"]"], .issuer),
            (["aud": "\"web\""], .audience), (["aud": nil], .audience), (["aud": "[]"], .audience),
            (["aud": "[\"mail2\",\"Mail\"]"], .audience), (["aud": "{\"mail\":1}"], .audience),
            (["exp": "\(start - 61)"], .expired), (["exp": nil], .expired), (["exp": "\"\(start + 60)\""], .expired),
            (["exp": "1e300"], .expired), (["exp": "-1e300"], .expired), (["exp": "true"], .expired),
            (["nbf": "\(start + 61)"], .notYetValid), (["iat": "\(start + 61)"], .notYetValid),
            (["nbf": "\"now\""], .notYetValid), (["nbf": "1e300"], .notYetValid),
            (["cnf": "{\"jkt\":\"x\"}"], .bound), (["cnf": "null"], .bound),
            (["scope": "\"openid email\""], .scope), (["scope": nil], .scope), (["scope": "\"mailbox\""], .scope),
            (["email": nil], .account), (["email": "\"\""], .account), (["email": "7"], .account),
            (["email": "[\"ann@our.test\"]"], .account), (["email_verified": "false"], .account),
            (["email_verified": "\"false\""], .account), (["email_verified": "0"], .account),
            (["email": "\"\(String(repeating: "a", count: 321))\""], .account),
        ] as [([String: String?], TokenFault)]) func refused(_ changes: [String: String?], _ fault: TokenFault)
        async throws
    {
        let issuer = try TestIssuer()
        #expect(await issuer.verifier().fault(try issuer.token(changes)) == fault)
    }

    @Test(
        "Claims that count",
        arguments: [
            ["aud": "\"mail\""], ["exp": "\(start - 59)"], ["exp": "\(start + 1).5"], ["nbf": "\(start + 60)"],
            ["nbf": nil, "iat": nil], ["email_verified": nil], ["email_verified": "\"true\""],
            ["scope": nil, "scp": "[\"openid\",\"mail\"]"], ["scope": "\"mail\""],
        ] as [[String: String?]]) func taken(_ changes: [String: String?]) async throws
    {
        let issuer = try TestIssuer()
        #expect(try await issuer.verifier().account(of: try issuer.token(changes)) == "ann@our.test")
    }

    @Test("Another claim may say the account; then nobody asks whether an address was verified")
    func otherClaim() async throws {
        let issuer = try TestIssuer()
        let rules = TokenRules(issuer: TestIssuer.name, audiences: ["mail"], claim: "upn")
        let token = try issuer.token(["upn": "\"bob@our.test\"", "email_verified": "false", "scope": nil])
        #expect(try await issuer.verifier(rules).account(of: token) == "bob@our.test")
        #expect(await issuer.verifier(rules).fault(try issuer.token()) == .account)
    }

    @Test("A token is over when its time is, by our clock")
    func time() async throws {
        let issuer = try TestIssuer()
        let (verifier, token) = (issuer.verifier(), try issuer.token())
        issuer.clock.advance(by: 3_659)
        #expect(await verifier.fault(token) == nil)
        issuer.clock.advance(by: 1)
        #expect(await verifier.fault(token) == .expired)
        issuer.clock.advance(by: -3_660 - 61)
        #expect(await verifier.fault(token) == .notYetValid)
    }

    @Test(
        "RFC 9068 §2.1, RFC 8725 §3.11: kinds of tokens",
        arguments: [
            (",\"typ\":\"JWT\"", nil), (",\"typ\":\"at+jwt\"", nil), (",\"typ\":\"application/at+JWT\"", nil),
            (",\"typ\":\"logout+jwt\"", .kind), (",\"typ\":\"dpop+jwt\"", .kind), (",\"typ\":7", .kind),
            (",\"crit\":[\"exp\"],\"exp\":1", .kind), (",\"crit\":[]", .kind),
        ] as [(String, TokenFault?)]) func kinds(_ header: String, _ fault: TokenFault?) async throws
    {
        let issuer = try TestIssuer()
        #expect(await issuer.verifier().fault(try issuer.token(header: header)) == fault)
    }

    @Test("U07: what is no token")
    func garbage() async throws {
        let issuer = try TestIssuer()
        let (verifier, token) = (issuer.verifier(), try issuer.token())
        let object = TestIssuer.encoded(Data("{}".utf8))
        let deep = TestIssuer.encoded(Data(String(repeating: "[", count: 4_000).utf8))
        let garbage = [
            "", ".", "..", "...", "a.b.c", token + "=", token + ".", "\(token).\(object)", " \(token)",
            "\(object).\(object)",
            "\(TestIssuer.encoded(Data("[]".utf8))).\(object).", "\(deep).\(deep).",
            "\(TestIssuer.encoded(Data("{\"alg\":\"ES256\",\"kid\":7}".utf8))).\(object).AA",
            token.replacing("e", with: "é"), token + String(repeating: "A", count: SignedToken.maximumLength),
        ]
        for text in garbage { #expect(await verifier.fault(text) == .malformed, "\(text.prefix(40))") }
        for other in [object, deep] { #expect(await verifier.fault("\(object).\(other).") == .algorithm) }
        #expect(issuer.published.fetches == 0)
    }

    @Test("U18: what a token says is read when its signature is good, not before: anybody can write what costs to read")
    func order() async throws {
        let issuer = try TestIssuer()
        let verifier = issuer.verifier()
        let head = TestIssuer.encoded(Data("{\"alg\":\"ES256\",\"kid\":\"p256\"}".utf8))
        for claims in ["[]", "no JSON", String(repeating: "[", count: 4_000)] {
            let message = "\(head).\(TestIssuer.encoded(Data(claims.utf8)))"
            let other = try issuer.signature("ES256", Array("something else".utf8))
            #expect(await verifier.fault("\(message).\(TestIssuer.encoded(other))") == .signature)
            let good = try issuer.signature("ES256", Array(message.utf8))
            #expect(await verifier.fault("\(message).\(TestIssuer.encoded(good))") == .malformed)
        }
    }

    @Test("U18: rules that name no audience take no signed token, whomever it is for")
    func noAudience() async throws {
        let issuer = try TestIssuer()
        let verifier = issuer.verifier(TokenRules(issuer: TestIssuer.name, audiences: []))
        for audience in ["\"mail\"", "\"web\"", nil] {
            #expect(await verifier.fault(try issuer.token(["aud": audience])) == .audience)
        }
    }

    @Test("base64url has one form for each octet string")
    func base64url() {
        #expect(Base64URL.decode("".utf8) == [])
        #expect(Base64URL.decode("-_8".utf8) == [0xFB, 0xFF])
        #expect(Base64URL.decode("AQAB".utf8) == [1, 0, 1])
        for text in ["A", "AB", "AAB", "AA==", "+/8", "AQ AB", "AQAB\n", "é"] where Base64URL.decode(text.utf8) != nil {
            Issue.record("\(text)")
        }
    }

    @Test("Nothing of a token is in a fault's words")
    func words() {
        #expect(Set(TokenFault.allCases.map(\.description)).count == TokenFault.allCases.count)
    }
}
