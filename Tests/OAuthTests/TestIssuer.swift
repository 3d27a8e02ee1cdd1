import Crypto
import CryptoExtras
import Foundation
import SamotopCore
import SamotopTesting
import Synchronization

@testable import OAuth

/// An issuer with a key of each kind, in memory.
struct TestIssuer {
    enum Kind: String, CaseIterable { case rsa, p256, p384, p521, ed25519 }

    static let name = "https://id.our.test"
    /// 2025-06-15T15:06:40Z, as the clock begins.
    static let start: Int64 = 1_750_000_000

    let rsa: _RSA.Signing.PrivateKey
    let p256 = P256.Signing.PrivateKey()
    let p384 = P384.Signing.PrivateKey()
    let p521 = P521.Signing.PrivateKey()
    let ed25519 = Curve25519.Signing.PrivateKey()
    let clock = ManualClock(seconds: TestIssuer.start)
    let published = Published()

    /// What is fetched, and how often.
    final class Published: Sendable {
        let state = Mutex((json: [UInt8](), fetches: 0, isBroken: false))

        struct Broken: Error {}

        func fetch() throws -> [UInt8] {
            try state.withLock { state in
                state.fetches += 1
                if state.isBroken { throw Broken() }
                return state.json
            }
        }

        var fetches: Int { state.withLock { $0.fetches } }
    }

    /// Making one takes long.
    private static let usualRSA = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    /// - Parameter isStranger: with an RSA key of its own, too.
    init(isStranger: Bool = false) throws {
        rsa = try isStranger ? _RSA.Signing.PrivateKey(keySize: .bits2048) : Self.usualRSA.get()
        try publish(Kind.allCases)
    }

    func publish(_ kinds: [Kind], more: [String] = []) throws {
        let keys = try kinds.map { try jwk($0) } + more
        let json = "{\"keys\":[\(keys.joined(separator: ","))]}"
        published.state.withLock { $0.json = Array(json.utf8) }
    }

    /// The public key.
    func jwk(_ kind: Kind, _ more: String = "") throws -> String {
        func point(_ raw: Data) -> String {
            "\"x\":\"\(Self.encoded(raw.prefix(raw.count / 2)))\",\"y\":\"\(Self.encoded(raw.suffix(raw.count / 2)))\""
        }
        let members =
            switch kind {
            case .rsa:
                "\"kty\":\"RSA\",\"n\":\"\(Self.encoded(try rsa.publicKey.getKeyPrimitives().modulus))\",\"e\":\"AQAB\""
            case .p256: "\"kty\":\"EC\",\"crv\":\"P-256\"," + point(p256.publicKey.rawRepresentation)
            case .p384: "\"kty\":\"EC\",\"crv\":\"P-384\"," + point(p384.publicKey.rawRepresentation)
            case .p521: "\"kty\":\"EC\",\"crv\":\"P-521\"," + point(p521.publicKey.rawRepresentation)
            case .ed25519:
                "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"\(Self.encoded(ed25519.publicKey.rawRepresentation))\""
            }
        return "{\"kid\":\"\(kind.rawValue)\",\(members)\(more)}"
    }

    /// A signature by one of the algorithms.
    func signature(_ algorithm: String, _ message: [UInt8]) throws -> Data {
        switch algorithm {
        case "RS256":
            try rsa.signature(for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5).rawRepresentation
        case "RS512":
            try rsa.signature(for: SHA512.hash(data: message), padding: .insecurePKCS1v1_5).rawRepresentation
        case "PS256": try rsa.signature(for: SHA256.hash(data: message), padding: .PSS).rawRepresentation
        case "PS384": try rsa.signature(for: SHA384.hash(data: message), padding: .PSS).rawRepresentation
        case "ES256": try p256.signature(for: message).rawRepresentation
        case "ES384": try p384.signature(for: message).rawRepresentation
        case "ES512": try p521.signature(for: message).rawRepresentation
        default: try ed25519.signature(for: message)
        }
    }

    /// A token for ann, good for an hour, but for what is changed.
    ///
    /// - Parameters:
    ///   - changes: claims in JSON; nil takes one away.
    ///   - header: members beside `alg`.
    func token(
        _ changes: [String: String?] = [:], by algorithm: String = "ES256", kid: String? = "p256", header: String = ""
    ) throws -> String {
        let key = kid.map { ",\"kid\":\"\($0)\"" } ?? ""
        let head = Self.encoded(Data("{\"alg\":\"\(algorithm)\"\(key)\(header)}".utf8))
        let message = "\(head).\(Self.encoded(Data(Self.claims(changes).utf8)))"
        return "\(message).\(Self.encoded(try signature(algorithm, Array(message.utf8))))"
    }

    static func claims(_ changes: [String: String?] = [:]) -> String {
        var claims = [
            "iss": "\"\(name)\"", "aud": "[\"web\",\"mail\"]", "exp": "\(start + 3_600)", "iat": "\(start)",
            "nbf": "\(start)", "email": "\"ann@our.test\"", "email_verified": "true", "scope": "\"openid mail\"",
            "address": "{\"country\":null}",
        ]
        for (name, value) in changes { claims[name] = value }
        return "{\(claims.map { "\"\($0.key)\":\($0.value)" }.sorted().joined(separator: ","))}"
    }

    static func encoded(_ octets: some DataProtocol) -> String {
        Data(octets).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static var rules: TokenRules { TokenRules(issuer: name, audiences: ["mail"], scopes: ["mail"]) }

    func keys(_ settings: KeySource.Settings = KeySource.Settings()) -> KeySource {
        let (published, clock) = (published, clock)
        return KeySource(settings: settings, now: { clock.now().seconds }) { try published.fetch() }
    }

    func verifier(_ rules: TokenRules = TestIssuer.rules) -> SignedTokenVerifier {
        let clock = clock
        return SignedTokenVerifier(rules, keys: keys()) { clock.now().seconds }
    }
}

extension TokenVerifier {
    /// Why a token doesn't count; nil: it does.
    func fault(_ token: String) async -> TokenFault? {
        do throws(TokenFault) {
            _ = try await account(of: token)
            return nil
        } catch { return error }
    }
}
