/// The words of a refusal without their class: the class digit comes from the verdict, so 4 and 5 can't be mixed up.
///
/// `ReplyWords(50, 7, 1, …)` is said as `450 4.7.1` when postponed and as `550 5.7.1` when rejected.
public struct ReplyWords: Sendable, Hashable {
    /// The last two digits of the basic code, 0…59.
    public let basic: UInt16
    /// RFC 3463 subject.
    public let subject: UInt16
    /// RFC 3463 detail.
    public let detail: UInt16
    /// What the other side may read. Never holds anything private.
    public let text: String

    /// Makes words; `basic` is the code without its first digit.
    public init(_ basic: UInt16, _ subject: UInt16, _ detail: UInt16, _ text: String) {
        self.basic = basic % 100
        self.subject = subject
        self.detail = detail
        self.text = text
    }

    /// The reply that postpones: 4yz.
    public var postponing: Reply { Reply(400 + basic, EnhancedStatusCode(4, subject, detail), text) }
    /// The reply that rejects: 5yz.
    public var rejecting: Reply { Reply(500 + basic, EnhancedStatusCode(5, subject, detail), text) }
    /// The reply that says good-bye before the connection closes, with the class of a rejection when `permanent`.
    public func disconnecting(permanent: Bool) -> Reply {
        permanent
            ? Reply(554, EnhancedStatusCode(5, subject, detail), text)
            : Reply(421, EnhancedStatusCode(4, subject, detail), text)
    }
}
