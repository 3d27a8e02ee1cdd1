import SMTP
import SamotopCore
import SamotopDelivery
import Synchronization

/// The delivery agent behind a switch, so that a reload can change domains and mailboxes while sessions go on.
///
/// A message that was addressed before the switch is delivered by the new agent: a mailbox that is gone makes it 451, and the
/// sender's next try meets the new directory.
final class SwitchingAgent: DeliveryAgent {
    private let current: Mutex<any DeliveryAgent>

    init(_ agent: any DeliveryAgent) { current = Mutex(agent) }

    func change(to agent: any DeliveryAgent) { current.withLock { $0 = agent } }

    private var agent: any DeliveryAgent { current.withLock { $0 } }

    func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { try await agent.resolve(path) }

    func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        try await agent.deliver(message, to: recipients)
    }
}
