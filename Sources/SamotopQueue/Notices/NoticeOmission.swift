/// Why a notification is not made.
public enum NoticeOmission: String, Sendable, Hashable, CaseIterable {
    /// The message is a notification itself, or wants none: its reverse-path is null.
    case nullReversePath
    /// We don't know whose message it is: its reverse-path may be somebody else's.
    case unknownSubmitter
    /// NOTIFY says so (RFC 3461 §4.1).
    case notWanted
}
