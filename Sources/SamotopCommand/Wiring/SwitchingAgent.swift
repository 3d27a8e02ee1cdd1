import SMTP
import SamotopCore
import SamotopDelivery
import Synchronization

/// The delivery agent behind a switch, so that a reload can change domains and mailboxes while sessions go on.
///
/// A message that was addressed before the switch is delivered by the new agent. When its mailbox is gone from there, it is asked for
/// again (before its 250: 451) or goes to the postmaster (after it), and to its other mailboxes in any case.
final class SwitchingAgent: BatchDeliveryAgent {
    private let current: Mutex<(mailboxes: Mailboxes, agent: any BatchDeliveryAgent)>
    private let around: @Sendable (any BatchDeliveryAgent) -> any BatchDeliveryAgent

    /// - Parameter around: put around the mailboxes, also around later ones.
    init(_ mailboxes: Mailboxes, around: @escaping @Sendable (any BatchDeliveryAgent) -> any BatchDeliveryAgent) {
        current = Mutex((mailboxes, around(mailboxes)))
        self.around = around
    }

    /// Returns what answered before. To keep for a while: where the last of it goes, a directory of many addresses takes time to be
    /// taken apart, and that must be no thread that a session waits for.
    func change(to mailboxes: Mailboxes) -> any Sendable {
        let agent = around(mailboxes)
        return current.withLock { current in
            defer { current = (mailboxes, agent) }
            return current.agent
        }
    }

    /// The mailboxes that answer now.
    var mailboxes: Mailboxes { current.withLock { $0.mailboxes } }

    /// The directory that answers now.
    var directory: Directory { current.withLock { $0.mailboxes }.directory }

    /// Removes what crashes have left in the mailboxes' `tmp`.
    func sweep() async throws { try await current.withLock { $0.mailboxes }.sweep() }

    /// Removes messages older than so many days.
    func expire(_ days: [String: Int], at now: Timestamp) async throws {
        try await current.withLock { $0.mailboxes }.expire(days, at: now)
    }

    private var agent: any BatchDeliveryAgent { current.withLock { $0.agent } }

    func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { try await agent.resolve(path) }

    func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        try await agent.deliver(message, to: recipients)
    }

    func deliver(_ batch: [ReceivedMessage], isReplay: Bool) async -> [DeliveryError?] {
        await agent.deliver(batch, isReplay: isReplay)
    }
}
