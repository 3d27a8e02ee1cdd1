import Logging
import SamotopCore
import ServiceLifecycle

/// Once a day, removes messages that are older than their mailboxes keep them.
struct MessageRetention: Service {
    let agent: SwitchingAgent
    /// By the mailboxes' opaque names.
    let days: [String: Int]
    let logger: Logger

    func run() async throws {
        let start = ContinuousClock.now
        let clock = SystemClock()
        await cancelWhenGracefulShutdown {
            var schedule = ExpirySchedule(time: clock.now().seconds, uptime: .zero)
            var pause = ExpirySchedule.first
            while true {
                do { try await Task.sleep(for: pause) } catch { return }
                pause = ExpirySchedule.pause
                let now = clock.now()
                guard schedule.mayExpire(time: now.seconds, uptime: start.duration(to: .now)) else {
                    logger.error("the clock was set: old messages are looked for tomorrow")
                    continue
                }
                do {
                    try await agent.expire(days, at: now)
                } catch {
                    logger.error("old messages can't be removed", metadata: ["cause": "\(error)"])
                }
            }
        }
    }
}
