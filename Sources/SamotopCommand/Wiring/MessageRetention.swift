import Logging
import SamotopCore
import ServiceLifecycle

/// Once a day, removes messages that are older than their mailboxes keep them.
struct MessageRetention: Service {
    let agent: SwitchingAgent
    let file: ExpiryDaysFile
    let logger: Logger
    /// By the mailboxes' opaque names, as it is configured now.
    let days: @Sendable () -> [String: Int]

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
                let mayExpire = schedule.mayExpire(time: now.seconds, uptime: start.duration(to: .now))
                let days = self.days()
                guard !days.isEmpty else { continue }
                guard mayExpire else {
                    logger.error("the clock was set: old messages are looked for tomorrow")
                    continue
                }
                guard confirm(now) else { continue }
                do {
                    try await agent.expire(days, at: now)
                } catch {
                    logger.error("old messages can't be removed", metadata: ["cause": "\(error)"])
                }
            }
        }
    }

    private func confirm(_ now: Timestamp) -> Bool {
        var seen = file.read()
        let isFirst = seen.last == nil
        let isConfirmed = seen.confirm(now.seconds)
        do throws(SystemFailure) { try file.write(seen) } catch {
            logger.error("the day of this look for old messages can't be kept", metadata: ["cause": "\(error)"])
        }
        if !isConfirmed {
            let words = "old messages are removed from tomorrow on, if the clock goes on like this"
            if isFirst {
                logger.notice("\(words)")
            } else {
                logger.warning("the day is far from the last one: \(words)")
            }
        }
        return isConfirmed
    }
}
