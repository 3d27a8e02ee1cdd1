import Crypto
import Foundation

/// The key that an account at an authority is known by: ECDSA on P-256, which signs requests as ES256 (RFC 7518 §3.4).
public struct ACMEAccountKey: Sendable {
    private let key: P256.Signing.PrivateKey

    /// A new one.
    public init() { key = P256.Signing.PrivateKey() }

    /// The key in a PEM text; nil when there is none of this kind.
    public init?(pem: String) {
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: pem) else { return nil }
        self.key = key
    }

    /// As a file keeps it.
    public var pem: String { key.pemRepresentation + "\n" }

    /// The hash of the key by which challenges name it (RFC 7638).
    public var thumbprint: String {
        // RFC 7638 §3.2: the required members, by name, without white space.
        let text = #"{"crv":"P-256","kty":"EC","x":"\#(x)","y":"\#(y)"}"#
        return Base64URL.encoded(SHA256.hash(data: Data(text.utf8)))
    }

    /// RFC 8555 §8.1.
    func keyAuthorization(_ token: String) -> String { "\(token).\(thumbprint)" }

    /// Who signs: the key itself, or the account that has it (RFC 8555 §6.2).
    enum Signer {
        case key
        case account(String)
    }

    /// A JWS in the flattened form (RFC 7515 §7.2.2) for one URL, with one nonce.
    ///
    /// - Parameter payload: JSON; empty: a GET in the form of a POST (RFC 8555 §6.3).
    func signed(_ payload: [UInt8], for url: String, nonce: String, by signer: Signer) throws -> [UInt8] {
        var head: [String: Any] = ["alg": "ES256", "nonce": nonce, "url": url]
        switch signer {
        case .key: head["jwk"] = ["crv": "P-256", "kty": "EC", "x": x, "y": y]
        case .account(let account): head["kid"] = account
        }
        let protected = Base64URL.encoded(try JSONSerialization.data(withJSONObject: head, options: .sortedKeys))
        let encoded = Base64URL.encoded(payload)
        let signature = try key.signature(for: Data("\(protected).\(encoded)".utf8)).rawRepresentation
        return Array(
            try JSONSerialization.data(
                withJSONObject: [
                    "protected": protected, "payload": encoded, "signature": Base64URL.encoded(signature),
                ], options: .sortedKeys))
    }

    private var x: String { Base64URL.encoded(key.publicKey.rawRepresentation.prefix(32)) }
    private var y: String { Base64URL.encoded(key.publicKey.rawRepresentation.suffix(32)) }
}
