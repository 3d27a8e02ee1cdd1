public import SMTP
public import SamotopCore

/// Is it encrypted? Mail to the given domains is taken only inside TLS (530 5.7.0 at RCPT).
///
/// A listener that requires TLS for everything refuses before MAIL already; this guard is for domains whose owners want
/// it while others on the same listener don't yet.
public struct RefuseUnencrypted: MailGuard {
    private let domains: Set<DomainName>?

    /// For all recipients, when `domains` is nil, or only for those of the domains.
    public init(for domains: Set<DomainName>? = nil) { self.domains = domains }

    public var name: String { "encryption" }

    public func recipient(_ recipient: Recipient, _ envelope: Envelope, _ session: inout Session) async throws
        -> Verdict
    {
        guard session.tls == nil, session.client != .local, isMeant(recipient.path) else { return .pass }
        return .reject(Refusal(.encryptionRequired, cause: "the session is not encrypted"))
    }

    private func isMeant(_ path: ForwardPath) -> Bool {
        guard let domains else { return true }
        guard case .mailbox(let mailbox) = path, case .name(let name) = mailbox.domain else { return true }
        return domains.contains(name)
    }
}
