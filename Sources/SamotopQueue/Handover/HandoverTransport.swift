public import SMTP
public import SamotopCore

/// Brings what was queued for mailboxes whose mail is handed to something else there, and gives the rest to another transport.
///
/// What gets it is asked for at each attempt, so that mail which waits goes where the directory leads now: also into a Maildir, if its
/// mailbox has one meanwhile.
public struct HandoverTransport: OutboundTransport {
    /// What gets a recipient's mail.
    public struct Way: Sendable {
        /// Recipients with the same are brought there together.
        public let destination: QueueDestination
        /// Whom it is told.
        public let address: Mailbox
        /// What brings it there.
        public let transport: any OutboundTransport

        /// A way.
        public init(_ destination: QueueDestination, to address: Mailbox, by transport: any OutboundTransport) {
            self.destination = destination
            self.address = address
            self.transport = transport
        }
    }

    private let others: any OutboundTransport
    private let way: @Sendable (Mailbox) -> Way?

    /// - Parameters:
    ///   - others: for all else, and for recipients whose mail isn't handed to anything any more.
    ///   - way: where a recipient's mail goes.
    public init(around others: any OutboundTransport, way: @escaping @Sendable (Mailbox) -> Way?) {
        self.others = others
        self.way = way
    }

    public func deliver(_ job: DeliveryJob, content: any MailContent) async -> DeliveryReport {
        // A notification, or mail that was to go later, isn't encrypted yet: it goes by the mailboxes, and comes again.
        guard job.destination.isHanded else { return await others.deliver(job, content: content) }
        let ways = job.recipients.map { way($0.path) }
        var groups: [(way: Way?, places: [Int])] = []
        for (place, way) in ways.enumerated() {
            // Of what isn't handed over any more, each domain's by itself: one may not even be ours now.
            let domain = job.recipients[place].path.domain
            let known = groups.firstIndex { group in
                guard let way else { return group.way == nil && job.recipients[group.places[0]].path.domain == domain }
                return group.way?.destination == way.destination
            }
            if let index = known {
                groups[index].places.append(place)
            } else {
                groups.append((way, [place]))
            }
        }
        var outcomes: [Int: RecipientOutcome] = [:]
        var tls: DeliveredTLS?
        var isLocal = true
        for group in groups {
            let recipients = group.places.map { place in
                let recipient = job.recipients[place]
                return QueuedRecipient(
                    number: recipient.number, path: ways[place]?.address ?? recipient.path,
                    parameters: recipient.parameters, attempts: recipient.attempts)
            }
            let part = DeliveryJob(
                id: job.id, message: job.message, recipients: recipients,
                destination: group.way?.destination ?? QueueDestination(recipients[0].path.domain))
            let report = await (group.way?.transport ?? others).deliver(part, content: content)
            for (place, outcome) in zip(group.places, report.outcomes) { outcomes[place] = outcome }
            tls = tls ?? report.tls
            isLocal = isLocal && report.isLocal
        }
        let missing = RecipientOutcome.postponed(
            AttemptFailure(
                stage: .content, status: EnhancedStatusCode(4, 3, 0), words: "it could not be handed over",
                isHostWide: false))
        return DeliveryReport(
            outcomes: job.recipients.indices.map { outcomes[$0] ?? missing }, tls: tls, isLocal: isLocal)
    }
}
