import InternetMessage
public import SMTP
public import SamotopCore

/// Brings what the queue holds for mailboxes of ours to them, notifications above all, and gives the rest to another transport.
///
/// Where an alias of ours leads to one address elsewhere, the message goes there at once, and what becomes of it is the outcome. Where
/// it leads to several places, each copy has its own fate: those for mailboxes are delivered, then those for other servers are
/// queued as messages of their own. So a server that is down keeps nothing from our mailboxes, a refusal is told to the sender as any
/// other, and no copy goes out twice because another one waits. Queueing is done once however often the delivery is tried.
public struct LocalTransport: OutboundTransport {
    private let mailboxes: any DeliveryAgent
    private let others: any OutboundTransport
    private let queue: any QueueIntake
    private let destination: @Sendable (Mailbox) -> QueueDestination
    private let clock: any WallClock

    /// - Parameters:
    ///   - mailboxes: the directory, and mailboxes of ours.
    ///   - others: for recipients that the directory calls not local.
    ///   - queue: takes the copies of an alias that leads to several places; the queue that this delivers for.
    ///   - destination: the next hop for an address that an alias leads to.
    public init(
        mailboxes: any DeliveryAgent, others: any OutboundTransport, queue: any QueueIntake,
        destination: @escaping @Sendable (Mailbox) -> QueueDestination = { QueueDestination($0.domain) },
        clock: any WallClock = SystemClock()
    ) {
        self.mailboxes = mailboxes
        self.others = others
        self.queue = queue
        self.destination = destination
        self.clock = clock
    }

    public func deliver(_ job: DeliveryJob, content: any MailContent) async -> DeliveryReport {
        var outcomes: [RecipientOutcome] = []
        var tls: DeliveredTLS?
        var isLocal = true
        for recipient in job.recipients {
            // Recipients of a job share their domain, so that all are ours or none is.
            guard let report = await attempt(recipient, job, content) else {
                return await others.deliver(job, content: content)
            }
            outcomes += report.outcomes
            tls = report.tls ?? tls
            isLocal = isLocal && report.isLocal
        }
        return DeliveryReport(outcomes: outcomes, tls: tls, isLocal: isLocal)
    }

    /// Of one recipient; nil: not ours.
    private func attempt(_ recipient: QueuedRecipient, _ job: DeliveryJob, _ content: any MailContent) async
        -> DeliveryReport?
    {
        func own(_ outcome: RecipientOutcome) -> DeliveryReport { DeliveryReport(outcomes: [outcome], isLocal: true) }
        do {
            switch try await mailboxes.resolve(.mailbox(recipient.path)) {
            case .notLocal: return nil
            case .unknownMailbox: return own(.refused(Self.failure(EnhancedStatusCode(5, 1, 1), "no such mailbox")))
            case .unavailable:
                return own(.postponed(Self.failure(EnhancedStatusCode(4, 2, 0), "the mailbox takes nothing now")))
            case .destinations(let destinations):
                let ours = destinations.filter { $0.mailbox != nil }
                var away: [Mailbox] = []
                for case .remote(let address) in destinations
                where address != recipient.path && !away.contains(address) { away.append(address) }
                if ours.isEmpty, away.isEmpty { return nil }
                if ours.isEmpty, away.count == 1 { return await forward(job, recipient, to: away[0], content) }
                if !ours.isEmpty { try await deliver(job, recipient, ours, content) }
                let copies = copies(of: job, recipient, to: away, content)
                if !copies.isEmpty { _ = try await queue.add(copies) }
                return own(.delivered(RemoteReply(code: 250, status: EnhancedStatusCode(2, 0, 0))))
            }
        } catch is QueueStoreError {
            return own(.postponed(Self.failure(EnhancedStatusCode(4, 3, 1), "the queue takes nothing now")))
        } catch {
            return own(.postponed(Self.failure(EnhancedStatusCode(4, 3, 0), "the mailbox could not be written")))
        }
    }

    private func deliver(
        _ job: DeliveryJob, _ recipient: QueuedRecipient, _ ours: [Destination], _ content: any MailContent
    ) async throws {
        let copy = Recipient(path: .mailbox(recipient.path), parameters: recipient.parameters, destinations: ours)
        let message = ReceivedMessage(
            envelope: Envelope(
                id: job.message.id, reversePath: job.message.reversePath, parameters: job.message.parameters,
                recipients: [copy], submitter: job.message.submitter),
            trace: ReturnPathField(job.message.reversePath).bytes, content: content, received: job.message.arrived)
        try await mailboxes.deliver(message, to: [copy])
    }

    /// Messages of their own, by ids that say whence: the queue takes each once.
    private func copies(
        of job: DeliveryJob, _ recipient: QueuedRecipient, to away: [Mailbox], _ content: any MailContent
    ) -> [NewMessage] {
        let alias = Recipient(path: .mailbox(recipient.path), parameters: recipient.parameters, destinations: [])
        let from = job.message.reversePath
        var parameters = job.message.parameters
        // The time that is left counts from now, and a message's own from when it was taken.
        if let left = parameters.deliverBy?.seconds {
            let waited = Int32(clamping: clock.now().seconds - job.message.arrived.seconds)
            parameters.deliverBy?.seconds = Int32(clamping: Int64(left) + Int64(waited))
        }
        let passedOn = parameters
        return stride(from: 0, to: away.count, by: NewMessage.maximumRecipients).map { start in
            let part = away[start..<min(start + NewMessage.maximumRecipients, away.count)]
            let message = QueuedMessage(
                id: "\(job.message.id)-\(recipient.number)a\(start)", reversePath: from,
                parameters: passedOn, submitter: job.message.submitter, arrived: job.message.arrived,
                size: content.count)
            return NewMessage(
                message,
                to: part.map {
                    NewRecipient($0, parameters: alias.parameters(for: $0, from: from), destination: destination($0))
                }, content: content)
        }
    }

    private func forward(
        _ job: DeliveryJob, _ recipient: QueuedRecipient, to address: Mailbox, _ content: any MailContent
    ) async -> DeliveryReport {
        let target = QueuedRecipient(
            number: recipient.number, path: address, parameters: recipient.parameters, attempts: recipient.attempts)
        let onward = DeliveryJob(
            id: job.id, message: job.message, recipients: [target], destination: destination(address))
        let report = await others.deliver(onward, content: content)
        // What ails the other server says nothing of our own mailboxes.
        let outcome: RecipientOutcome =
            switch report.outcomes.first {
            case .postponed(let failure): .postponed(failure.ofOneMessage)
            case .refused(let failure): .refused(failure.ofOneMessage)
            case .delivered(let reply): .delivered(reply)
            case .held(let reason): .held(reason)
            case nil: .postponed(Self.failure(EnhancedStatusCode(4, 3, 0), "it could not be forwarded"))
            }
        return DeliveryReport(outcomes: [outcome], tls: report.tls, isLocal: report.isLocal)
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
