public import SamotopCore
import Synchronization

/// The record of judgements in memory: the latest ones, as many as it may hold.
public final class MemoryAuditStore: AuditStore {
    private let kept = Mutex<[AuditEntry]>([])
    private let maximum: Int

    /// - Parameter maximum: entries that there are at any time; over it the oldest go.
    public init(maximum: Int = 100_000) { self.maximum = max(1, maximum) }

    public func append(_ entries: [AuditEntry]) async throws {
        kept.withLock { kept in
            kept += entries.suffix(maximum)
            // An eighth at a time: moving all for each entry would take its time.
            if kept.count > maximum + maximum / 8 { kept.removeFirst(kept.count - maximum) }
        }
    }

    public func entries(ofEnvelope id: String) async throws -> [AuditEntry] {
        latest().filter { $0.envelope == id }
    }

    public func entries(from correspondent: String, to owner: Owner?, limit: Int) async throws -> [AuditEntry] {
        let wanted = Array(correspondent.utf8).map(\.foldedASCII)
        let found = latest().reversed().lazy.filter { entry in
            (owner == nil || entry.owner == owner) && Array(entry.sender.utf8).isFrom(wanted)
        }
        return Array(found.prefix(max(0, limit)))
    }

    @discardableResult
    public func expire(before: Timestamp, maximum: Int) async throws -> Int {
        kept.withLock { kept in
            let count = kept.count
            kept.removeAll { $0.time < before }
            if kept.count > max(0, maximum) { kept.removeFirst(kept.count - max(0, maximum)) }
            return count - kept.count
        }
    }

    private func latest() -> ArraySlice<AuditEntry> { kept.withLock { $0.suffix(maximum) } }
}

extension [UInt8] {
    /// True for the same address, the same domain, and an address at that domain or one below it. Both are in lower case.
    fileprivate func isFrom(_ correspondent: [UInt8]) -> Bool {
        if self == correspondent { return true }
        guard !correspondent.isEmpty, !correspondent.contains(UInt8(ascii: "@")), count > correspondent.count else {
            return false
        }
        let before = self[count - correspondent.count - 1]
        return suffix(correspondent.count).elementsEqual(correspondent)
            && (before == UInt8(ascii: "@") || before == UInt8(ascii: "."))
    }
}
