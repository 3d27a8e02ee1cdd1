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

    /// What a message that isn't settled yet was counted as.
    private struct Charge {
        let account: String
        let since: Timestamp
        let recipients: Int
        let strangers: Int
    }

    private struct State {
        var days: [String: Day] = [:]
        /// By the envelopes' ids.
        var charges: [String: Charge] = [:]
    }

    private static let seconds: Int64 = 86_400
    private let limits: SendingLimits
    private let state = Mutex(State())

    init(_ limits: SendingLimits) { self.limits = limits }

    /// Whether the account may have so many more recipients.
    func hasRoom(for recipients: Int, of account: String, at now: Timestamp) -> Bool {
        state.withLock { Self.day(of: account, $0.days, now).recipients + recipients <= limits.recipients }
    }

    /// Counts a message, or says what there would be too many of: then nothing is counted. What is counted has to be settled.
    func take(_ id: String, recipients: Int, strangers: Int, of account: String, at now: Timestamp) -> Excess? {
        state.withLock { state in
            var day = Self.day(of: account, state.days, now)
            day.recipients += recipients
            day.strangers += strangers
            if day.recipients > limits.recipients { return .recipients }
            // Who writes to friends alone is never in the way of the smaller limit.
            if strangers > 0, day.strangers > limits.strangers { return .strangers }
            // There are as many as there are accounts: only who has authenticated is counted.
            state.days[account] = day
            state.charges[id] = Charge(
                account: account, since: day.since, recipients: recipients, strangers: strangers)
            return nil
        }
    }

    /// A message that wasn't taken counts for nothing. False: it wasn't counted.
    func settle(_ id: String, isTaken: Bool) -> Bool {
        state.withLock { state in
            guard let charge = state.charges.removeValue(forKey: id) else { return false }
            // Meanwhile another day may have begun.
            if !isTaken, var day = state.days[charge.account], day.since == charge.since {
                day.recipients -= charge.recipients
                day.strangers -= charge.strangers
                state.days[charge.account] = day
            }
            return true
        }
    }

    private static func day(of account: String, _ days: [String: Day], _ now: Timestamp) -> Day {
        guard let day = days[account], (0..<seconds).contains(now.seconds - day.since.seconds) else {
            return Day(since: now)
        }
        return day
    }
}
