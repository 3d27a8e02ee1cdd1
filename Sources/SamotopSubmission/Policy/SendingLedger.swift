import SamotopCore
import Synchronization

/// Counts what accounts send, in memory: 24 hours from the first message on, then anew.
final class SendingLedger: Sendable {
    enum Excess {
        case recipients, strangers
    }

    private struct Day {
        let since: Timestamp
        var recipients = 0
        var strangers = 0
    }

    private static let seconds: Int64 = 86_400
    private let limits: SendingLimits
    private let days = Mutex<[String: Day]>([:])

    init(_ limits: SendingLimits) { self.limits = limits }

    /// Whether the account may have so many more recipients.
    func hasRoom(for recipients: Int, of account: String, at now: Timestamp) -> Bool {
        days.withLock { days in Self.day(of: account, days, now).recipients + recipients <= limits.recipients }
    }

    /// Counts a message, or says what there would be too many of: then nothing is counted.
    func take(recipients: Int, strangers: Int, of account: String, at now: Timestamp) -> Excess? {
        days.withLock { days in
            var day = Self.day(of: account, days, now)
            day.recipients += recipients
            day.strangers += strangers
            if day.recipients > limits.recipients { return .recipients }
            // Who writes to friends alone is never in the way of the smaller limit.
            if strangers > 0, day.strangers > limits.strangers { return .strangers }
            // There are as many as there are accounts: only who has authenticated is counted.
            days[account] = day
            return nil
        }
    }

    private static func day(of account: String, _ days: [String: Day], _ now: Timestamp) -> Day {
        guard let day = days[account], (0..<seconds).contains(now.seconds - day.since.seconds) else {
            return Day(since: now)
        }
        return day
    }
}
