public import SamotopCore
import Synchronization

/// The greylist in memory, bounded: over the maximum the longest unseen that never passed goes first (U13).
public final class MemoryGreylistStore: GreylistStore {
    private struct State {
        var entries: [GreylistKey: GreylistEntry] = [:]
        var grey = TouchOrder<GreylistKey>()
        var passed = TouchOrder<GreylistKey>()

        mutating func put(_ entry: GreylistEntry?, _ key: GreylistKey) {
            entries[key] = entry
            grey.remove(key)
            passed.remove(key)
            guard let entry else { return }
            if entry.passed > 0 { passed.touch(key) } else { grey.touch(key) }
        }

        mutating func shrink(to maximum: Int) -> Int {
            var removed = 0
            while entries.count > maximum, let key = grey.oldest() ?? passed.oldest() {
                put(nil, key)
                removed += 1
            }
            return removed
        }
    }

    private let state = Mutex(State())
    private let maximum: Int

    /// - Parameter maximum: entries that there are at any time.
    public init(maximum: Int = 1_000_000) { self.maximum = max(1, maximum) }

    @discardableResult
    public func change(
        _ key: GreylistKey, _ change: @Sendable @escaping (GreylistEntry?) -> GreylistEntry?
    ) async throws -> GreylistEntry? {
        state.withLock { state in
            let entry = change(state.entries[key])
            state.put(entry, key)
            _ = state.shrink(to: maximum)
            return entry
        }
    }

    @discardableResult
    public func expire(triedBefore: Timestamp, passedBefore: Timestamp, maximum: Int) async throws -> Int {
        state.withLock { state in
            let old = state.entries.filter { $0.value.lastSeen < ($0.value.passed > 0 ? passedBefore : triedBefore) }
            for key in old.keys { state.put(nil, key) }
            return old.count + state.shrink(to: max(0, maximum))
        }
    }

    public func count() async throws -> Int { state.withLock { $0.entries.count } }
}
