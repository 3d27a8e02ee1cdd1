public import SMTP
public import SamotopCore

/// Puts addresses with a pass in front of a delivery agent: `alice+pass-WORD@example.org` is `alice@example.org`.
///
/// It says nothing of the word: ``ContactScreening`` finds it in the recipient's path, and asks whether it is valid. So
/// nobody learns at RCPT which words are.
public struct PassAddresses: DeliveryAgent {
    private let agent: any DeliveryAgent

    /// - Parameter agent: knows the addresses without passes. What it knows with `+pass-` of its own accord stays so.
    public init(around agent: any DeliveryAgent) { self.agent = agent }

    public func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer {
        let answer = try await agent.resolve(path)
        guard answer == .unknownMailbox, case .mailbox(let mailbox) = path, let address = PassAddress(mailbox) else {
            return answer
        }
        return try await agent.resolve(.mailbox(address.mailbox))
    }

    public func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        try await agent.deliver(message, to: recipients)
    }
}
