import Crypto
public import SMTP
public import SamotopCore

/// Queues what is for mailboxes whose mail is handed to something else, an LMTP server or a program, and delivers the rest.
///
/// It stands right in front of the mailboxes: what comes here was let in, filed and encrypted as for any mailbox. What a guard has filed
/// apart, such as strangers' mail that waits for the owner's word, stays in the mailbox's folder; from there it goes on when it is
/// let in. As in a Maildir there is one copy for each mailbox, whatever addresses led there.
public struct HandingOver: BatchDeliveryAgent {
    private let first: QueueingFirst
    private let forwarding: (any ForwardingRule)?
    private let heldFolder: String
    private let place: @Sendable (String, ForwardPath) -> HandedPlace?

    /// - Parameters:
    ///   - mailboxes: the others, and what is filed apart.
    ///   - queue: takes the rest.
    ///   - forwarding: says who answers for a stranger's message; nil: nobody, and nobody is told of failures.
    ///   - heldFolder: where mail waits for its owner's word.
    ///   - place: where the mail of a mailbox goes, by its opaque name and the address that was written to; nil: it stays.
    public init(
        around mailboxes: any BatchDeliveryAgent, queue: any QueueIntake, forwarding: (any ForwardingRule)? = nil,
        heldFolder: String, place: @escaping @Sendable (String, ForwardPath) -> HandedPlace?
    ) {
        first = QueueingFirst(queue: queue, mailboxes: mailboxes)
        self.forwarding = forwarding
        self.heldFolder = heldFolder
        self.place = place
    }

    public func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { try await first.mailboxes.resolve(path) }

    public func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        try await first.deliver(message, parts(message, recipients))
    }

    public func deliver(_ batch: [ReceivedMessage], isReplay: Bool) async -> [DeliveryError?] {
        await first.deliver(
            batch, batch.map { parts($0, $0.envelope.recipients) },
            failures: [DeliveryError?](repeating: nil, count: batch.count), isReplay: isReplay)
    }

    private func parts(_ message: ReceivedMessage, _ recipients: [Recipient]) -> OutgoingParts {
        var parts = OutgoingParts()
        var away: [NewRecipient] = []
        var names: [String] = []
        for recipient in recipients {
            var ours: [Destination] = []
            for destination in recipient.destinations {
                guard let name = destination.mailbox, destination.folder != heldFolder,
                    let place = place(name, recipient.path)
                else {
                    ours.append(destination)
                    continue
                }
                if names.contains(name) { continue }
                names.append(name)
                away.append(
                    NewRecipient(
                        place.address,
                        parameters: recipient.parameters(for: place.address, from: message.envelope.reversePath),
                        destination: place.destination))
            }
            if !ours.isEmpty || recipient.destinations.isEmpty {
                parts.local.append(
                    Recipient(path: recipient.path, parameters: recipient.parameters, destinations: ours))
            }
        }
        parts.outgoing = messages(message, to: away, names)
        return parts
    }

    /// Under an id that follows from the message and the mailboxes: the queue takes each once, and after a change of the directory rather
    /// twice than never.
    private func messages(
        _ message: ReceivedMessage, to recipients: [NewRecipient], _ names: [String]
    ) -> [NewMessage] {
        guard !recipients.isEmpty else { return [] }
        let envelope = message.envelope
        var digest = SHA256()
        for name in names { digest.update(data: Array(name.utf8) + [0]) }
        let mark = digest.finalize().prefix(8).map { String(256 + Int($0), radix: 16).dropFirst() }.joined()
        var parameters = envelope.parameters
        // Its time has come.
        parameters.release = nil
        let content = PrefixedContent(message.outgoingTrace, message.content)
        let submitter =
            envelope.submitter ?? forwarding?.submitter(of: message) ?? Submitter(.stranger, name: "")
        return stride(from: 0, to: recipients.count, by: NewMessage.maximumRecipients).map { start in
            let end = min(start + NewMessage.maximumRecipients, recipients.count)
            return NewMessage(
                QueuedMessage(
                    id: start == 0 ? "\(envelope.id)-m\(mark)" : "\(envelope.id)-m\(mark)-\(start)",
                    reversePath: envelope.reversePath, parameters: parameters, submitter: submitter,
                    arrived: message.received, size: content.count),
                to: Array(recipients[start..<end]), content: content)
        }
    }
}
