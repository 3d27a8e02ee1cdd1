/// What a destination is spared.
public struct DestinationLimits: Sendable, Hashable {
    /// Deliveries at a time, at most.
    public var maximumJobs = 20
    /// Deliveries at a time with a destination that isn't known yet; one more with each success.
    public var initialJobs = 2
    /// Between the beginnings of two deliveries.
    public var interval: Duration = .zero
    /// Recipients of a delivery (RFC 5321 §4.5.3.1.8: 100 are always taken).
    public var recipientsPerJob = 100

    /// The defaults.
    public init() {}
}
