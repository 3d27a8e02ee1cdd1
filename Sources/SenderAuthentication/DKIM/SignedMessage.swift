public import InternetMessage

/// What verifying and signing need of a message, once all of it streamed through a ``SignedMessageReader``: its header
/// section and the hashes of its body. The body itself is gone.
public struct SignedMessage: Sendable {
    /// The header section.
    public var header: HeaderSection { signedHeader.section }
    /// Octets of the body as it came.
    public let bodyLength: Int
    /// The header is larger than its limits: nothing was read of it, and every signature is in error.
    public let exceedsLimits: Bool
    /// `DKIM-Signature` fields of the message, those past ``DKIMLimits/maximumSignatures`` too.
    public var signatureCount: Int { signedHeader.signatureCount }

    let signedHeader: SignedHeader
    /// Digests by what was wanted.
    let bodyHashes: BodyDigests
    /// Octets of the canonical bodies.
    let canonicalLengths: CanonicalLengths

    /// A message that is in memory as a whole.
    ///
    /// - Parameter bodyHashes: what a signer needs: ``DKIMSigner/bodyHash``.
    public init(
        _ octets: [UInt8], headerLimits: HeaderLimits = .standard, limits: DKIMLimits = .standard,
        policy: DKIMPolicy = .standard, bodyHashes: [BodyHash] = []
    ) {
        var reader = SignedMessageReader(
            headerLimits: headerLimits, limits: limits, policy: policy, bodyHashes: bodyHashes)
        reader.push(octets)
        self = reader.finish()
    }

    init(
        _ header: SignedHeader, exceedsLimits: Bool, bodyLength: Int, bodyHashes: BodyDigests,
        canonicalLengths: CanonicalLengths
    ) {
        signedHeader = header
        self.exceedsLimits = exceedsLimits
        self.bodyLength = bodyLength
        self.bodyHashes = bodyHashes
        self.canonicalLengths = canonicalLengths
    }
}
