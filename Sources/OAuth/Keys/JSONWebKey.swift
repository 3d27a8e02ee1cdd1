import Crypto
import CryptoExtras
import Foundation

/// A public key that an issuer signs with (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2).
struct JSONWebKey: Sendable {
    private enum Material: Sendable {
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    /// The members that are looked at; what isn't of its type makes the key unusable.
    struct Members: Decodable {
        var kty: String
        var kid: String?
        var use: String?
        var key_ops: [String]?
        var alg: String?
        var crv: String?
        var n: String?
        var e: String?
        var x: String?
        var y: String?
    }

    /// Octets of an RSA modulus: 2,048 to 8,192 bits (RFC 7518 §3.3).
    private static let modulus = 256...1_024
    /// Octets of an RSA exponent at most.
    private static let longestExponent = 4

    /// `kid`.
    let identifier: String?
    /// `alg`: it signs by no other.
    private let algorithm: String?
    private let material: Material

    /// Nil: not for signatures, or of a kind that isn't known. A shared secret (`oct`) is never a key here.
    init?(_ members: Members) {
        guard members.use ?? "sig" == "sig", members.key_ops?.contains("verify") ?? true,
            let material = Self.material(members)
        else { return nil }
        identifier = members.kid
        algorithm = members.alg
        self.material = material
    }

    /// Whether it signs so.
    func isFit(for algorithm: SignatureAlgorithm) -> Bool {
        if let only = self.algorithm {
            let isEdwards = [.edDSA, .ed25519].contains(algorithm) && ["EdDSA", "Ed25519"].contains(only)
            guard only == algorithm.rawValue || isEdwards else { return false }
        }
        switch (material, algorithm) {
        case (.rsa, .rs256), (.rsa, .rs384), (.rsa, .rs512), (.rsa, .ps256), (.rsa, .ps384), (.rsa, .ps512),
            (.p256, .es256), (.p384, .es384), (.p521, .es512), (.ed25519, .edDSA), (.ed25519, .ed25519):
            return true
        default: return false
        }
    }

    /// Whether the signature is this key's, of this message, and by this algorithm.
    func verifies(_ signature: [UInt8], of message: [UInt8], by algorithm: SignatureAlgorithm) -> Bool {
        guard isFit(for: algorithm) else { return false }
        switch material {
        case .rsa(let key): return Self.verifies(signature, of: message, by: algorithm, key)
        // RFC 7518 §3.4: both numbers, in full length.
        case .p256(let key):
            return (try? P256.Signing.ECDSASignature(rawRepresentation: signature))
                .map { key.isValidSignature($0, for: message) } ?? false
        case .p384(let key):
            return (try? P384.Signing.ECDSASignature(rawRepresentation: signature))
                .map { key.isValidSignature($0, for: message) } ?? false
        case .p521(let key):
            return (try? P521.Signing.ECDSASignature(rawRepresentation: signature))
                .map { key.isValidSignature($0, for: message) } ?? false
        case .ed25519(let key): return key.isValidSignature(signature, for: message)
        }
    }

    private static func verifies(
        _ signature: [UInt8], of message: [UInt8], by algorithm: SignatureAlgorithm, _ key: _RSA.Signing.PublicKey
    ) -> Bool {
        let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
        return switch algorithm {
        case .rs256: key.isValidSignature(signature, for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5)
        case .rs384: key.isValidSignature(signature, for: SHA384.hash(data: message), padding: .insecurePKCS1v1_5)
        case .rs512: key.isValidSignature(signature, for: SHA512.hash(data: message), padding: .insecurePKCS1v1_5)
        case .ps256: key.isValidSignature(signature, for: SHA256.hash(data: message), padding: .PSS)
        case .ps384: key.isValidSignature(signature, for: SHA384.hash(data: message), padding: .PSS)
        case .ps512: key.isValidSignature(signature, for: SHA512.hash(data: message), padding: .PSS)
        default: false
        }
    }

    private static func material(_ members: Members) -> Material? {
        func octets(_ text: String?) -> [UInt8]? { text.flatMap { Base64URL.decode($0.utf8) } }
        switch (members.kty, members.crv) {
        case ("RSA", _):
            guard let n = octets(members.n)?.drop(while: { $0 == 0 }), modulus.contains(n.count),
                n.count > modulus.lowerBound || n.first.map({ $0 >= 0x80 }) == true,
                let e = octets(members.e)?.drop(while: { $0 == 0 }), (1...longestExponent).contains(e.count),
                e.last.map({ $0 & 1 == 1 }) == true, Array(e) != [1]
            else { return nil }
            return (try? _RSA.Signing.PublicKey(n: Array(n), e: Array(e))).map { .rsa($0) }
        case ("EC", let curve?):
            guard let x = octets(members.x), let y = octets(members.y), x.count == y.count else { return nil }
            let point = [4] + x + y
            switch curve {
            case "P-256": return (try? P256.Signing.PublicKey(x963Representation: point)).map { .p256($0) }
            case "P-384": return (try? P384.Signing.PublicKey(x963Representation: point)).map { .p384($0) }
            case "P-521": return (try? P521.Signing.PublicKey(x963Representation: point)).map { .p521($0) }
            default: return nil
            }
        case ("OKP", "Ed25519"):
            return octets(members.x).flatMap { try? Curve25519.Signing.PublicKey(rawRepresentation: $0) }
                .map { .ed25519($0) }
        default: return nil
        }
    }
}
