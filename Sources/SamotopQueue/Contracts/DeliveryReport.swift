/// What an attempt came to.
public struct DeliveryReport: Sendable {
    /// One for each recipient of the job, in its order. A missing one counts as postponed.
    public let outcomes: [RecipientOutcome]
    /// The TLS that the message was sent inside; nil without.
    public let tls: DeliveredTLS?
    /// It went to mailboxes of ours, over no wire.
    public let isLocal: Bool

    /// Makes a report.
    public init(outcomes: [RecipientOutcome], tls: DeliveredTLS? = nil, isLocal: Bool = false) {
        self.outcomes = outcomes
        self.tls = tls
        self.isLocal = isLocal
    }
}
