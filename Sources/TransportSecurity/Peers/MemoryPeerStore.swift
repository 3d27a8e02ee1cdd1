public import NameResolution
import Synchronization

/// Records in memory. They are forgotten with the process, and the ratchet with them.
public final class MemoryPeerStore: PeerStore {
    private let kept = Mutex<[DNSName: PeerRecord]>([:])
    private let maximum: Int

    /// - Parameter maximum: domains; for one more, the one that was seen the longest time ago is forgotten, those last
    ///   about which somebody decided something, and before them those that reached the most.
    public init(maximum: Int = 100_000) { self.maximum = max(1, maximum) }

    public func record(of domain: DNSName) async throws -> PeerRecord? { kept.withLock { $0[domain] } }

    @discardableResult
    public func change(
        _ domain: DNSName, _ change: @Sendable @escaping (PeerRecord?) -> PeerRecord?
    ) async throws -> PeerRecord? {
        kept.withLock { kept in
            let known = kept[domain]
            let changed = change(known)
            if known == nil, changed != nil, kept.count >= maximum,
                let least = kept.values.min(by: { $0.forgettingOrder < $1.forgettingOrder })
            {
                kept[least.domain] = nil
            }
            kept[domain] = changed
            return changed
        }
    }

    public func records(after domain: DNSName?, limit: Int) async throws -> [PeerRecord] {
        let behind = domain.map(Self.order)
        let all = kept.withLock { Array($0.values) }.map { (Self.order($0.domain), $0) }
        let rest = all.filter { entry in behind.map { $0.lexicographicallyPrecedes(entry.0) } ?? true }
        return rest.sorted { $0.0.lexicographicallyPrecedes($1.0) }.prefix(max(0, limit)).map(\.1)
    }

    private static func order(_ domain: DNSName) -> [UInt8] { Array(domain.text.lowercased().utf8) }

    @discardableResult
    public func expire(before time: Int64) async throws -> Int {
        kept.withLock { kept in
            let before = kept.count
            kept = kept.filter { $0.value.lastSeen >= time || $0.value.isDecided }
            return before - kept.count
        }
    }
}

extension PeerRecord {
    /// Whether a person decided something about it.
    public var isDecided: Bool { decision != PeerDecision() }

    fileprivate var forgettingOrder: (Int, Int, Int64, String) {
        (isDecided ? 1 : 0, level.rawValue, lastSeen, domain.text)
    }
}
