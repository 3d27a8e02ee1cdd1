/// What an attempt came to.
public struct DeliveryReport: Sendable {
    /// One for each recipient of the job, in its order. A missing one counts as postponed.
    public let outcomes: [RecipientOutcome]
    /// The TLS that the message was sent inside; nil without.
    public let tls: DeliveredTLS?

    /// Makes a report.
    public init(outcomes: [RecipientOutcome], tls: DeliveredTLS? = nil) {
        self.outcomes = outcomes
        self.tls = tls
    }
}
