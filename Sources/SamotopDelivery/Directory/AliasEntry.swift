public import SMTP

/// A row of the directory's table: an alias (RFC 5321 §3.9.1) and the addresses it stands for.
public struct AliasEntry: Sendable, Hashable {
    /// The alias.
    public let address: Mailbox
    /// Addresses of mailboxes, or of other aliases, of the same directory, or, where mail goes out, of other domains; at least one.
    public let targets: [Mailbox]

    /// Makes a row.
    public init(address: Mailbox, targets: [Mailbox]) {
        self.address = address
        self.targets = targets
    }
}
