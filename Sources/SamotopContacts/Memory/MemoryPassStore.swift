public import SamotopCore
import Synchronization

/// Passes in memory.
public final class MemoryPassStore: PassStore {
    private let kept = Mutex<[Owner: [Pass.Word: Pass]]>([:])
    private let maximum: Int

    /// - Parameter maximum: passes of one owner; one more is ``ContactStoreError/insufficientStorage(cause:)``.
    public init(maximum: Int = 1_000) { self.maximum = maximum }

    public func passes(of owner: Owner) async throws -> [Pass] {
        let passes = kept.withLock { $0[owner] } ?? [:]
        return passes.values.sorted { ($1.created, $0.word.text) < ($0.created, $1.word.text) }
    }

    public func pass(_ word: Pass.Word, of owner: Owner) async throws -> Pass? {
        kept.withLock { $0[owner]?[word] }
    }

    @discardableResult
    public func change(
        _ word: Pass.Word, of owner: Owner, _ change: @Sendable @escaping (Pass?) -> Pass?
    ) async throws -> Pass? {
        try kept.withLock { kept in
            let known = kept[owner]?[word]
            let changed = change(known)
            if known == nil, changed != nil, kept[owner, default: [:]].count >= maximum {
                throw ContactStoreError.insufficientStorage(cause: "\(maximum) passes of one owner")
            }
            kept[owner, default: [:]][word] = changed
            if kept[owner]?.isEmpty == true { kept[owner] = nil }
            return changed
        }
    }

    @discardableResult
    public func expire(before moment: Timestamp) async throws -> Int {
        kept.withLock { kept in
            var removed = 0
            for owner in kept.keys {
                let addresses = (kept[owner] ?? [:]).values.filter(\.kind.isAddress).map(\.created).sorted(by: >)
                let oldest = addresses.prefix(Pass.keptAddresses).last
                let valid =
                    kept[owner]?.filter { _, pass in
                        if pass.kind.isAddress, let oldest, pass.created >= oldest { return true }
                        return pass.ended.map { $0 >= moment } ?? true
                    } ?? [:]
                removed += (kept[owner]?.count ?? 0) - valid.count
                kept[owner] = valid.isEmpty ? nil : valid
            }
            return removed
        }
    }
}
