/// Who signed an answer, and until when (RFC 4034 §3.1).
public struct AnswerSignature: Sendable, Hashable, Codable {
    /// The zone whose key signed the records.
    public let signer: DNSName
    /// When the first of the signatures ends, in seconds since 1970.
    public let expires: Int64

    /// A signature.
    public init(signer: DNSName, expires: Int64) {
        self.signer = signer
        self.expires = expires
    }
}
