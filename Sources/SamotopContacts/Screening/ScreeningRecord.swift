public import SamotopCore

/// Told of what ``ContactScreening`` decided about messages; also of those that passed, which no other record mentions.
public protocol ScreeningRecord: Sendable {
    /// Called on the session's event loop: return quickly and never block.
    func judged(_ judgement: ScreeningJudgement, in session: Session)
}

/// What was decided about a message.
public struct ScreeningJudgement: Sendable, Hashable {
    /// The envelope's identifier.
    public let envelope: String
    /// The author in lower case, else the reverse-path; empty when there is neither.
    public let sender: String
    /// Whose recipients it had, in order.
    public let owners: [Owner]
    /// What was answered.
    public let verdict: Verdict
    /// Why.
    public let cause: String
    /// When.
    public let time: Timestamp
}
