/// What a store records about a message.
///
/// A notification that is written is queued by the same change that says that it is no longer owed: a crash neither loses nor
/// doubles it.
public enum QueueChange: Sendable {
    /// The recipients' status from now on.
    case status(id: String, MessageStatus, notice: NewMessage? = nil)
    /// Every recipient is done, and nothing is owed: the message goes.
    case finished(id: String, notice: NewMessage? = nil)

    /// The message that changes.
    public var id: String {
        switch self {
        case .status(let id, _, notice: _), .finished(let id, notice: _): id
        }
    }

    /// The notification that is queued with it.
    public var notice: NewMessage? {
        switch self {
        case .status(_, _, let notice), .finished(_, let notice): notice
        }
    }
}
