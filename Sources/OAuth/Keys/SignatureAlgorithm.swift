/// Algorithms that tokens may be signed with, by the names of RFC 7518 §3.1, RFC 8037 §3.1 and RFC 9864 §2.2. There is neither `none` nor one with a
/// shared secret: a public key can't be taken for such.
enum SignatureAlgorithm: String, Sendable, Hashable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"
    case ed25519 = "Ed25519"
}
