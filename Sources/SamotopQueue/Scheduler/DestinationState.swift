/// A next hop in the scheduler's memory, as long as mail waits for it.
///
/// Submitters with ready mail stand in `line`. As many as there may be deliveries are let out of it: each of them holds a token,
/// and waits for its submitter's turn among all submitters.
struct DestinationState: Sendable {
    struct Lane: Sendable {
        var ready = PriorityFifo<RecipientRef>()
        /// It stands in the line or holds a token.
        var isListed = false
    }

    let name: QueueDestination
    let limits: DestinationLimits
    /// By the submitter's index.
    var lanes: [UInt32: Lane] = [:]
    /// Submitters, by their index.
    var line = Fifo<UInt32>()
    var tokens = 0
    var delivering = 0
    /// Deliveries that there may be now.
    var window: Int
    /// Failures in a row that concern it as a whole.
    var failures = 0
    /// No delivery begins before this moment.
    var pausedUntil = Int64.min
    /// For the interval.
    var nextStart = Int64.min
    /// Pauses and recoveries so far: a failure of a delivery that began before the last one says nothing new.
    var epoch: UInt32 = 0
    /// Recipients that aren't done.
    var recipients = 0
    /// The last failure that concerned it as a whole, as octets of a detail.
    var failure: [UInt8] = []
    /// Recipients that wait for their time after such a failure: they need not wait when it is over.
    var parked: Set<RecipientRef> = []
    /// The timer of kind gate that counts.
    var gate = Int64.max
    /// Nothing is here: the place is used again.
    var isFree = false

    init(name: QueueDestination, limits: DestinationLimits) {
        self.name = name
        self.limits = limits
        window = max(1, min(limits.initialJobs, limits.maximumJobs))
    }

    var maximumWindow: Int { max(1, limits.maximumJobs) }
    /// The moment from which a delivery may begin.
    var opening: Int64 { max(pausedUntil, nextStart) }
    /// Tokens that may be out, besides the deliveries.
    var room: Int {
        let room = window - delivering - tokens
        return limits.interval > .zero ? min(room, 1 - tokens) : room
    }
    var isUnused: Bool { !isFree && recipients == 0 && delivering == 0 && tokens == 0 }
}
