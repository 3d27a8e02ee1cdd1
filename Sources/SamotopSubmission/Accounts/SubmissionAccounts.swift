public import SMTP
public import SamotopAccounts
public import TransportSecurity

/// The accounts that mail is taken from. A change counts at once.
public protocol SubmissionAccounts: Sendable {
    /// What the account with this name (in lower case) is known by; nil: there is none, or it has no secrets.
    func secrets(of name: String) async throws -> AccountSecrets?
    /// What it may send from; nil: there is no such account any more. Asked on event loops: it must not block.
    func addresses(of name: String) -> OwnedAddresses?
    /// The accounts that have the certificate with this fingerprint (EXTERNAL).
    func names(withCertificate fingerprint: Fingerprint) async throws -> [String]
}

extension SubmissionAccounts {
    /// None.
    public func names(withCertificate fingerprint: Fingerprint) async throws -> [String] { [] }
}

/// Whom accounts have written to before, and what follows from that they write.
public protocol Acquaintances: Sendable {
    /// How many of these the account has never written to.
    func strangers(among recipients: [Mailbox], of account: String) async throws -> Int
    /// The account writes to these.
    func write(to recipients: [Mailbox], from account: String) async throws
}
