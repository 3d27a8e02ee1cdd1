import SamotopCore

/// When the parts of the maintenance are due. A clock that jumps never makes much expire at once: after a jump of more than a day
/// nothing expires for a day of rounds, so that someone can set the clock right.
struct MaintenanceSchedule: Sendable {
    enum Task: Sendable, Hashable { case flushing, expiring }

    private static let day: Int64 = 86_400
    private let flushing: Int64
    private let expiring: Int64
    private var lastRound: Timestamp
    private var lastFlush: Timestamp
    private var lastExpiry: Timestamp
    /// Seconds of rounds without a jump that have to pass before anything expires.
    private var caution: Int64 = 0

    init(_ settings: ContactMaintenance.Settings, at now: Timestamp) {
        flushing = settings.flushing
        expiring = settings.expiring
        (lastRound, lastFlush, lastExpiry) = (now, now, now)
    }

    mutating func due(at now: Timestamp) -> Set<Task> {
        let (passed, overflow) = now.seconds.subtractingReportingOverflow(lastRound.seconds)
        lastRound = now
        guard !overflow, (-Self.day...Self.day).contains(passed) else {
            caution = Self.day
            (lastFlush, lastExpiry) = (now, now)
            return [.flushing]
        }
        caution = max(0, caution - max(0, passed))
        var due: Set<Task> = []
        if isDue(lastFlush, flushing, now) {
            due.insert(.flushing)
            lastFlush = now
        }
        if caution == 0, isDue(lastExpiry, expiring, now) {
            due.insert(.expiring)
            lastExpiry = now
        }
        return due
    }

    /// What lies in the future belongs to a clock that went back: it is due.
    private func isDue(_ last: Timestamp, _ interval: Int64, _ now: Timestamp) -> Bool {
        now.seconds < last.seconds || now.seconds - last.seconds >= interval
    }
}
