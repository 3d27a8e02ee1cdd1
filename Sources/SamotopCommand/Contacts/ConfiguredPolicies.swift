import SamotopContacts

/// What owners chose, and where they chose nothing, what the configuration says of single addresses.
struct ConfiguredPolicies: PolicyStore {
    let chosen: any PolicyStore
    let configured: [ContactSettings.Address]
    /// Addresses that take reports: their senders are programs, which wait for nobody's word.
    var open: [String] = []

    /// RFC 5321 §4.5.1, RFC 2142 §4, §5: whoever has trouble with our mail must be able to say so.
    private static let alwaysOpen = ["postmaster", "postmaster@*", "abuse@*"]

    func policies(of owner: Owner) async throws -> [AddressPolicy] {
        let written = configured.map { AddressPolicy(address: $0.pattern, policy: $0.policy) }
        var policies = try await chosen.policies(of: owner)
        let open = (Self.alwaysOpen + self.open).map { pattern in
            AddressPolicy(address: pattern, policy: ScreeningPolicy(strangers: .welcome))
        }
        for policy in written + open where !policies.contains(where: { $0.address == policy.address }) {
            policies.append(policy)
        }
        return policies
    }

    func set(_ policy: ScreeningPolicy?, for address: String, of owner: Owner) async throws {
        try await chosen.set(policy, for: address, of: owner)
    }
}
