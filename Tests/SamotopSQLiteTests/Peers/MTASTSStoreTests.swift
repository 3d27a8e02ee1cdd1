#if SQLite
    import NameResolution
    import Testing
    import TransportSecurity

    @testable import SamotopSQLite

    @Suite("MTA-STS policies, in memory and in a file")
    struct MTASTSStoreTests {
        @Test("D16: a policy comes back as it was, is replaced and removed", arguments: StorePlace.allCases)
        func keeping(_ place: StorePlace) async throws {
            try await place.stores { stores in
                let domain = try Known.name("Example.org")
                try await #expect(stores.policies.policy(of: domain) == nil)
                var policy = try Known.policy()
                policy.failed = 7
                policy.failedID = "2"
                for stored in [
                    policy, StoredMTASTSPolicy(policy: nil, id: "", fetched: -5), try Known.policy(fetched: .max),
                ] {
                    try await stores.policies.set(stored, of: domain)
                    try await #expect(stores.policies.policy(of: Known.name("example.ORG")) == stored)
                    try await #expect(stores.policies.policy(of: Known.name("example.net")) == nil)
                }
                for _ in 0..<2 { try await stores.policies.set(nil, of: domain) }
                try await #expect(stores.policies.policy(of: domain) == nil)
            }
        }

        @Test(
            "the longest unfetched are asked for first, those without a policy not at all",
            arguments: StorePlace.allCases)
        func refreshing(_ place: StorePlace) async throws {
            try await place.stores { stores in
                for (name, fetched) in [("c.org", 5), ("b.org", 3), ("a.org", 5), ("d.org", 8), ("x\\046y.org", 4)]
                    as [(String, Int64)]
                {
                    try await stores.policies.set(Known.policy(fetched: fetched), of: Known.name(name))
                }
                try await stores.policies.set(
                    StoredMTASTSPolicy(policy: nil, id: "", fetched: 1), of: Known.name("n.org"))
                for (time, limit, expected) in [
                    (8, 9, ["b.org", "x\\\\046y.org", "a.org", "c.org"]), (5, 9, ["b.org", "x\\\\046y.org"]),
                    (9, 1, ["b.org"]),
                    (3, 9, []), (9, 0, []), (9, -1, []),
                ] as [(Int64, Int, [String])] {
                    let found = try await stores.policies.domains(fetchedBefore: time, limit: limit).map(\.text)
                    #expect(found == expected, "before \(time)")
                }
                // Fetched again.
                try await stores.policies.set(Known.policy(fetched: 9), of: Known.name("B.org"))
                try await #expect(stores.policies.domains(fetchedBefore: 5, limit: 9).count == 1)
                // It turned out that there is none.
                try await stores.policies.set(
                    StoredMTASTSPolicy(policy: nil, id: "", fetched: 1), of: Known.name("a.org"))
                try await #expect(stores.policies.domains(fetchedBefore: 6, limit: 9).count == 2)
            }
        }

        @Test("what expired goes, and nothing else", arguments: StorePlace.allCases)
        func expiry(_ place: StorePlace) async throws {
            try await place.stores { stores in
                for (name, maxAge) in [("a.org", 10), ("b.org", 20), ("c.org", 30)] as [(String, Int64)] {
                    try await stores.policies.set(Known.policy(maxAge: maxAge, fetched: 100), of: Known.name(name))
                }
                try await #expect(stores.policies.expire(before: 110) == 0)
                try await #expect(stores.policies.expire(before: 121) == 2)
                try await #expect(stores.policies.policy(of: Known.name("a.org")) == nil)
                try await #expect(stores.policies.policy(of: Known.name("c.org")) != nil)
            }
        }

        @Test("over the maximum those go that expire first", arguments: StorePlace.allCases)
        func bounds(_ place: StorePlace) async throws {
            var settings = OutgoingStores.Settings()
            settings.policyMaximum = 2
            try await place.stores(settings) { stores in
                for (name, maxAge) in [("a.org", 20), ("b.org", 10), ("c.org", 5), ("a.org", 1)] as [(String, Int64)] {
                    try await stores.policies.set(Known.policy(maxAge: maxAge), of: Known.name(name))
                }
                // The newest stays though it expires first; one that is known drives out nobody.
                for (name, isKept) in [("a.org", true), ("b.org", false), ("c.org", true)] {
                    try await #expect((stores.policies.policy(of: Known.name(name)) != nil) == isKept, "\(name)")
                }
            }
        }
    }
#endif
