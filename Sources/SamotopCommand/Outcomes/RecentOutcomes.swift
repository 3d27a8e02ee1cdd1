import SMTP
import SamotopCore
import SamotopQueue
import Synchronization

/// An outcome as it is shown.
struct OutcomeEntry: Sendable, Codable {
    var event: QueueOutcome.Kind
    /// Seconds since 1970.
    var time: Int64
    var number: Int
    var recipient: String
    var destination: String
    /// Nil: in clear, or not sent.
    var tls: DeliveredTLS?
    /// In a mailbox of ours: over no wire.
    var isLocal: Bool
    var failure: FailureEntry?
    var hold: String?
}

/// What became of mail lately, in memory: for whoever asks about a message that left the queue.
final class RecentOutcomes: Sendable {
    /// Outcomes that are kept; the oldest leave first.
    static let maximum = 5_000

    private struct Kept {
        let outcome: QueueOutcome
        let time: Int64
    }

    /// A ring.
    private struct State {
        var kept: [Kept] = []
        var next = 0
    }

    private let state = Mutex(State())
    private let maximum: Int

    init(maximum: Int = RecentOutcomes.maximum) { self.maximum = maximum }

    /// Keeps it, if nothing comes after it: what is held or late is in the queue still.
    func add(_ outcome: QueueOutcome, time: Int64) {
        guard outcome.kind != .held, outcome.kind != .delayed else { return }
        state.withLock { state in
            let entry = Kept(outcome: outcome, time: time)
            if state.kept.count < maximum {
                state.kept.append(entry)
            } else {
                state.kept[state.next] = entry
                state.next = (state.next + 1) % maximum
            }
        }
    }

    /// Those of a message, oldest first.
    func entries(of id: String) -> [OutcomeEntry] {
        let found = state.withLock { state in
            (state.kept[state.next...] + state.kept[..<state.next]).filter { $0.outcome.facts.id == id }
        }
        return found.map { kept in
            let outcome = kept.outcome
            return OutcomeEntry(
                event: outcome.kind, time: kept.time, number: outcome.recipient,
                recipient: outcome.address.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "",
                destination: outcome.destination.text, tls: outcome.tls, isLocal: outcome.isLocal,
                failure: outcome.failureEntry, hold: outcome.hold?.words)
        }
    }
}
