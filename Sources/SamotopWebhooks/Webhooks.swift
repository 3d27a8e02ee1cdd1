public import SamotopCore
public import SamotopQueue

/// Tells those who want it what becomes of mail: batches of JSON, posted and signed.
///
/// The queue never waits for it: outcomes wait in memory, bounded, each hook on its own. What is not taken is tried again, ever more
/// rarely, for a day. A restart forgets what waits: outcomes are news; the record is the audit's and the log's.
public final class Webhooks: Sendable {
    private let lines: [HookLine]
    private let poster: any WebhookPosting
    private let clock: any WallClock
    private let sleep: @Sendable (Int64) async throws -> Void
    private let report: @Sendable (WebhookReport) -> Void

    /// - Parameters:
    ///   - poster: the way out.
    ///   - sleep: lets seconds pass; tests turn the time.
    ///   - report: told what goes wrong.
    public init(
        _ hooks: [Webhook], poster: any WebhookPosting, limits: WebhookLimits = WebhookLimits(),
        clock: any WallClock = SystemClock(),
        sleep: @escaping @Sendable (Int64) async throws -> Void = { try await Task.sleep(for: .seconds($0)) },
        report: @escaping @Sendable (WebhookReport) -> Void = { _ in }
    ) {
        lines = hooks.map { HookLine($0, limits) }
        self.poster = poster
        self.clock = clock
        self.sleep = sleep
        self.report = report
    }

    /// Events that were dropped since the start.
    public var dropped: Int { lines.reduce(0) { $0 &+ $1.dropped } }

    /// Takes an outcome; doesn't block. Notifications are nobody's news.
    public func take(_ outcome: QueueOutcome) {
        guard !outcome.isNotification else { return }
        let now = clock.now().seconds
        for line in lines { line.take(outcome, time: now) }
    }

    /// Posts until the task is cancelled. Once.
    public func run() async {
        await withTaskGroup(of: Void.self) { tasks in
            for line in lines {
                tasks.addTask { [poster, clock, sleep, report] in await line.run(poster, clock, sleep, report) }
            }
        }
    }
}
