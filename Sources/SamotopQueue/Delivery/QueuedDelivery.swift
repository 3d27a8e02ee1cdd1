public import SMTP
public import SamotopCore

/// Delivers to mailboxes of ours through an agent, and queues what goes to other servers.
///
/// A message for both is queued first: queueing it again is harmless, so whatever fails afterwards may be tried again with all of it.
public struct QueuedDelivery: BatchDeliveryAgent {
    private let first: QueueingFirst
    private let forwarding: (any ForwardingRule)?
    private let destination: @Sendable (Mailbox) -> QueueDestination

    /// - Parameters:
    ///   - mailboxes: the directory, and mailboxes of ours.
    ///   - queue: takes the rest.
    ///   - forwarding: in whose name strangers' mail goes on; nil: in theirs, and nobody is told of failures.
    ///   - destination: the next hop for an address; its domain, unless a route leads elsewhere.
    public init(
        around mailboxes: any BatchDeliveryAgent, queue: any QueueIntake, forwarding: (any ForwardingRule)? = nil,
        destination: @escaping @Sendable (Mailbox) -> QueueDestination = { QueueDestination($0.domain) }
    ) {
        first = QueueingFirst(queue: queue, mailboxes: mailboxes)
        self.forwarding = forwarding
        self.destination = destination
    }

    public func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { try await first.mailboxes.resolve(path) }

    public func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        try await first.deliver(message, try OutgoingParts(message, recipients, destination, forwarding))
    }

    public func deliver(_ batch: [ReceivedMessage], isReplay: Bool) async -> [DeliveryError?] {
        var failures = [DeliveryError?](repeating: nil, count: batch.count)
        let parts = batch.enumerated().map { index, message in
            do throws(DeliveryError) {
                return try OutgoingParts(message, message.envelope.recipients, destination, forwarding)
            } catch {
                failures[index] = error
                return OutgoingParts()
            }
        }
        return await first.deliver(batch, parts, failures: failures, isReplay: isReplay)
    }
}

/// What takes messages into the queue.
public protocol QueueIntake: Sendable {
    /// Queues messages; durable on return, idempotent by id. For each, whether it was new.
    func add(_ messages: [NewMessage]) async throws -> [Bool]
}

extension QueueService: QueueIntake {}

extension ReceivedMessage {
    func addressed(to recipients: [Recipient]) -> ReceivedMessage {
        var envelope = envelope
        envelope.recipients = recipients
        return ReceivedMessage(envelope: envelope, trace: trace, content: content, received: received)
    }
}
