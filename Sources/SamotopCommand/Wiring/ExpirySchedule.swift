import SamotopCore

/// When messages that are too old may be removed. A clock that was wrong, and is set meanwhile, must not cost anybody's mail: in a
/// round in which the time of day went otherwise than time itself nothing is removed, and the next round looks again. One that was
/// wrong from the start goes like that unnoticed: see ``ExpiryDays``.
struct ExpirySchedule {
    /// After the start, so that the clock may have been set by then.
    static let first = Duration.seconds(3_600)
    static let pause = Duration.seconds(86_400)
    /// Seconds that the two may differ in a round.
    static let tolerance: Int64 = 3_600

    private var lastTime: Int64
    private var lastUptime: Duration

    init(time: Int64, uptime: Duration) {
        lastTime = time
        lastUptime = uptime
    }

    /// Whether this round may remove something.
    ///
    /// - Parameters:
    ///   - time: of day, in seconds since 1970.
    ///   - uptime: by a clock that nobody sets.
    mutating func mayExpire(time: Int64, uptime: Duration) -> Bool {
        defer { (lastTime, lastUptime) = (time, uptime) }
        let passed = (uptime - lastUptime).components.seconds
        let (shown, overflow) = time.subtractingReportingOverflow(lastTime)
        return !overflow && abs(shown.subtractingReportingOverflow(passed).partialValue) <= Self.tolerance
    }
}
