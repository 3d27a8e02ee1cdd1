public import NameResolution
import Synchronization

/// Policies in memory. They are forgotten with the process, so they protect only as long as it runs.
public final class MemoryMTASTSStore: MTASTSStore {
    private let kept = Mutex<[DNSName: StoredMTASTSPolicy]>([:])
    private let maximum: Int

    /// - Parameter maximum: domains; one more takes the place of the one that expires first.
    public init(maximum: Int = 100_000) { self.maximum = max(1, maximum) }

    public func policy(of domain: DNSName) async throws -> StoredMTASTSPolicy? { kept.withLock { $0[domain] } }

    public func set(_ policy: StoredMTASTSPolicy?, of domain: DNSName) async throws {
        kept.withLock { kept in
            if policy != nil, kept[domain] == nil, kept.count >= maximum,
                let first = kept.min(by: { ($0.value.expires, $0.key.text) < ($1.value.expires, $1.key.text) })
            {
                kept[first.key] = nil
            }
            kept[domain] = policy
        }
    }

    public func domains(fetchedBefore time: Int64, limit: Int) async throws -> [DNSName] {
        kept.withLock { kept in
            kept.filter { $0.value.policy != nil && $0.value.fetched < time }
                .sorted { ($0.value.fetched, $0.key.text) < ($1.value.fetched, $1.key.text) }
                .prefix(max(0, limit)).map(\.key)
        }
    }

    @discardableResult
    public func expire(before time: Int64) async throws -> Int {
        kept.withLock { kept in
            let before = kept.count
            kept = kept.filter { $0.value.expires >= time }
            return before - kept.count
        }
    }
}
