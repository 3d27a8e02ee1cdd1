import Synchronization

/// Owners' choices in memory.
public final class MemoryPolicyStore: PolicyStore {
    private let choices = Mutex<[Owner: [String: ScreeningPolicy]]>([:])
    private let maximum: Int

    /// - Parameter maximum: choices of one owner; one more is ``ContactStoreError/insufficientStorage(cause:)``.
    public init(maximum: Int = 1_000) { self.maximum = maximum }

    public func policies(of owner: Owner) async throws -> [AddressPolicy] {
        let choices = choices.withLock { $0[owner] } ?? [:]
        return choices.map { AddressPolicy(address: $0.key, policy: $0.value) }.sorted { $0.address < $1.address }
    }

    public func set(_ policy: ScreeningPolicy?, for address: String, of owner: Owner) async throws {
        try choices.withLock { choices in
            let known = choices[owner] ?? [:]
            guard policy == nil || known[address] != nil || known.count < maximum else {
                throw ContactStoreError.insufficientStorage(cause: "\(maximum) policies of one owner")
            }
            choices[owner, default: [:]][address] = policy
            if choices[owner]?.isEmpty == true { choices[owner] = nil }
        }
    }
}
