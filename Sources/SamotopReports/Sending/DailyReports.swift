public import SamotopCore
import TransportSecurity

/// When reports go: once a day, at a moment of the night that chance chooses, so that not all servers of the world send theirs at
/// midnight. What could not be sent is tried again each hour.
public struct ReportSchedule: Sendable {
    /// Seconds after midnight (UTC) at the earliest: what was counted a little late is then counted.
    public static let earliest: Int64 = 900
    /// Seconds after midnight (UTC) at the latest.
    public static let latest: Int64 = 4 * 3_600
    /// Seconds between tries.
    public static let pause: Int64 = 3_600

    private var day: Int64?
    private var moment: Int64 = 0

    /// A schedule that knows of no run.
    public init() {}

    /// When to run next, in seconds since 1970; not before `now`.
    ///
    /// - Parameters:
    ///   - last: the run that ended just now; nil at the start.
    ///   - random: any number.
    public mutating func next(now: Int64, last: ReportRun?, random: UInt64) -> Int64 {
        let today = TLSReportPeriod.begin(at: now)
        let jitter = Self.earliest + Int64(random % UInt64(Self.latest - Self.earliest))
        if let last {
            let tomorrow = today.addingReportingOverflow(TLSReportPeriod.length).partialValue
            (day, moment) = (tomorrow, tomorrow.addingReportingOverflow(jitter).partialValue)
            let again = now.addingReportingOverflow(Self.pause).partialValue
            return last.hasPostponed ? min(again, moment) : moment
        }
        if day != today { (day, moment) = (today, today.addingReportingOverflow(jitter).partialValue) }
        return max(now, moment)
    }
}

/// Runs a desk every day, until its task is cancelled.
public struct DailyReports: Sendable {
    private let desk: ReportDesk
    private let clock: any WallClock
    private let random: @Sendable () -> UInt64
    private let sleep: @Sendable (_ seconds: Int64) async throws -> Void
    private let told: @Sendable (ReportRun) async -> Void

    /// A loop.
    ///
    /// - Parameters:
    ///   - sleep: waits, and throws when the task is cancelled.
    ///   - told: hears of each run: for the log, and to expire what else is kept.
    public init(
        _ desk: ReportDesk, clock: any WallClock = SystemClock(),
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) },
        sleep: @escaping @Sendable (_ seconds: Int64) async throws -> Void,
        told: @escaping @Sendable (ReportRun) async -> Void
    ) {
        self.desk = desk
        self.clock = clock
        self.random = random
        self.sleep = sleep
        self.told = told
    }

    /// Returns when `sleep` throws.
    public func run() async {
        var (schedule, last) = (ReportSchedule(), ReportRun?.none)
        while !Task.isCancelled {
            // The clock may be set while one sleeps: a day is what it says, and no sleep is longer than an hour.
            let due = schedule.next(now: clock.now().seconds, last: last, random: random())
            while clock.now().seconds < due {
                let rest = due.subtractingReportingOverflow(clock.now().seconds).partialValue
                do { try await sleep(min(max(1, rest), ReportSchedule.pause)) } catch { return }
            }
            let run = await desk.run()
            await told(run)
            last = run
        }
    }
}
