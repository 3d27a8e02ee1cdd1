public import SMTP
public import SamotopCore
import Synchronization

/// Suppressed addresses in memory: they are forgotten at the end of the process.
public final class MemorySuppressionStore: SuppressionStore {
    private struct Key: Hashable {
        let submitter: [UInt8]
        let address: [UInt8]
    }

    private let entries = Mutex<[Key: SuppressedAddress]>([:])
    private let limits: SuppressionLimits

    /// An empty store.
    public init(limits: SuppressionLimits = SuppressionLimits()) { self.limits = limits }

    public func suppressed(_ addresses: [Mailbox], for submitter: Submitter, now: Int64) async throws
        -> [SuppressedAddress?]
    {
        entries.withLock { entries in
            addresses.map { address in
                guard let found = entries[Self.key(submitter, address)], found.expires > now else { return nil }
                return found
            }
        }
    }

    public func add(_ added: [SuppressedAddress]) async throws {
        entries.withLock { entries in
            for entry in added {
                entries[Self.key(entry.submitter, entry.address)] = entry
                let own = entries.filter { $0.value.submitter == entry.submitter }
                Self.shrink(&entries, own, to: limits.ofSubmitter)
                Self.shrink(&entries, entries, to: limits.total)
            }
        }
    }

    private static func shrink(
        _ entries: inout [Key: SuppressedAddress], _ some: [Key: SuppressedAddress], to maximum: Int
    ) {
        guard some.count > max(1, maximum) else { return }
        for oldest in some.sorted(by: { $0.value.since < $1.value.since }).prefix(some.count - max(1, maximum)) {
            entries[oldest.key] = nil
        }
    }

    public func remove(_ address: Mailbox, for submitter: Submitter?) async throws -> Int {
        let wanted = SuppressedAddress.key(of: address)
        return entries.withLock { entries in
            let found = entries.filter {
                $0.key.address == wanted && (submitter == nil || $0.value.submitter == submitter)
            }
            for key in found.keys { entries[key] = nil }
            return found.count
        }
    }

    public func list(for submitter: Submitter?, now: Int64, limit: Int) async throws -> [SuppressedAddress] {
        entries.withLock { entries in
            let found = entries.values.filter {
                $0.expires > now && (submitter == nil || $0.submitter == submitter)
            }
            return Array(found.sorted { $0.since > $1.since }.prefix(max(0, limit)))
        }
    }

    public func expire(before time: Int64) async throws -> Int {
        entries.withLock { entries in
            let before = entries.count
            entries = entries.filter { $0.value.expires > time }
            return before - entries.count
        }
    }

    private static func key(_ submitter: Submitter, _ address: Mailbox) -> Key {
        Key(submitter: SuppressedAddress.key(of: submitter), address: SuppressedAddress.key(of: address))
    }
}
