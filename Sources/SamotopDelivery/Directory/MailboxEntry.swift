public import SMTP

/// A row of the directory's table: one address and the mailbox behind it.
///
/// Several addresses may lead to one mailbox: give them the same name and the same folder.
public struct MailboxEntry: Sendable, Hashable {
    /// The address. Its domain must be one of the directory's, never an address literal.
    public let address: Mailbox
    /// The opaque name of the mailbox: the only thing that envelopes and causes of errors say about it.
    public let name: String
    /// The Maildir: an absolute path, or a path below the root of ``Mailboxes``.
    public let folder: String
    /// Whether the Maildir is made when the first mail comes, and not when the service starts.
    public let isMadeWhenNeeded: Bool
    /// How much it may hold; nil: as much as there is room for.
    public let quota: MailboxQuota?
    /// What its mail is handed to; nil: it stays in the Maildir. With one, the Maildir has what is filed apart, and is made when that comes.
    public let handover: MailboxHandover?

    /// Makes a row.
    public init(
        address: Mailbox, name: String, folder: String, isMadeWhenNeeded: Bool = false, quota: MailboxQuota? = nil,
        handover: MailboxHandover? = nil
    ) {
        self.handover = handover
        self.quota = quota
        self.address = address
        self.name = name
        self.folder = folder
        self.isMadeWhenNeeded = isMadeWhenNeeded
    }
}
