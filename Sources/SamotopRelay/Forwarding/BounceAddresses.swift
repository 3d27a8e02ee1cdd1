public import SMTP
public import SamotopCore

/// Leads bounces to rewritten senders (``SenderRewriting``) back to whom they stand for; everything else is as the agent says.
///
/// Stands where recipients are asked for: around the agent that a `MailService` is given, and around the one of the queue's
/// `LocalTransport`. An address that wasn't written here, or is too old, is an unknown mailbox: 550. That only mail from `<>` may go to
/// such an address is `MailService`'s own rule.
public struct BounceAddresses: DeliveryAgent {
    private let agent: any DeliveryAgent
    private let rewriting: SenderRewriting
    private let clock: any WallClock

    /// - Parameters:
    ///   - agent: the directory, and who delivers.
    ///   - rewriting: the scheme, with the same keys as that of ``ForwardedSenders``.
    public init(around agent: any DeliveryAgent, _ rewriting: SenderRewriting, clock: any WallClock = SystemClock()) {
        self.agent = agent
        self.rewriting = rewriting
        self.clock = clock
    }

    public func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer {
        guard case .mailbox(let address) = path else { return try await agent.resolve(path) }
        let original: Mailbox
        do {
            original = try rewriting.original(of: address, now: clock.now().seconds)
        } catch .notRewritten {
            return try await agent.resolve(path)
        } catch {
            return .unknownMailbox
        }
        let answer = try await agent.resolve(.mailbox(original))
        return answer == .notLocal ? .destinations([.remote(original)]) : answer
    }

    public func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        try await agent.deliver(message, to: recipients)
    }
}
