/// A queued message in the scheduler's memory; its place is used again when it is gone.
struct MessageSlot: Sendable {
    /// Nil: nothing is here.
    var facts: MessageFacts?
    var recipients = RecipientEntries()
    /// The timer of kind deadline that counts, in milliseconds since 1970; any other one is left over.
    var deadline: Int64 = .max
    /// The submitter's index.
    var submitter: UInt32 = 0
    /// Recipients that aren't done.
    var live: UInt16 = 0
    var notices = NoticePhase.none

    /// Where its notifications are; one is written at a time.
    enum NoticePhase: Sendable, Hashable {
        case none, inLine, writing
        /// Until this moment, in milliseconds since 1970, since it could not be written.
        case pausing(Int64)
    }
}
