import Crypto
import CryptoExtras
import Foundation
import Testing

@testable import OAuth

@Suite("RFC 7515, 7518: signatures of tokens") struct SignatureTests {
    static let algorithms: [(String, String)] = [
        ("RS256", "rsa"), ("RS512", "rsa"), ("PS256", "rsa"), ("PS384", "rsa"), ("ES256", "p256"), ("ES384", "p384"),
        ("ES512", "p521"), ("EdDSA", "ed25519"), ("Ed25519", "ed25519"),
    ]

    @Test(
        "Each algorithm; an octet changed in any part is refused, and so is another key's signature",
        arguments: algorithms)
    func signed(_ name: String, _ kid: String) async throws {
        let issuer = try TestIssuer()
        let verifier = issuer.verifier()
        let token = try issuer.token(by: name, kid: kid)
        #expect(try await verifier.account(of: token) == "ann@our.test")
        let without = try issuer.token(by: name, kid: nil)
        #expect(try await verifier.account(of: without) == "ann@our.test")
        let other = try TestIssuer(isStranger: kid == "rsa").token(["email": "\"bob@our.test\""], by: name, kid: kid)
        #expect(await verifier.fault(other) == .signature)
        let parts = token.split(separator: ".").map(String.init)
        let forged = TestIssuer.encoded(Data(TestIssuer.claims(["email": "\"bob@our.test\""]).utf8))
        #expect(await verifier.fault([parts[0], forged, parts[2]].joined(separator: ".")) == .signature)
        #expect(await verifier.fault([parts[0], parts[1], ""].joined(separator: ".")) == .signature)
    }

    @Test("RFC 7515 A.3, RFC 8037 A.4: the standards' own examples")
    func examples() throws {
        let set = try #require(
            JSONWebKeySet(
                json: Array(
                    """
                    {"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
                    {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}
                    """.utf8)))
        let examples = [
            (
                SignatureAlgorithm.es256,
                """
                eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.\
                DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q
                """
            ),
            (
                .edDSA,
                """
                eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.\
                hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg
                """
            ),
        ]
        for (algorithm, text) in examples {
            let octets = Array(text.utf8)
            let dot = try #require(octets.lastIndex(of: UInt8(ascii: ".")))
            let signature = try #require(Base64URL.decode(octets[(dot + 1)...]))
            let key = try #require(set.candidates(nil, algorithm).first)
            #expect(key.verifies(signature, of: Array(octets[..<dot]), by: algorithm))
            #expect(!key.verifies(signature, of: Array(octets[..<(dot - 1)]), by: algorithm))
        }
    }

    @Test(
        "U18, RFC 8725 §2.1: no algorithm, and a public key taken for a shared secret, are refused before any key is looked at"
    )
    func confusion() async throws {
        let issuer = try TestIssuer()
        let verifier = issuer.verifier()
        let claims = TestIssuer.encoded(Data(TestIssuer.claims().utf8))
        for name in ["none", "None", "NONE", "", "HS256", "HS512", "RS1", "es256"] {
            let head = TestIssuer.encoded(Data("{\"alg\":\"\(name)\",\"kid\":\"rsa\"}".utf8))
            let message = Data("\(head).\(claims)".utf8)
            for secret in [issuer.rsa.publicKey.derRepresentation, Data(issuer.rsa.publicKey.pemRepresentation.utf8)] {
                let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: secret))
                let token = "\(head).\(claims).\(TestIssuer.encoded(Data(code)))"
                #expect(await verifier.fault(token) == .algorithm, "\(name)")
            }
            #expect(await verifier.fault("\(head).\(claims).") == .algorithm)
        }
        #expect(issuer.published.fetches == 0)
    }

    @Test("A key signs by the algorithms of its kind alone, and where it says so by one")
    func mismatches() async throws {
        let issuer = try TestIssuer()
        let verifier = issuer.verifier()
        for (name, kid) in [("ES256", "rsa"), ("RS256", "p256"), ("ES384", "p256"), ("EdDSA", "p256")] {
            #expect(await verifier.fault(try issuer.token(by: name, kid: kid)) == .unknownKey, "\(name) \(kid)")
        }
        #expect(await verifier.fault(try issuer.token(kid: "another")) == .unknownKey)
        try issuer.publish([], more: [issuer.jwk(.rsa, ",\"alg\":\"PS256\",\"use\":\"sig\"")])
        let other = issuer.verifier()
        #expect(await other.fault(try issuer.token(by: "PS256", kid: "rsa")) == nil)
        #expect(await other.fault(try issuer.token(by: "RS256", kid: "rsa")) == .unknownKey)
    }

    @Test(
        "Keys that nothing is verified with are passed over, and the others of the set count",
        arguments: [
            "{}", "1", "{\"kty\":\"oct\",\"kid\":\"p256\",\"k\":\"c2VjcmV0\"}",
            "{\"kty\":\"RSA\",\"kid\":\"p256\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
            "{\"kty\":\"EC\",\"kid\":\"p256\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}",
            "{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AAAA\",\"y\":\"AAAA\"}",
            "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AAAA\"}", "{\"kty\":7}",
        ]) func unusable(_ key: String) async throws
    {
        let issuer = try TestIssuer()
        try issuer.publish([.p256], more: [key])
        #expect(await issuer.verifier().fault(try issuer.token()) == nil)
        #expect(JSONWebKeySet(json: Array("{\"keys\":[\(key)]}".utf8)) == nil)
        try issuer.publish([], more: [issuer.jwk(.p256, ",\"use\":\"enc\""), issuer.jwk(.rsa)])
        #expect(await issuer.verifier().fault(try issuer.token()) == .unknownKey)
    }

    @Test("RFC 7518 §3.3: an RSA key of less than 2,048 bits is none, however many octets it is written in")
    func small() throws {
        func set(_ first: UInt8, _ octets: Int) -> JSONWebKeySet? {
            let modulus = [first] + Array(repeating: 0xFF, count: octets - 1)
            return JSONWebKeySet(
                json: Array(
                    "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"\(TestIssuer.encoded(modulus))\",\"e\":\"AQAB\"}]}".utf8))
        }
        #expect(set(0x80, 256) != nil)
        #expect(set(0x7F, 256) == nil)
        #expect(set(0x01, 256) == nil)
        #expect(set(0xFF, 255) == nil)
        #expect(set(0x01, 257) != nil)
        #expect(set(0x01, 1_025) == nil)
    }

    @Test("A set that is none, or too long, is none")
    func sets() throws {
        for text in ["", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[]}", "nonsense"] {
            #expect(JSONWebKeySet(json: Array(text.utf8)) == nil, "\(text)")
        }
        let key = try TestIssuer().jwk(.p256)
        let long = "{\"keys\":[\(key)]}" + String(repeating: " ", count: JSONWebKeySet.maximumLength)
        #expect(JSONWebKeySet(json: Array(long.utf8)) == nil)
        let many = "{\"keys\":[\(Array(repeating: key, count: 150).joined(separator: ","))]}"
        let set = try #require(JSONWebKeySet(json: Array(many.utf8)))
        #expect(set.count == JSONWebKeySet.maximumKeys)
        #expect(set.candidates("p256", .es256).count == JSONWebKeySet.maximumCandidates)
    }
}
