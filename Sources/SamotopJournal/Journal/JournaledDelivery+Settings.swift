extension JournaledDelivery {
    /// Numbers and habits.
    public struct Settings: Sendable, Hashable {
        /// The segments.
        public var journal = JournalSettings()
        /// Octets of content up to which a message goes into the journal as a whole.
        public var largestRecord = 256 << 10
        /// Octets of accepted messages that may wait for their delivery; beyond that accepting waits.
        public var maximumBacklog = 384 << 20
        /// Messages delivered together.
        public var batch = 256
        /// Octets of messages delivered together, beyond the first.
        public var batchOctets = 16 << 20
        /// When mail pours in, it may wait so long for its mailboxes, so that all of it is accepted first. What goes elsewhere doesn't.
        public var burst = Duration.seconds(3)
        /// The first pause before a failed delivery is tried again, in seconds; each further one is twice as long.
        public var firstRetry: Int64 = 1
        /// The longest pause, in seconds.
        public var longestRetry: Int64 = 300
        /// Failures after which a message leaves the segments.
        public var failuresInSegment = 3
        /// Seconds without mail after which the keys of what was delivered are destroyed.
        public var forgetting: Int64 = 10
        /// They are destroyed so many seconds after a delivery also while mail comes, as soon as none waits.
        public var forgetsUnderLoad = false
        /// The alarm for a delivery that failed names the message, and the cause, in which its mailbox is; else only that it waits.
        public var namesMessages = true

        /// The defaults.
        public init() {}
    }
}
