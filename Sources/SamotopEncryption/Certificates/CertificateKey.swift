import SwiftASN1
import TransportSecurity

/// The public key in a certificate (RFC 5280 §4.1.2.7), and whether messages can be encrypted to its kind.
struct CertificateKey {
    /// Like `RSA, 3072 bits` or `ECDH, P-256`.
    let words: String
    /// Why nothing can be encrypted to it; nil: nothing speaks against it.
    let fault: KeyProblem?
    /// The key agrees on a secret, rather than that it is sent one.
    let agrees: Bool

    /// More bits than that no library takes, and they would cost much time.
    private static let maximumBits = 16_384
    private static let x25519: ASN1ObjectIdentifier = [1, 3, 101, 110]
    private static let curves: [ASN1ObjectIdentifier: String] = [
        .NamedCurves.secp256r1: "P-256", .NamedCurves.secp384r1: "P-384", .NamedCurves.secp521r1: "P-521",
    ]

    /// - Parameter node: `SubjectPublicKeyInfo`.
    init(_ node: ASN1Node) throws {
        let parts = try CertificateNode.children(of: node)
        guard parts.count == 2 else { throw KeyProblem.unreadable }
        let algorithm = try CertificateNode.children(of: parts[0])
        guard let first = algorithm.first else { throw KeyProblem.unreadable }
        let name = try ASN1ObjectIdentifier(derEncoded: first)
        switch name {
        case .AlgorithmIdentifier.rsaEncryption:
            (words, fault) = try Self.rsa(try ASN1BitString(derEncoded: parts[1]))
            agrees = false
        case .AlgorithmIdentifier.idEcPublicKey:
            let curve = algorithm.dropFirst().first.flatMap { try? ASN1ObjectIdentifier(derEncoded: $0) }
            let known = curve.flatMap { Self.curves[$0] }
            words = "ECDH, \(known ?? "an unknown curve")"
            fault = known == nil ? .unsupported(algorithm: curve.map { "the curve \($0)" } ?? words) : nil
            agrees = true
        default:
            words = name == Self.x25519 ? "X25519" : "\(name)"
            fault = .unsupported(algorithm: name == Self.x25519 ? words : "the algorithm \(name)")
            agrees = true
        }
    }

    /// PKCS #1: modulus and exponent.
    private static func rsa(_ key: ASN1BitString) throws -> (words: String, fault: KeyProblem?) {
        let numbers = try CertificateNode.children(of: try DER.parse(key.bytes)).map { try number($0) }
        guard numbers.count == 2, let top = numbers[0].first else { throw KeyProblem.unreadable }
        let bits = numbers[0].count * 8 - top.leadingZeroBitCount
        let words = "RSA, \(bits) bits"
        guard bits >= RecipientKey.minimumBits else { return (words, .weak(algorithm: "RSA", bits: bits)) }
        guard bits <= maximumBits else { return (words, .unsupported(algorithm: "RSA of \(bits) bits")) }
        // With an exponent of 1 nothing is encrypted, and none is even.
        guard let last = numbers[1].last, last & 1 == 1, !numbers[1].elementsEqual([1]) else {
            return (words, .unsupported(algorithm: "RSA with such a public exponent"))
        }
        return (words, nil)
    }

    /// The octets of a number that isn't negative, without leading zeros.
    private static func number(_ node: ASN1Node) throws -> ArraySlice<UInt8> {
        guard node.identifier == .integer, case .primitive(let octets) = node.content, let first = octets.first,
            first < 0x80
        else { throw KeyProblem.unreadable }
        return octets.drop { $0 == 0 }
    }
}
