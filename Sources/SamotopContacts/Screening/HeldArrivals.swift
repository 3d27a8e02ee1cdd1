import SamotopCore
import Synchronization

/// Held messages on their way to the folder. Who decides about their sender in that moment can't move them yet: they are
/// looked at again a little later.
public final class HeldArrivals: Sendable {
    /// One of them.
    struct Arrival: Sendable, Hashable {
        let envelope: String
        let owner: Owner
        let correspondent: Correspondent
        let time: Timestamp
    }

    /// So many are looked at again; over it the oldest aren't.
    static let maximum = 10_000

    private let waiting = Mutex<[Arrival]>([])

    /// None.
    public init() {}

    func note(_ arrival: Arrival) {
        waiting.withLock { waiting in
            waiting.append(arrival)
            if waiting.count > Self.maximum { waiting.removeFirst(Self.maximum / 8) }
        }
    }

    /// Takes those that came before this moment.
    func take(before moment: Timestamp) -> [Arrival] {
        waiting.withLock { waiting in
            let due = waiting.filter { $0.time < moment }
            waiting.removeAll { $0.time < moment }
            return due
        }
    }

    /// These are looked at once more.
    func put(back arrivals: some Sequence<Arrival>) {
        for arrival in arrivals { note(arrival) }
    }
}
