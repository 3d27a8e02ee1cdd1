/// What an operator may say about recipients.
public enum QueueCommand: Sendable, Hashable {
    /// Try now, whatever the schedule and the destination's pause say.
    case retry
    /// Keep it until it is released: no attempt, no expiry.
    case hold(words: String)
    /// Back to the schedule, with a new lifetime.
    case release
    /// Return it to the sender, who is told as of any failure.
    case fail(words: String)
    /// Remove it; nobody is told.
    case drop
    /// Send it elsewhere from now on.
    case readdress(NewRecipient)
}
