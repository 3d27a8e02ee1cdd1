/// A destination as it is shown.
public struct DestinationEntry: Sendable, Hashable, Codable {
    public var name: String
    /// Recipients that aren't done.
    public var recipients: Int
    /// Deliveries under way, and how many there may be now.
    public var delivering: Int
    public var allowed: Int
    /// Failures in a row that concern it as a whole.
    public var failures: Int
    /// It pauses until this moment, in seconds since 1970.
    public var pausedUntil: Int64?
    /// Its last failure.
    public var failure: FailureEntry?
}
