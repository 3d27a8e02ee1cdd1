public import SMTP
public import SamotopCore

/// Puts addresses with a pass in front of a delivery agent: `alice+pass-WORD@example.org` is `alice@example.org`.
///
/// It says nothing of the word: ``ContactScreening`` finds it in the recipient's path, and asks whether it is valid. So
/// nobody learns at RCPT which words are.
public struct PassAddresses: DeliveryAgent {
    private let agent: any DeliveryAgent
    private let isUnclaimed: @Sendable (Mailbox) -> Bool

    /// - Parameters:
    ///   - agent: knows the addresses without passes. What it knows with `+pass-` of its own accord stays so.
    ///   - isUnclaimed: whether an address has an owner only since somebody gets what nobody claimed: then whose it is without
    ///     the pass comes first.
    public init(
        around agent: any DeliveryAgent, isUnclaimed: @escaping @Sendable (Mailbox) -> Bool = { _ in false }
    ) {
        self.agent = agent
        self.isUnclaimed = isUnclaimed
    }

    public func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer {
        guard case .mailbox(let mailbox) = path, let address = PassAddress(mailbox) else {
            return try await agent.resolve(path)
        }
        if isUnclaimed(mailbox), !isUnclaimed(address.mailbox) {
            let answer = try await agent.resolve(.mailbox(address.mailbox))
            if answer != .unknownMailbox { return answer }
        }
        let answer = try await agent.resolve(path)
        return answer == .unknownMailbox ? try await agent.resolve(.mailbox(address.mailbox)) : answer
    }

    public func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        try await agent.deliver(message, to: recipients)
    }
}
