import Crypto
import CryptoExtras

/// A public key that can be computed with.
struct DKIMPublicKey: Sendable {
    private enum Key: Sendable {
        case rsa(_RSA.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    /// Octets of an Ed25519 public key (RFC 8463 §4).
    static let ed25519Length = 32

    private let key: Key

    /// An RSA key in DER. Nil: it has fewer than 1,024 bits, or can't be computed with.
    init?(rsa der: [UInt8]) {
        guard let rsa = try? _RSA.Signing.PublicKey(unsafeDERRepresentation: der) else { return nil }
        key = .rsa(rsa)
    }

    /// An Ed25519 key: its 32 octets.
    init?(ed25519 octets: [UInt8]) {
        guard let ed25519 = try? Curve25519.Signing.PublicKey(rawRepresentation: octets) else { return nil }
        key = .ed25519(ed25519)
    }

    /// Whether `signature` is this key's over `octets`.
    func verifies(_ signature: [UInt8], of octets: [UInt8], algorithm: DKIMAlgorithm) -> Bool {
        switch algorithm.hash {
        case .sha256:
            return verifies(signature, of: SHA256.hash(data: octets), algorithm: algorithm)
        case .sha1:
            guard case .rsa(let rsa) = key else { return false }
            let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
            return rsa.isValidSignature(signature, for: Insecure.SHA1.hash(data: octets), padding: .insecurePKCS1v1_5)
        }
    }

    /// Whether `signature` is this key's over what has this digest.
    func verifies(_ signature: [UInt8], of digest: SHA256.Digest, algorithm: DKIMAlgorithm) -> Bool {
        switch (key, algorithm) {
        case (.rsa(let rsa), .rsaSHA256):
            let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
            return rsa.isValidSignature(signature, for: digest, padding: .insecurePKCS1v1_5)
        case (.ed25519(let ed25519), .ed25519SHA256):
            // RFC 8463 §3: what is signed is the digest.
            return ed25519.isValidSignature(signature, for: Array(digest))
        default:
            return false
        }
    }
}
