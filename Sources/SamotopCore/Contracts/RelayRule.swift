public import SMTP

/// Whose mail may go out to other servers. Everybody else's is refused at RCPT with 550 5.7.1, whatever guards say.
public struct RelayRule: Sendable {
    /// Says who answers for a session's mail; nil: a stranger.
    public let submitter: @Sendable (Session) -> Submitter?
    /// Whether mail may go to this address at all: false for addresses that lead nowhere, such as literals of inner networks.
    public let permits: @Sendable (Mailbox) -> Bool

    /// A rule of two questions, which are asked on event loops: they must not block.
    public init(
        submitter: @escaping @Sendable (Session) -> Submitter?,
        permits: @escaping @Sendable (Mailbox) -> Bool = { _ in true }
    ) {
        self.submitter = submitter
        self.permits = permits
    }

    /// Nobody's mail goes out.
    public static let none = RelayRule(submitter: { _ in nil }, permits: { _ in false })
}
