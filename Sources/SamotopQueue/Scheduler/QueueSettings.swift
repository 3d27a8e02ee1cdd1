/// Numbers of the queue.
public struct QueueSettings: Sendable {
    /// Pauses between the attempts at one recipient (RFC 5321 §4.5.4.1).
    public var retry = RetrySchedule([
        .seconds(300), .seconds(900), .seconds(1_800), .seconds(3_600), .seconds(7_200), .seconds(14_400),
    ])
    /// Pauses of a destination as a whole that can't be reached; then one message looks whether it can again.
    public var destinationRetry = RetrySchedule([
        .seconds(60), .seconds(120), .seconds(240), .seconds(480), .seconds(900), .seconds(1_800),
    ])
    /// Each pause is longer or shorter by up to this part of it: 0 to 0.5.
    public var jitter = 0.1
    /// How long a recipient is tried (RFC 5321 §4.5.4.1: 4 to 5 days at least).
    public var lifetime: Duration = .seconds(5 * 86_400)
    /// After how long the sender is told once that it takes longer; nil: never.
    public var delayWarning: Duration? = .seconds(4 * 3_600)
    /// Deliveries at a time, to all destinations together.
    public var maximumJobs = 200
    /// For each destination that has none of its own.
    public var destination = DestinationLimits()
    /// For each program that gets a mailbox's mail: slow ones mustn't take the deliveries that others wait for.
    public var program = {
        var limits = DestinationLimits()
        limits.maximumJobs = 2
        return limits
    }()
    /// For destinations that differ.
    public var destinations: [QueueDestination: DestinationLimits] = [:]
    /// Outcomes that may wait to be recorded; beyond that no delivery starts, so that a crash repeats few of them.
    public var maximumUnrecorded = 1_000
    /// How long a stop waits for deliveries that are under way.
    public var stopPatience: Duration = .seconds(30)

    /// The defaults.
    public init() {}

    func limits(of name: QueueDestination) -> DestinationLimits {
        destinations[name] ?? (name.way == .command ? program : destination)
    }
}
