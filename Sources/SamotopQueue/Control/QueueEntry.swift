/// A queued message as it is shown. Moments are seconds since 1970.
public struct QueueEntry: Sendable, Hashable, Codable {
    public var id: String
    /// Empty for `<>`.
    public var sender: String
    /// The submitter's name.
    public var submitter: String
    public var arrived: Int64
    /// Octets.
    public var size: Int
    public var recipients: [Recipient]

    /// One of its recipients.
    public struct Recipient: Sendable, Hashable, Codable {
        public var number: Int
        public var address: String
        public var destination: String
        public var state: QueueEntryState
        public var attempts: Int
        /// Waiting: not before.
        public var nextAttempt: Int64?
        /// Given up at this moment; nil when held or done.
        public var expires: Int64?
        /// Why the last attempt failed.
        public var failure: FailureEntry?
        /// Why it is held.
        public var hold: String?
    }
}
