/// A message as it lies in a mailbox, for those who look after single messages. Its reader may rename, move or remove it at
/// any time.
public struct FiledMessage: Sendable, Hashable {
    /// The mailbox's opaque name.
    public let mailbox: String
    /// The folder; nil: the inbox.
    public let folder: FolderName?
    /// In `new`: no reader has taken it up yet.
    public let isNew: Bool
    /// The file's name.
    public let name: String
    /// Another file has another number, as long as this one exists. A copy by a hard link has the same.
    public let inode: UInt64
    /// Octets of the file.
    public let size: UInt64
    /// When the file was last written, linked or renamed, in seconds since 1970.
    public let changed: Int64

    /// The envelope identifier of a message that this program delivered, for as long as its file keeps the name. IMAP servers
    /// give other names to messages that they move. Octets that file names don't have are escaped: `\057`.
    public var envelope: String? { MaildirName.envelope(of: name) }

    /// Whether this is the message of an envelope, by its file's name.
    public func isOf(envelope id: String) -> Bool { envelope == MaildirName.escaped(envelope: id) }

    /// The part of the name that stays while readers change flags.
    public var base: String { MaildirName.base(of: name) }

    /// Marked as deleted by its reader (flag `T`).
    public var isMarkedDeleted: Bool {
        guard let colon = name.lastIndex(of: ":") else { return false }
        return name[colon...].hasPrefix(":2,") && name[colon...].contains("T")
    }

    /// The name without flags, as it would be in `new`.
    var unflaggedName: String { String(name.prefix { $0 != ":" }) }
}
