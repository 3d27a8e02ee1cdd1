import InternetMessage
public import SMTP
public import SamotopCore

/// Brings what the queue holds for mailboxes of ours to them, notifications above all, and gives the rest to another transport.
///
/// Where an alias of ours leads to another server too, that copy goes first: the mailboxes know a message that comes twice.
public struct LocalTransport: OutboundTransport {
    private let mailboxes: any DeliveryAgent
    private let others: any OutboundTransport
    private let destination: @Sendable (Mailbox) -> QueueDestination

    /// - Parameters:
    ///   - mailboxes: the directory, and mailboxes of ours.
    ///   - others: for recipients that the directory calls not local.
    ///   - destination: the next hop for an address that an alias leads to.
    public init(
        mailboxes: any DeliveryAgent, others: any OutboundTransport,
        destination: @escaping @Sendable (Mailbox) -> QueueDestination = { QueueDestination($0.domain) }
    ) {
        self.mailboxes = mailboxes
        self.others = others
        self.destination = destination
    }

    public func deliver(_ job: DeliveryJob, content: any MailContent) async -> DeliveryReport {
        var outcomes: [RecipientOutcome] = []
        for recipient in job.recipients {
            // Recipients of a job share their domain, so that all are ours or none is.
            guard let outcome = await attempt(recipient, job, content) else {
                return await others.deliver(job, content: content)
            }
            outcomes.append(outcome)
        }
        return DeliveryReport(outcomes: outcomes)
    }

    /// Nil: not ours.
    private func attempt(_ recipient: QueuedRecipient, _ job: DeliveryJob, _ content: any MailContent) async
        -> RecipientOutcome?
    {
        do {
            switch try await mailboxes.resolve(.mailbox(recipient.path)) {
            case .notLocal: return nil
            case .unknownMailbox: return .refused(Self.failure(EnhancedStatusCode(5, 1, 1), "no such mailbox"))
            case .unavailable:
                return .postponed(Self.failure(EnhancedStatusCode(4, 2, 0), "the mailbox takes nothing now"))
            case .destinations(let destinations):
                let ours = destinations.filter { $0.mailbox != nil }
                var forwarded: RecipientOutcome?
                for case .remote(let address) in destinations where address != recipient.path {
                    let outcome = await forward(job, recipient, to: address, content)
                    switch outcome {
                    case .postponed, .held: return outcome
                    case .delivered, .refused: forwarded = outcome
                    }
                }
                guard !ours.isEmpty else { return forwarded }
                let copy = Recipient(
                    path: .mailbox(recipient.path), parameters: recipient.parameters, destinations: ours)
                let message = ReceivedMessage(
                    envelope: Envelope(
                        id: job.message.id, reversePath: job.message.reversePath, parameters: job.message.parameters,
                        recipients: [copy], submitter: job.message.submitter),
                    trace: ReturnPathField(job.message.reversePath).bytes, content: content,
                    received: job.message.arrived)
                try await mailboxes.deliver(message, to: [copy])
                return .delivered(RemoteReply(code: 250, status: EnhancedStatusCode(2, 0, 0)))
            }
        } catch {
            return .postponed(Self.failure(EnhancedStatusCode(4, 3, 0), "the mailbox could not be written"))
        }
    }

    private func forward(
        _ job: DeliveryJob, _ recipient: QueuedRecipient, to address: Mailbox, _ content: any MailContent
    ) async -> RecipientOutcome {
        let target = QueuedRecipient(
            number: recipient.number, path: address, parameters: recipient.parameters, attempts: recipient.attempts)
        let onward = DeliveryJob(
            id: job.id, message: job.message, recipients: [target], destination: destination(address))
        let report = await others.deliver(onward, content: content)
        // What ails the other server says nothing of our own mailboxes.
        return switch report.outcomes.first {
        case .postponed(let failure): .postponed(failure.ofOneMessage)
        case .refused(let failure): .refused(failure.ofOneMessage)
        case .delivered(let reply): .delivered(reply)
        case .held(let reason): .held(reason)
        case nil: .postponed(Self.failure(EnhancedStatusCode(4, 3, 0), "it could not be forwarded"))
        }
    }

    private static func failure(_ status: EnhancedStatusCode, _ words: String) -> AttemptFailure {
        AttemptFailure(stage: .content, status: status, words: words, isHostWide: false)
    }
}

extension AttemptFailure {
    fileprivate var ofOneMessage: AttemptFailure {
        AttemptFailure(
            stage: stage, reply: reply, status: status, remote: remote, words: words, isHostWide: false)
    }
}
