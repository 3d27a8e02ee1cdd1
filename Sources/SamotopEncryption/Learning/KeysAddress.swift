public import SMTP
public import SamotopCore

/// Puts the address that takes keys in front of a delivery agent: what was sent there is read by ``KeyLearning`` and not delivered.
public struct KeysAddress: DeliveryAgent {
    /// No directory has such a name.
    private static let destination = Destination.mailbox("keys@")

    private let agent: any DeliveryAgent
    private let isKeysAddress: @Sendable (Mailbox) -> Bool

    /// - Parameters:
    ///   - agent: knows all other addresses.
    ///   - isKeysAddress: whether an address is one that takes keys.
    public init(around agent: any DeliveryAgent, isKeysAddress: @escaping @Sendable (Mailbox) -> Bool) {
        self.agent = agent
        self.isKeysAddress = isKeysAddress
    }

    public func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer {
        if case .mailbox(let mailbox) = path, isKeysAddress(mailbox) { return .destinations([Self.destination]) }
        return try await agent.resolve(path)
    }

    public func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        func isOther(_ recipient: Recipient) -> Bool { !recipient.destinations.contains(Self.destination) }
        let others = recipients.filter(isOther)
        guard others.count < recipients.count else { return try await agent.deliver(message, to: recipients) }
        guard !others.isEmpty else { return }
        var envelope = message.envelope
        envelope.recipients.removeAll { !isOther($0) }
        let rest = ReceivedMessage(
            envelope: envelope, trace: message.trace, content: message.content, received: message.received)
        try await agent.deliver(rest, to: others)
    }
}
