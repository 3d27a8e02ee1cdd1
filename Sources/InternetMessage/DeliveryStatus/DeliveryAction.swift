/// What became of the message for a recipient: the Action field (RFC 3464 §2.3.3).
public enum DeliveryAction: String, Sendable, Hashable, CaseIterable, Codable {
    /// It could not be delivered, and will not be.
    case failed
    /// It is not delivered yet, and is tried on.
    case delayed
    /// It is in the mailbox.
    case delivered
    /// It went on to a system that sends no reports of success.
    case relayed
    /// It went to several addresses that the recipient's stands for.
    case expanded
}
