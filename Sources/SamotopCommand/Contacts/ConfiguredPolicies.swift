import SamotopContacts

/// What owners chose, and where they chose nothing, what the configuration says of single addresses.
struct ConfiguredPolicies: PolicyStore {
    let chosen: any PolicyStore
    let configured: [ContactSettings.Address]

    func policies(of owner: Owner) async throws -> [AddressPolicy] {
        let own = try await chosen.policies(of: owner)
        let named = Set(own.map(\.address))
        return own
            + configured.filter { !named.contains($0.pattern) }.map {
                AddressPolicy(address: $0.pattern, policy: $0.policy)
            }
    }

    func set(_ policy: ScreeningPolicy?, for address: String, of owner: Owner) async throws {
        try await chosen.set(policy, for: address, of: owner)
    }
}
