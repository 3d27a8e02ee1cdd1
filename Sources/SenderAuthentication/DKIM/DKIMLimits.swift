/// How much work a message may cause.
public struct DKIMLimits: Sendable, Hashable {
    /// Signatures that are looked at: the first ones from the top.
    public var maximumSignatures: Int
    /// Different body hashes that are made. A signature that needs one more is in error.
    public var maximumBodyHashes: Int

    /// 10 signatures, 12 body hashes. By the standard policy no message needs more than two hashes.
    public static let standard = DKIMLimits(maximumSignatures: 10, maximumBodyHashes: 12)

    /// Limits of one's own choice.
    public init(maximumSignatures: Int, maximumBodyHashes: Int) {
        self.maximumSignatures = maximumSignatures
        self.maximumBodyHashes = maximumBodyHashes
    }
}
