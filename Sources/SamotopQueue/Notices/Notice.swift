/// A delivery status notification that is to be written (RFC 3464), to one message's reverse-path.
public struct Notice: Sendable, Hashable {
    /// Made from message, kind, recipients and attempts: the same notice has the same id, always. The id of the message that
    /// carries it.
    public let id: String
    /// What it tells.
    public let kind: NoticeKind
    /// Of which message: ENVID and RET are in its parameters, and the notice goes to its reverse-path, which isn't null.
    public let message: QueuedMessage
    /// Of whom: at least one.
    public let recipients: [NoticeRecipient]

    /// Makes a notice; the scheduler does, and tests of writers.
    public init(id: String, kind: NoticeKind, message: QueuedMessage, recipients: [NoticeRecipient]) {
        self.id = id
        self.kind = kind
        self.message = message
        self.recipients = recipients
    }
}
