import NameResolution
public import SamotopTesting
public import TransportSecurity

/// What every store of MTA-STS policies must do.
public enum MTASTSStoreSuite {
    /// All checks.
    public static let checks: [StoreCheck<any MTASTSStore>] = [
        StoreCheck("a policy is kept, replaced and removed, whatever the case of its domain") { store in
            let domain = try name("Example.org")
            try expect(try await store.policy(of: domain), nil, "at first")
            var stored = try policy(fetched: 5)
            try await store.set(stored, of: domain)
            try expect(try await store.policy(of: try name("EXAMPLE.org")), stored, "kept")
            stored.failed = 6
            stored.failedID = "2"
            try await store.set(stored, of: domain)
            try expect(try await store.policy(of: domain), stored, "replaced")
            try await store.set(nil, of: domain)
            try expect(try await store.policy(of: domain), nil, "removed")
        },
        StoreCheck("a failure without a policy is kept, and is nothing to look at again") { store in
            let failed = StoredMTASTSPolicy(policy: nil, id: "", fetched: 5, failed: 5, failedID: "1")
            try await store.set(failed, of: try name("example.org"))
            try expect(try await store.policy(of: try name("example.org")), failed, "kept")
            try expect(try await store.domains(fetchedBefore: .max, limit: 9), [], "to look at again")
        },
        StoreCheck("the policies that were fetched the longest time ago come first") { store in
            for (domain, fetched) in [("a.example", 3), ("b.example", 1), ("c.example", 2), ("d.example", 4)]
                as [(String, Int64)]
            {
                try await store.set(try policy(fetched: fetched), of: try name(domain))
            }
            let found = try await store.domains(fetchedBefore: 4, limit: 2)
            try expect(found.map(\.text), ["b.example", "c.example"], "order")
            try expect(try await store.domains(fetchedBefore: 4, limit: 9).count, 3, "all")
        },
        StoreCheck("what expired is removed, not what expires now") { store in
            try await store.set(try policy(fetched: 4), of: try name("a.example"))
            try await store.set(try policy(fetched: 5), of: try name("b.example"))
            try expect(try await store.expire(before: 15), 1, "removed")
            try expect(try await store.policy(of: try name("b.example")) == nil, false, "left")
        },
    ]

    private static func name(_ text: String) throws(StoreFailure) -> DNSName {
        try require(DNSName(text), "the name \(text)")
    }

    /// A policy that holds for ten seconds.
    private static func policy(fetched: Int64) throws -> StoredMTASTSPolicy {
        let text = "version: STSv1\nmode: enforce\nmx: *.example.org\nmax_age: 10\n"
        return StoredMTASTSPolicy(policy: try MTASTSPolicy(Array(text.utf8)), id: "1", fetched: fetched)
    }
}
