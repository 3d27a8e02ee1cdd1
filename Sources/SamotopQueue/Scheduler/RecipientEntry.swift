/// A recipient in the scheduler's memory.
struct RecipientEntry: Sendable {
    /// What the status doesn't say, since it doesn't outlive the process.
    enum Phase: UInt8, Sendable {
        /// Held or done.
        case idle
        /// A timer will come.
        case timed
        /// In its destination's line.
        case ready
        /// In a job.
        case delivering
    }

    var status: RecipientStatus
    /// The destination's index.
    var destination: UInt32
    var phase = Phase.idle
}
