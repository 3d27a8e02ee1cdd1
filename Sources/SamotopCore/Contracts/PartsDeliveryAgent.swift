/// A delivery agent that takes several messages at once, which are parts of one: all of them are delivered, or none.
public protocol PartsDeliveryAgent: DeliveryAgent {
    /// Delivers each part to all its envelope's recipients; durable on return. When it throws, nothing of any part will be in a
    /// mailbox.
    func deliver(parts: [ReceivedMessage]) async throws
}
