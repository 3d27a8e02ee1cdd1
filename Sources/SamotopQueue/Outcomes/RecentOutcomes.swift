import SamotopCore
import Synchronization

/// What became of mail lately, in memory: for whoever asks about a message that left the queue.
public final class RecentOutcomes: Sendable {
    /// Outcomes that are kept unless told otherwise; the oldest leave first.
    public static let maximum = 5_000

    private struct Kept {
        let outcome: QueueOutcome
        let time: Int64
    }

    /// A ring.
    private struct State {
        var kept: [Kept] = []
        /// Outcomes that were ever added: the last one has the number `added - 1`.
        var added = 0
    }

    private let state = Mutex(State())
    private let maximum: Int

    /// An empty memory of the last `maximum` outcomes, 1 at least.
    public init(maximum: Int = RecentOutcomes.maximum) { self.maximum = max(1, maximum) }

    /// Keeps it, if nothing comes after it: what is held or late is in the queue still.
    ///
    /// - Parameter time: when, in seconds since 1970.
    public func add(_ outcome: QueueOutcome, time: Int64) {
        guard outcome.kind != .held, outcome.kind != .delayed else { return }
        state.withLock { state in
            let entry = Kept(outcome: outcome, time: time)
            if state.kept.count < maximum {
                state.kept.append(entry)
            } else {
                state.kept[state.added % maximum] = entry
            }
            state.added += 1
        }
    }

    /// Those of a message, oldest first.
    public func entries(of id: String) -> [OutcomeEntry] {
        let found = state.withLock { state in
            let oldest = state.kept.count < maximum ? 0 : state.added % maximum
            return (state.kept[oldest...] + state.kept[..<oldest]).filter { $0.outcome.facts.id == id }
        }
        return found.map { OutcomeEntry($0.outcome, time: $0.time) }
    }

    /// The latest, latest first.
    ///
    /// - Parameters:
    ///   - number: what ``OutcomePage/next`` said; nil: from the last one on.
    ///   - limit: so many at most.
    ///   - wanted: which; all the others are passed over.
    public func latest(
        before number: Int? = nil, limit: Int, where wanted: (OutcomeEntry) -> Bool = { _ in true }
    ) -> OutcomePage {
        let (kept, added) = state.withLock { ($0.kept, $0.added) }
        let oldest = added - kept.count
        var (found, next) = ([OutcomeEntry](), min(max(number ?? added, oldest), added))
        while next > oldest, found.count < max(1, limit) {
            next -= 1
            let entry = kept[next % maximum]
            let shown = OutcomeEntry(entry.outcome, time: entry.time)
            if wanted(shown) { found.append(shown) }
        }
        return OutcomePage(entries: found, next: next > oldest ? next : nil)
    }
}

/// Some of the ``RecentOutcomes``.
public struct OutcomePage: Sendable {
    /// The latest first.
    public let entries: [OutcomeEntry]
    /// Where the next page begins; nil: there is none.
    public let next: Int?
}
