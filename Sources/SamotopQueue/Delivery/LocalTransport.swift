import InternetMessage
import SMTP
public import SamotopCore

/// Brings what the queue holds for mailboxes of ours to them, notifications above all, and gives the rest to another transport.
public struct LocalTransport: OutboundTransport {
    private let mailboxes: any DeliveryAgent
    private let others: any OutboundTransport

    /// - Parameters:
    ///   - mailboxes: the directory, and mailboxes of ours.
    ///   - others: for recipients that the directory calls not local.
    public init(mailboxes: any DeliveryAgent, others: any OutboundTransport) {
        self.mailboxes = mailboxes
        self.others = others
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
                guard !ours.isEmpty else { return nil }
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

    private static func failure(_ status: EnhancedStatusCode, _ words: String) -> AttemptFailure {
        AttemptFailure(stage: .content, status: status, words: words, isHostWide: false)
    }
}
