/// What is to be done after the scheduler has decided.
public struct QueueEffects: Sendable {
    /// To be recorded, in this order.
    public var changes: [QueueChange] = []
    /// To be told.
    public var events: [QueueEvent] = []
    /// To be told to whoever wants outcomes; empty unless ``QueueScheduler/tellsOutcomes``.
    public var outcomes: [QueueOutcome] = []

    /// Nothing.
    public init() {}

    mutating func append(_ other: QueueEffects) {
        changes += other.changes
        events += other.events
        outcomes += other.outcomes
    }
}
