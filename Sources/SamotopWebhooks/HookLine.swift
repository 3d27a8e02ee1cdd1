import SamotopCore
import SamotopQueue
import Synchronization

/// What waits for one hook, and its way out: one post at a time, in order.
final class HookLine: Sendable {
    private struct State {
        var waiting: [(outcome: QueueOutcome, time: Int64)] = []
        /// Since the last report.
        var dropped = 0
        var droppedEver = 0
    }

    private let hook: Webhook
    private let limits: WebhookLimits
    private let state = Mutex(State())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init(_ hook: Webhook, _ limits: WebhookLimits) {
        self.hook = hook
        self.limits = limits
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var dropped: Int { state.withLock { $0.droppedEver } }

    func take(_ outcome: QueueOutcome, time: Int64) {
        guard hook.events.contains(outcome.kind) else { return }
        state.withLock { state in
            if state.waiting.count < max(1, limits.waiting) {
                state.waiting.append((outcome, time))
            } else {
                state.dropped &+= 1
                state.droppedEver &+= 1
            }
        }
        signal.yield()
    }

    /// Posts until the task is cancelled.
    func run(
        _ post: any WebhookPosting, _ clock: any WallClock, _ sleep: @Sendable (Int64) async throws -> Void,
        _ report: @Sendable (WebhookReport) -> Void
    ) async {
        for await _ in signals {
            while !Task.isCancelled, let events = nextBatch(report) {
                await deliver(events, post, clock, sleep, report)
            }
        }
        let left = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting.count
        }
        drop(left, report)
    }

    private func nextBatch(_ report: @Sendable (WebhookReport) -> Void) -> [WebhookEvent]? {
        let (batch, dropped) = state.withLock { state in
            let batch = Array(state.waiting.prefix(max(1, limits.batch)))
            state.waiting.removeFirst(batch.count)
            defer { state.dropped = 0 }
            return (batch, state.dropped)
        }
        if dropped > 0 { report(.dropped(hook: hook.name, events: dropped)) }
        return batch.isEmpty ? nil : batch.compactMap { WebhookEvent($0.outcome, time: $0.time) }
    }

    private func drop(_ count: Int, _ report: @Sendable (WebhookReport) -> Void) {
        guard count > 0 else { return }
        state.withLock { $0.droppedEver &+= count }
        report(.dropped(hook: hook.name, events: count))
    }

    private func deliver(
        _ events: [WebhookEvent], _ post: any WebhookPosting, _ clock: any WallClock,
        _ sleep: @Sendable (Int64) async throws -> Void, _ report: @Sendable (WebhookReport) -> Void
    ) async {
        let id = String(UInt64.random(in: .min ... .max), radix: 16)
        guard !events.isEmpty,
            let body = try? WebhookBody(hook: hook.name, delivery: id, events: events).octets()
        else { return }
        let begin = clock.now().seconds
        var pause = max(1, limits.firstPause)
        var hasFailed = false
        while true {
            guard let cause = await failure(of: body, id, post, clock) else {
                if hasFailed { report(.recovered(hook: hook.name)) }
                return
            }
            if !hasFailed { report(.failed(hook: hook.name, cause: cause)) }
            hasFailed = true
            let age = clock.now().seconds.subtractingReportingOverflow(begin)
            if Task.isCancelled || age.overflow || age.partialValue >= limits.lifetime {
                return drop(events.count, report)
            }
            do { try await sleep(pause) } catch { return drop(events.count, report) }
            pause = min(2 * pause, max(1, limits.longestPause))
        }
    }

    /// Nil: it was taken.
    private func failure(
        of body: [UInt8], _ id: String, _ post: any WebhookPosting, _ clock: any WallClock
    ) async -> String? {
        let now = clock.now().seconds
        do {
            let status = try await post.post(
                body,
                fields: [
                    ("content-type", "application/json"), ("samotop-delivery", id), ("samotop-timestamp", "\(now)"),
                    ("samotop-signature", WebhookSignature.value(of: body, timestamp: now, secret: hook.secret)),
                ], to: hook.url)
            return (200..<300).contains(status) ? nil : "\(status)"
        } catch {
            return "\(type(of: error)).\(error)"
        }
    }
}
