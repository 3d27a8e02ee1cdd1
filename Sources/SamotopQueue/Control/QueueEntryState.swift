/// How far a queued recipient is, as it is shown.
public enum QueueEntryState: String, Sendable, Hashable, Codable, CaseIterable {
    /// For its time.
    case waiting
    /// For its turn.
    case ready
    /// A delivery is under way.
    case delivering
    /// For a person's decision.
    case held
    case delivered, failed, expired, dropped
}
