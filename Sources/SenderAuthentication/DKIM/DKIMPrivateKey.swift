import Crypto
import CryptoExtras
import InternetMessage

/// A key to sign with. Its description tells nothing of it.
public struct DKIMPrivateKey: Sendable {
    private enum Key: Sendable {
        case rsa(_RSA.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    /// Why there is no key.
    public enum Failure: Error, Sendable, Hashable {
        /// Neither PEM nor DER of a private key that is known here.
        case malformed
        /// An RSA key under 1,024 bits: nobody accepts its signatures (RFC 8301 §3.2).
        case tooShort
        /// A key could not be made, or not be used.
        case unusable
    }

    /// Octets of the seed that an Ed25519 key is made from (RFC 8032 §5.1.5).
    private static let seedLength = 32
    /// PrivateKeyInfo of an Ed25519 key up to its seed (RFC 8410 §7).
    private static let ed25519Head: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    private let key: Key

    /// The key in a PEM file: an RSA key (`RSA PRIVATE KEY` or `PRIVATE KEY`) or an Ed25519 key (`PRIVATE KEY`).
    public init(pem text: [UInt8]) throws(Failure) {
        // Boundaries are lines that begin with hyphens; what stands between the first two is the key.
        var lines: [ArraySlice<UInt8>] = []
        var isInside = false
        for line in text.split(separator: .lineFeed) {
            if line.starts(with: "-----".utf8) {
                if isInside { break }
                isInside = true
            } else if isInside {
                lines.append(line)
            }
        }
        guard let der = Base64.decode(Array(lines.joined())), !der.isEmpty else { throw .malformed }
        try self.init(der: der)
    }

    /// The key in DER: RSAPrivateKey, or PrivateKeyInfo of an RSA or Ed25519 key.
    public init(der octets: [UInt8]) throws(Failure) {
        if octets.starts(with: Self.ed25519Head), octets.count == Self.ed25519Head.count + Self.seedLength {
            key = try Self.ed25519(Array(octets.suffix(Self.seedLength)))
            return
        }
        do {
            key = .rsa(try _RSA.Signing.PrivateKey(unsafeDERRepresentation: octets))
        } catch CryptoKitError.incorrectParameterSize {
            throw .tooShort
        } catch {
            throw .malformed
        }
    }

    /// The Ed25519 key of a seed of 32 octets.
    public init(ed25519 seed: [UInt8]) throws(Failure) { key = try Self.ed25519(seed) }

    private static func ed25519(_ seed: [UInt8]) throws(Failure) -> Key {
        guard seed.count == seedLength else { throw .malformed }
        do {
            return .ed25519(try Curve25519.Signing.PrivateKey(rawRepresentation: seed))
        } catch {
            throw .malformed
        }
    }

    private init(_ key: Key) { self.key = key }

    /// A new RSA key of 2,048 bits, which is what RFC 8301 §3.2 advises.
    public static func makeRSA() throws(Failure) -> DKIMPrivateKey {
        do {
            return DKIMPrivateKey(.rsa(try _RSA.Signing.PrivateKey(keySize: .bits2048)))
        } catch {
            throw .unusable
        }
    }

    /// A new Ed25519 key (RFC 8463).
    public static func makeEd25519() -> DKIMPrivateKey { DKIMPrivateKey(.ed25519(Curve25519.Signing.PrivateKey())) }

    /// The key as a PEM file, to be kept secret.
    public var pem: [UInt8] {
        switch key {
        case .rsa(let rsa): Self.pem(label: "RSA PRIVATE KEY", Array(rsa.derRepresentation))
        case .ed25519(let ed25519): Self.pem(label: "PRIVATE KEY", Self.ed25519Head + ed25519.rawRepresentation)
        }
    }

    private static func pem(label: String, _ der: [UInt8]) -> [UInt8] {
        var text = Array("-----BEGIN \(label)-----\n".utf8)
        var rest = Base64.encode(der)[...]
        while !rest.isEmpty {
            text += rest.prefix(64) + [.lineFeed]
            rest = rest.dropFirst(64)
        }
        return text + Array("-----END \(label)-----\n".utf8)
    }

    /// What it signs with.
    public var algorithm: DKIMAlgorithm {
        switch key {
        case .rsa: .rsaSHA256
        case .ed25519: .ed25519SHA256
        }
    }

    /// The record to publish.
    public var record: DKIMKeyRecord {
        switch key {
        case .rsa(let rsa): DKIMKeyRecord(.rsa, publicKey: Array(rsa.publicKey.derRepresentation))
        case .ed25519(let ed25519): DKIMKeyRecord(.ed25519, publicKey: Array(ed25519.publicKey.rawRepresentation))
        }
    }

    func sign(_ octets: [UInt8]) throws(Failure) -> [UInt8] {
        let digest = SHA256.hash(data: octets)
        do {
            switch key {
            case .rsa(let rsa):
                return Array(try rsa.signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation)
            case .ed25519(let ed25519):
                // RFC 8463 §3: what is signed is the digest.
                return Array(try ed25519.signature(for: Array(digest)))
            }
        } catch {
            throw .unusable
        }
    }
}

extension DKIMPrivateKey: CustomStringConvertible {
    /// The algorithm, never the key.
    public var description: String { "DKIMPrivateKey(\(algorithm.rawValue))" }
}
