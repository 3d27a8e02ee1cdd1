import SamotopCore

/// One step of greylisting, without anything around it: what is remembered of a key, and what it means.
struct GreylistRule: Sendable {
    enum Outcome: Sendable, Hashable {
        /// It comes too early, by so many seconds.
        case wait(seconds: Int64)
        /// It may pass; for the first time?
        case pass(isFirst: Bool)
    }

    let wait: Int64
    let window: Int64
    let lifetime: Int64

    init(_ settings: GreylistSettings) {
        wait = min(max(0, settings.wait), 86_400)
        window = max(settings.window, wait)
        lifetime = max(settings.lifetime, 1)
    }

    /// Clock jumps are harmless: what seems to come from the future has waited for no time, and what has passed stays so.
    func step(_ entry: GreylistEntry?, at now: Timestamp) -> (entry: GreylistEntry, outcome: Outcome) {
        guard var entry else { return start(at: now) }
        if entry.passed > 0 {
            guard seconds(from: entry.lastSeen, to: now) <= lifetime else { return start(at: now) }
            entry.passed = entry.passed.addingWithoutOverflow(1)
            entry.lastSeen = now
            return (entry, .pass(isFirst: false))
        }
        let age = seconds(from: entry.firstSeen, to: now)
        guard entry.firstSeen <= now, age <= window else { return start(at: now) }
        entry.lastSeen = now
        guard age >= wait else {
            entry.tries = entry.tries.addingWithoutOverflow(1)
            return (entry, .wait(seconds: wait - age))
        }
        entry.passed = 1
        return (entry, .pass(isFirst: true))
    }

    private func start(at now: Timestamp) -> (entry: GreylistEntry, outcome: Outcome) {
        let entry = GreylistEntry(firstSeen: now, lastSeen: now)
        guard wait > 0 else {
            var passed = entry
            passed.passed = 1
            return (passed, .pass(isFirst: true))
        }
        return (entry, .wait(seconds: wait))
    }

    private func seconds(from start: Timestamp, to end: Timestamp) -> Int64 {
        let (seconds, overflow) = end.seconds.subtractingReportingOverflow(start.seconds)
        return overflow ? (end > start ? .max : 0) : max(0, seconds)
    }
}
