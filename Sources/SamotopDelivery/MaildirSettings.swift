/// Numbers and habits of ``Mailboxes``.
public struct MaildirSettings: Sendable, Hashable {
    /// How lines end in the files.
    public var lineEnding = LineEnding.lf
    /// Names and times of files tell the day a message came, and neither time, host nor process. The inode's own times of change and
    /// birth can't be set.
    public var isCoarse = false
    /// Octets that must be free on a mailbox's device before it takes mail; 452 4.3.1 otherwise.
    public var reservedBytes: UInt64 = 64 << 20
    /// Files that must be free, on file systems that have a fixed number of them; 452 4.3.1 otherwise.
    public var reservedFiles: UInt64 = 1000
    /// Seconds for which an answer about a mailbox's health is good.
    public var healthSeconds: Int64 = 3
    /// Mailboxes kept open; each takes two descriptors.
    public var openMailboxes = 128

    /// The defaults.
    public init() {}
}
