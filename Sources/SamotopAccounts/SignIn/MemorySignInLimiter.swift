import Crypto
public import SamotopCore
import Synchronization

/// Counts failures in memory. A network gets few tries for one name and more for all; a name gets many from
/// everywhere, so that
/// a stranger who guesses can't easily lock its owner out; and a network that somebody has signed in from with this name isn't kept out by
/// what happens elsewhere.
public final class MemorySignInLimiter: SignInLimiter {
    /// Failures within ``window`` seconds after which further tries aren't looked at.
    public struct Limits: Sendable, Hashable {
        /// Of one name from one network.
        public var perPair = 8
        /// From one network.
        public var perNetwork = 40
        /// Of one name, from anywhere.
        public var perName = 200
        /// Seconds.
        public var window = 900
        /// Counts that are remembered; the stalest go first.
        public var remembered = 20_000
        /// Seconds for which a network that a name has signed in from stays known.
        public var familiarity = 30 * 86_400

        /// The defaults.
        public init() {}
    }

    private struct Count {
        var failures: Int
        var since: Timestamp
    }

    private let limits: Limits
    private let clock: any WallClock
    private let counts = Mutex<[SHA256Digest: Count]>([:])
    /// Pairs of name and network that signed in, and when they did last.
    private let familiar = Mutex<[SHA256Digest: Timestamp]>([:])

    /// Counts nothing yet.
    public init(limits: Limits = Limits(), clock: any WallClock = SystemClock()) {
        self.limits = limits
        self.clock = clock
    }

    public func admits(name: String, network: String) async -> Bool {
        let now = clock.now()
        let isFamiliar = isFamiliar(name, network, now)
        return counts.withLock { counts in
            var keys = keys(name, network)
            if isFamiliar { keys.removeLast() }
            for (key, _) in keys {
                if let count = counts[key], isOver(count, now) { counts[key] = nil }
            }
            guard keys.allSatisfy({ counts[$0.0]?.failures ?? 0 < $0.1 }) else { return false }
            for (key, _) in keys { counts[key, default: Count(failures: 0, since: now)].failures += 1 }
            if counts.count > limits.remembered { forgetStale(&counts, now) }
            return true
        }
    }

    public func withdrawn(name: String, network: String) async {
        let isFamiliar = isFamiliar(name, network, clock.now())
        counts.withLock { counts in
            // The same that were counted.
            for (key, _) in isFamiliar ? keys(name, network).dropLast() : keys(name, network)[...] {
                guard let count = counts[key], count.failures > 0 else { continue }
                counts[key] = count.failures == 1 ? nil : Count(failures: count.failures - 1, since: count.since)
            }
        }
    }

    public func succeeded(name: String, network: String) async {
        let now = clock.now()
        await withdrawn(name: name, network: network)
        counts.withLock { $0[digest("pair", name, network)] = nil }
        familiar.withLock { familiar in
            familiar[digest("pair", name, network)] = now
            guard familiar.count > limits.remembered else { return }
            let kept = familiar.sorted { $0.value > $1.value }.prefix(limits.remembered / 2)
            familiar = Dictionary(kept.map { ($0.key, $0.value) }) { first, _ in first }
        }
    }

    /// How many counts there are.
    var remembered: Int { counts.withLock { $0.count } }

    private func keys(_ name: String, _ network: String) -> [(SHA256Digest, Int)] {
        [
            (digest("pair", name, network), limits.perPair),
            (digest("network", network, ""), limits.perNetwork),
            (digest("name", name, ""), limits.perName),
        ]
    }

    /// Names are of any length and nobody's business: only their digests are kept.
    private func digest(_ kind: String, _ first: String, _ second: String) -> SHA256Digest {
        SHA256.hash(data: Array("\(kind)\u{0}\(first)\u{0}\(second)".utf8))
    }

    private func isFamiliar(_ name: String, _ network: String, _ now: Timestamp) -> Bool {
        familiar.withLock { familiar in
            guard let last = familiar[digest("pair", name, network)] else { return false }
            return now.seconds - last.seconds < Int64(limits.familiarity)
        }
    }

    private func isOver(_ count: Count, _ now: Timestamp) -> Bool {
        now.seconds - count.since.seconds >= Int64(limits.window)
    }

    /// Drops half at a time, so that a flood of names pays for it once per many.
    private func forgetStale(_ counts: inout [SHA256Digest: Count], _ now: Timestamp) {
        counts = counts.filter { !isOver($0.value, now) }
        guard counts.count > limits.remembered else { return }
        let kept = counts.sorted { $0.value.since > $1.value.since }.prefix(limits.remembered / 2)
        counts = Dictionary(kept.map { ($0.key, $0.value) }) { first, _ in first }
    }
}
