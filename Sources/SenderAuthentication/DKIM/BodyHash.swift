/// Which hash of a body is wanted (RFC 6376 §3.7). Signatures that want the same share it.
public struct BodyHash: Sendable, Hashable {
    /// The hash algorithm.
    public var algorithm: DKIMHash
    /// The canonicalization of the body.
    public var canonicalization: Canonicalization
    /// How many octets of the canonical body are hashed, as an `l=` tag says; nil is all of them.
    public var length: Int?

    /// The SHA-256 of the whole body unless told otherwise.
    public init(_ canonicalization: Canonicalization, algorithm: DKIMHash = .sha256, length: Int? = nil) {
        self.algorithm = algorithm
        self.canonicalization = canonicalization
        self.length = length
    }
}
