public import SMTP

/// A row of the directory's table: many addresses of one domain by convention, for one or several people.
public struct PatternEntry: Sendable, Hashable {
    /// The domain, one of the directory's.
    public let domain: DomainName
    /// The local-parts.
    public let pattern: LocalPartPattern
    /// Addresses of mailboxes or aliases, as an alias's.
    public let targets: [Mailbox]
    /// The field that names the folder of the mailbox, if there is one of that name; nil: the inbox.
    public let folderField: String?

    /// Makes a row.
    public init(domain: DomainName, pattern: LocalPartPattern, targets: [Mailbox], folderField: String? = nil) {
        self.domain = domain
        self.pattern = pattern
        self.targets = targets
        self.folderField = folderField
    }
}

/// A row of the directory's table: who gets what nobody claimed in a domain.
public struct CatchAllEntry: Sendable, Hashable {
    /// The domain, one of the directory's.
    public let domain: DomainName
    /// Addresses of mailboxes or aliases, as an alias's; none: nobody, and only the names below matter.
    public let targets: [Mailbox]
    /// Local-parts that are nobody's all the same, as of people who left.
    public let exceptions: [LocalPart]
    /// Whether they are asked about each new name before its first mail comes in.
    public let asksAboutNames: Bool

    /// Makes a row.
    public init(
        domain: DomainName, targets: [Mailbox], exceptions: [LocalPart] = [], asksAboutNames: Bool = false
    ) {
        self.asksAboutNames = asksAboutNames
        self.domain = domain
        self.targets = targets
        self.exceptions = exceptions
    }
}
