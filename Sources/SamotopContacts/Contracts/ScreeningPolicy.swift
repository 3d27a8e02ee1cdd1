/// What becomes of strangers' mail.
public struct ScreeningPolicy: Sendable, Hashable {
    /// What becomes of it.
    public enum Treatment: String, Sendable, Hashable, CaseIterable {
        /// Postponed (450 4.7.1) while the owner is asked; nothing of the message is stored.
        case ask
        /// Accepted, and kept in the folder *New contacts* until the owner decides.
        case hold
        /// Postponed once, as greylisting does; who comes again is let in.
        case grey
        /// Delivered.
        case welcome
        /// Refused (550 5.7.1).
        case refuse
        /// Delivered from the first domain that uses the address, refused from any other: for `shop-…` addresses.
        case firstDomain = "first-domain"
    }

    /// What becomes of strangers' mail.
    public var strangers: Treatment
    /// Days that a stranger waits unanswered, 1…60; then ``unanswered`` holds.
    public var patience: Int
    /// What comes after that: ``Treatment/refuse`` (550 with words that tell a human what to do), ``Treatment/hold`` or
    /// ``Treatment/welcome``.
    public var unanswered: Treatment
    /// Whether a stranger's subject is shown with the request.
    public var takesSubject: Bool
    /// Whether others at this server see what was decided about a proven domain.
    public var sharesDecisions: Bool

    /// A policy.
    public init(
        strangers: Treatment = .ask, patience: Int = 5, unanswered: Treatment = .refuse, takesSubject: Bool = true,
        sharesDecisions: Bool = false
    ) {
        self.strangers = strangers
        self.patience = min(max(1, patience), 60)
        self.unanswered = unanswered
        self.takesSubject = takesSubject
        self.sharesDecisions = sharesDecisions
    }
}
