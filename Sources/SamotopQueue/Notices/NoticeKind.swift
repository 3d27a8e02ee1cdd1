/// What a notification tells (RFC 3464 §2.3.3).
public enum NoticeKind: UInt8, Sendable, Hashable, CaseIterable {
    /// It won't be delivered.
    case failed = 0
    /// It isn't delivered yet.
    case delayed = 1
    /// It was handed to a host that tells nobody of success.
    case relayed = 2

    /// The kind's word, for example `failed`.
    public var word: String { "\(self)" }
}
