public import SMTP

/// What a guard says at a stage. The first answer other than `.pass` is final for that stage.
public enum Verdict: Sendable, Hashable {
    /// No opinion: the next guard is asked.
    case pass
    /// Settled for this stage: no further guard is asked. Never lifts the relay rule.
    case accept(cause: String)
    /// Not now: 4yz.
    case postpone(Refusal)
    /// Never: 5yz.
    case reject(Refusal)
    /// 421 or 554, then the connection closes.
    case disconnect(Refusal)
}

/// Why something was refused: the words that the other side reads, and the cause that only the operator reads.
public struct Refusal: Sendable, Hashable {
    /// Public words; their class digit comes from the verdict.
    public let words: ReplyWords
    /// Private cause, for the record.
    public let cause: String

    /// Makes a refusal.
    public init(_ words: ReplyWords, cause: String) {
        self.words = words
        self.cause = cause
    }
}

/// The stages of a session at which guards are asked, in order.
public enum Stage: String, Sendable, Hashable, CaseIterable {
    case connection, hello, sender, recipient, message
}

/// One line of the answer to “why is this mail here?” and “why was it refused?”.
public struct JudgementRecord: Sendable, Hashable {
    /// When it was asked.
    public let stage: Stage
    /// Who answered.
    public let judge: String
    /// What was answered.
    public let verdict: Verdict

    /// Makes a record.
    public init(stage: Stage, judge: String, verdict: Verdict) {
        self.stage = stage
        self.judge = judge
        self.verdict = verdict
    }
}
