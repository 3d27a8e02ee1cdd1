public import SamotopContacts

/// What every store of policies must do.
public enum PolicyStoreSuite {
    /// All checks.
    public static let checks: [StoreCheck<any PolicyStore>] = [
        StoreCheck("a choice is set, replaced and removed") { store in
            let address = "shop-*'@example.org"
            for treatment in ScreeningPolicy.Treatment.allCases {
                let policy = ScreeningPolicy(
                    strangers: treatment, patience: 60, unanswered: .hold, takesSubject: false, sharesDecisions: true)
                try await store.set(policy, for: address, of: SampleContacts.bob)
                let found = try await store.policies(of: SampleContacts.bob)
                try expect(found, [AddressPolicy(address: address, policy: policy)], "the choice \(treatment)")
            }
            try expect(try await store.policies(of: SampleContacts.eve), [], "another's choices")
            try await store.set(nil, for: address, of: SampleContacts.bob)
            try await store.set(nil, for: address, of: SampleContacts.bob)
            try expect(try await store.policies(of: SampleContacts.bob), [], "after removal")
        },
        StoreCheck("each address has its own, and all together one") { store in
            for address in ["b@example.org", "", "a@example.org"] {
                try await store.set(ScreeningPolicy(), for: address, of: SampleContacts.bob)
            }
            let found = try await store.policies(of: SampleContacts.bob).map(\.address)
            try expect(found.sorted(), ["", "a@example.org", "b@example.org"], "addresses")
        },
    ]
}
