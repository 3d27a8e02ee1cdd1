public import SamotopContacts
import SamotopCore

/// What every record of judgements must do.
public enum AuditStoreSuite {
    /// All checks.
    public static let checks: [StoreCheck<any AuditStore>] = [
        StoreCheck("an envelope's entries come oldest first, as they were") { store in
            try await store.append([])
            let entries = (0..<3).map { entry($0, envelope: $0 == 1 ? "other" : "e1", cause: "'; -- \($0) é") }
            try await store.append(entries)
            try expect(try await store.entries(ofEnvelope: "e1"), [entries[0], entries[2]], "entries")
            try expect(try await store.entries(ofEnvelope: "e2"), [], "entries of none")
        },
        StoreCheck("entries are found by address, domain and the domains above, latest first") { store in
            let senders = ["ann@mail.example.org", "bert@example.org", "ann@notexample.org", "", "example.org"]
            for (number, sender) in senders.enumerated() {
                try await store.append([entry(number, sender: sender)])
            }
            for (correspondent, expected) in [
                ("ann@mail.example.org", [0]), ("mail.example.org", [0]), ("example.org", [4, 1, 0]),
                ("EXAMPLE.org", [4, 1, 0]), ("notexample.org", [2]), ("xample.org", []), ("", [3]), ("ann", []),
            ] {
                let found = try await store.entries(from: correspondent, to: SampleContacts.bob, limit: 10)
                try expect(found.map(\.envelope), expected.map { "e\($0)" }, "from “\(correspondent)”")
            }
        },
        StoreCheck("one owner's entries are apart from another's, and from nobody's") { store in
            try await store.append([
                entry(0, owner: SampleContacts.bob), entry(1, owner: SampleContacts.eve), entry(2, owner: nil),
            ])
            for (owner, expected) in [
                (SampleContacts.bob, ["e0"]), (SampleContacts.eve, ["e1"]), (nil, ["e2", "e1", "e0"]),
            ] {
                let found = try await store.entries(from: "ann@example.org", to: owner, limit: 10)
                try expect(found.map(\.envelope), expected, "of \(owner?.name ?? "all")")
            }
            for limit in [2, 0, -1] {
                let found = try await store.entries(from: "ann@example.org", to: nil, limit: limit)
                try expect(found.count, max(0, limit), "at most \(limit)")
            }
        },
        StoreCheck("what is older, and the oldest over the maximum, goes") { store in
            try await store.append((0..<10).map { entry($0) })
            try expect(try await store.expire(before: SampleContacts.moment(3), maximum: 100), 3, "removed by age")
            try expect(try await store.expire(before: SampleContacts.moment(0), maximum: 2), 5, "removed by number")
            let left = try await store.entries(from: "example.org", to: nil, limit: 100)
            try expect(left.map(\.envelope), ["e9", "e8"], "left")
        },
    ]

    private static func entry(
        _ number: Int, envelope: String? = nil, owner: Owner? = SampleContacts.bob, sender: String = "ann@example.org",
        cause: String = ""
    ) -> AuditEntry {
        AuditEntry(
            time: SampleContacts.moment(Int64(number)), envelope: envelope ?? "e\(number)", owner: owner,
            sender: sender,
            stage: "recipient", judge: "Screening", verdict: "postpone", cause: cause)
    }
}
