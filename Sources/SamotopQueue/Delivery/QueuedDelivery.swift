public import SMTP
public import SamotopCore

/// Delivers to mailboxes of ours through an agent, and queues what goes to other servers.
///
/// A message for both is queued first: queueing it again is harmless, so whatever fails afterwards may be tried again with all of it.
public struct QueuedDelivery: BatchDeliveryAgent {
    private let mailboxes: any BatchDeliveryAgent
    private let queue: any QueueIntake
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
        self.mailboxes = mailboxes
        self.queue = queue
        self.forwarding = forwarding
        self.destination = destination
    }

    public func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { try await mailboxes.resolve(path) }

    public func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        let parts = try OutgoingParts(message, recipients, destination, forwarding)
        if !parts.outgoing.isEmpty {
            do { _ = try await queue.add(parts.outgoing) } catch { throw Self.failure(error) }
        }
        if !parts.local.isEmpty { try await mailboxes.deliver(message, to: parts.local) }
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
        let outgoing = parts.flatMap(\.outgoing)
        if !outgoing.isEmpty {
            do {
                _ = try await queue.add(outgoing)
            } catch {
                // One by one: what can't be queued must not keep the others.
                for (index, part) in parts.enumerated() where !part.outgoing.isEmpty {
                    do { _ = try await queue.add(part.outgoing) } catch { failures[index] = Self.failure(error) }
                }
            }
        }
        let local = batch.indices.filter { failures[$0] == nil && !parts[$0].local.isEmpty }
        guard !local.isEmpty else { return failures }
        let messages = local.map { batch[$0].addressed(to: parts[$0].local) }
        for (index, failure) in zip(local, await mailboxes.deliver(messages, isReplay: isReplay)) {
            failures[index] = failure
        }
        return failures
    }

    static func failure(_ error: any Error) -> DeliveryError {
        switch error as? QueueStoreError {
        case .insufficientStorage(let cause): .insufficientStorage(cause: "the queue: \(cause)")
        case .unacceptable(let cause), .interrupted(let cause), .failed(let cause), .damaged(let cause):
            .failed(cause: "the queue: \(cause)")
        case .wrongKey, .locked, .unknownMessage, nil: .failed(cause: "the queue failed: \(type(of: error))")
        }
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
