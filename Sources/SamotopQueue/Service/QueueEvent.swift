/// What happens in the queue, for logs, metrics and records. Holds ids and destinations: redact before printing.
public enum QueueEvent: Sendable, Hashable {
    case queued(id: String, recipients: Int, octets: Int)
    /// An attempt's outcome for one recipient.
    case attempted(id: String, recipient: Int, destination: QueueDestination, RecipientOutcome, tls: DeliveredTLS?)
    /// Given up after its lifetime.
    case expired(id: String, recipient: Int, destination: QueueDestination)
    /// An operator's word was carried out.
    case commanded(id: String, recipient: Int, QueueCommand)
    /// Nothing is left of it in the queue.
    case finished(id: String)
    /// A notification was queued.
    case notified(id: String, NoticeKind, notice: String)
    /// A notification was not made; so many recipients.
    case unnotified(id: String, NoticeKind, recipients: Int, NoticeOmission)
    /// A notification can't be written now; it is tried again.
    case noticeFailed(id: String, NoticeKind)
    /// A destination can't be reached: a pause until then, in seconds since 1970.
    case destinationPaused(QueueDestination, until: Int64)
    case destinationRecovered(QueueDestination)
    /// Something in the store can't be read; plain words.
    case damaged(String)
    /// The store takes nothing now; it is tried again.
    case storeFull
    /// The store failed to write; it is tried again. Plain words.
    case storeFailed(String)
    /// The wall clock jumped by so many seconds: nothing expires until it is back or ``QueueService/trustClock()`` is called.
    case clockJumped(seconds: Int64)
}
