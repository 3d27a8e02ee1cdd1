/// A queued message in the scheduler's memory; its place is used again when it is gone.
struct MessageSlot: Sendable {
    /// Nil: nothing is here.
    var facts: MessageFacts?
    var recipients = RecipientList<RecipientEntry>()
    /// The timer of kind deadline that counts, in milliseconds since 1970; any other one is left over.
    var deadline: Int64 = .max
    /// The submitter's index.
    var submitter: UInt32 = 0
    /// Recipients that aren't done.
    var live: UInt16 = 0
    var notices = NoticePhase.none

    /// Where its notifications are; one is written at a time.
    enum NoticePhase: UInt8, Sendable, Hashable {
        case none, inLine, writing
        /// It could not be written, and waits: ``QueueScheduler/noticePauses``.
        case pausing
    }
}

extension MessageSlot: KeyedSlot {
    var key: MessageKey? { facts?.key }
}
