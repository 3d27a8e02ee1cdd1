public import SMTP
public import SamotopCore

/// Delivers to mailboxes of ours through an agent, and queues what goes to other servers.
///
/// A message for both is queued first: queueing it again is harmless, so whatever fails afterwards may be tried again with all of it.
public struct QueuedDelivery: BatchDeliveryAgent {
    private let mailboxes: any BatchDeliveryAgent
    private let queue: any QueueIntake
    private let destination: @Sendable (Mailbox) -> QueueDestination

    /// - Parameters:
    ///   - mailboxes: the directory, and mailboxes of ours.
    ///   - queue: takes the rest.
    ///   - destination: the next hop for an address; its domain, unless a route leads elsewhere.
    public init(
        around mailboxes: any BatchDeliveryAgent, queue: any QueueIntake,
        destination: @escaping @Sendable (Mailbox) -> QueueDestination = { QueueDestination($0.domain) }
    ) {
        self.mailboxes = mailboxes
        self.queue = queue
        self.destination = destination
    }

    public func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { try await mailboxes.resolve(path) }

    public func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        let parts = OutgoingParts(message, recipients, destination)
        if !parts.outgoing.isEmpty {
            do { _ = try await queue.add(parts.outgoing) } catch { throw Self.failure(error) }
        }
        if !parts.local.isEmpty { try await mailboxes.deliver(message, to: parts.local) }
    }

    public func deliver(_ batch: [ReceivedMessage], isReplay: Bool) async -> [DeliveryError?] {
        let parts = batch.map { OutgoingParts($0, $0.envelope.recipients, destination) }
        var failures = [DeliveryError?](repeating: nil, count: batch.count)
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

    private static func failure(_ error: any Error) -> DeliveryError {
        switch error as? QueueStoreError {
        case .insufficientStorage(let cause): .insufficientStorage(cause: "the queue: \(cause)")
        case .unacceptable(let cause), .failed(let cause), .damaged(let cause): .failed(cause: "the queue: \(cause)")
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

/// A message's recipients of ours, and what goes to other servers.
struct OutgoingParts {
    /// Each with mailboxes of ours alone.
    var local: [Recipient] = []
    /// Usually one; several when there are more recipients than one may have.
    var outgoing: [NewMessage] = []

    init(_ message: ReceivedMessage, _ recipients: [Recipient], _ destination: (Mailbox) -> QueueDestination) {
        var away: [NewRecipient] = []
        var seen: Set<Mailbox> = []
        for recipient in recipients {
            let ours = recipient.destinations.filter { $0.mailbox != nil }
            if !ours.isEmpty || recipient.destinations.isEmpty {
                local.append(Recipient(path: recipient.path, parameters: recipient.parameters, destinations: ours))
            }
            for case .remote(let address) in recipient.destinations where seen.insert(address).inserted {
                away.append(
                    NewRecipient(address, parameters: recipient.parameters, destination: destination(address)))
            }
        }
        guard !away.isEmpty else { return }
        let envelope = message.envelope
        let content = OutgoingContent(trace: message.outgoingTrace, content: message.content)
        let parts = stride(from: 0, to: away.count, by: NewMessage.maximumRecipients).map {
            Array(away[$0..<min($0 + NewMessage.maximumRecipients, away.count)])
        }
        outgoing = parts.enumerated().map { index, recipients in
            NewMessage(
                QueuedMessage(
                    id: index == 0 ? envelope.id : "\(envelope.id)-\(index)", reversePath: envelope.reversePath,
                    parameters: envelope.parameters, submitter: envelope.submitter ?? Submitter(.stranger, name: ""),
                    arrived: message.received, size: content.count),
                to: recipients, content: content)
        }
    }
}

/// A message as it goes out: our trace fields in front of what was received.
struct OutgoingContent: MailContent {
    let trace: [UInt8]
    let content: any MailContent

    var count: Int { trace.count + content.count }

    func read(_ body: (Span<UInt8>) throws -> Void) throws {
        if !trace.isEmpty { try body(trace.span) }
        try content.read(body)
    }
}

extension ReceivedMessage {
    /// Our trace fields without the Return-Path: only final delivery writes one (RFC 5321 §4.4).
    fileprivate var outgoingTrace: [UInt8] {
        let name = Array("return-path:".utf8)
        guard trace.count > name.count,
            zip(trace, name).allSatisfy({ ($0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0) == $1 })
        else { return trace }
        var index = 0
        // The field ends with the first line end that no folding follows.
        while let end = trace[index...].firstIndex(of: 0x0A) {
            index = end + 1
            guard index < trace.count, trace[index] == 0x20 || trace[index] == 0x09 else { break }
        }
        return Array(trace[index...])
    }

    fileprivate func addressed(to recipients: [Recipient]) -> ReceivedMessage {
        var envelope = envelope
        envelope.recipients = recipients
        return ReceivedMessage(envelope: envelope, trace: trace, content: content, received: received)
    }
}
