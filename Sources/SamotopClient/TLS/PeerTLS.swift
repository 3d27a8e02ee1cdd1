/// What is known of a connection's TLS.
public struct PeerTLS: Sendable, Hashable {
    /// `TLSv1.3`, `TLSv1.2`, `TLSv1.1` or `TLSv1`.
    public let version: String
    /// The cipher suite by its IANA name, or its number as `0xC02B` when it is another than the usual ones.
    public let cipher: String?
    /// The certificates as presented. With ``ClientTLS/Verification/full`` and `chainOnly` it holds the server's own certificate
    /// only: the TLS library shows the others to nobody but a verifier.
    public let chain: PeerChain
    /// Whether the server was verified, and not only encrypted to.
    public let isVerified: Bool

    /// Makes facts.
    public init(version: String, cipher: String?, chain: PeerChain, isVerified: Bool) {
        self.version = version
        self.cipher = cipher
        self.chain = chain
        self.isVerified = isVerified
    }
}
