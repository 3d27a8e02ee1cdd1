public import InternetMessage
public import SamotopCore

/// Signs the mail of our own authors by DKIM (RFC 6376), when it is taken.
///
///     let mail = try MailService("mx.example.org", delivering: agent, relaying: rule, signers: [AuthorSigner(policy, threads: threads)])
///
/// Signed is what somebody of ours answers for (`Envelope.submitter`) and whose single author is of a domain with keys; a stranger's mail
/// never is, whatever its From says. The body is hashed while it streams in, and the signatures stand in the message's trace: what is
/// tried again later goes out as it was signed. When a key can't sign, the message is not taken (451); it never goes out without.
public struct AuthorSigner: MessageSigner {
    private let policy: SigningPolicy
    private let limits: HeaderLimits
    private let maker: SignatureMaker

    /// - Parameters:
    ///   - policy: whose keys sign what.
    ///   - headerLimits: those of the service.
    ///   - threads: where it is signed.
    public init(_ policy: SigningPolicy, headerLimits: HeaderLimits = .standard, threads: StorageThreads) {
        self.policy = policy
        limits = headerLimits
        maker = SignatureMaker(policy: policy, threads: threads)
    }

    public var name: String { "dkim" }

    public func tap(_ envelope: Envelope, _ session: Session) -> (any ContentTap)? {
        envelope.submitter == nil || policy.isEmpty ? nil : SigningTap(limits, policy.bodyHashes)
    }

    public func fields(for message: ReceivedMessage, tap: any ContentTap, _ session: Session) async throws -> [UInt8] {
        guard let tap = tap as? SigningTap else { return [] }
        return try await maker.fields(for: tap.finish(), now: message.received.seconds)
    }
}
