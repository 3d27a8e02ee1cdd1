/// How far an attempt came.
public enum AttemptStage: UInt8, Sendable, Hashable, CaseIterable {
    case dns = 0
    case connect, tls, greeting, ehlo, auth, mail, rcpt, data, content, policy
    /// It was not made: the address is suppressed for the submitter.
    case suppressed

    /// The stage's word, for example `connect`.
    public var word: String { "\(self)" }
}
