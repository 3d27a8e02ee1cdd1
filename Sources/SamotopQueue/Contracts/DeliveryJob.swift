/// One message's waiting recipients with the same next hop, in one transaction.
public struct DeliveryJob: Sendable {
    /// Of this attempt.
    public let id: DeliveryJobID
    /// What is delivered.
    public let message: QueuedMessage
    /// To whom: at least one, all of them in `destination`.
    public let recipients: [QueuedRecipient]
    /// The next hop.
    public let destination: QueueDestination

    /// Makes a job; the scheduler does, and tests of transports.
    public init(
        id: DeliveryJobID, message: QueuedMessage, recipients: [QueuedRecipient], destination: QueueDestination
    ) {
        self.id = id
        self.message = message
        self.recipients = recipients
        self.destination = destination
    }
}
