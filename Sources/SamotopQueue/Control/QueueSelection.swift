/// Which recipients a command is about.
public enum QueueSelection: Sendable, Hashable {
    /// All recipients of a message, or the one of this number.
    case message(String, recipient: Int? = nil)
    /// Those that match.
    case matching(QueueQuery)
}
