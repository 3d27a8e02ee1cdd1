import SamotopContacts
import SamotopCore

extension ContactStoreSuite {
    private typealias Sample = SampleContacts

    static let pages: [StoreCheck<any ContactStore>] = [
        StoreCheck("the latest come first, page by page") { store in
            let contacts = try (0..<30).map { try Sample.contact("a\($0)@example.org", at: Int64($0 * 7 % 30)) }
            for contact in contacts { try await store.put(contact) }
            let ordered = contacts.sorted { $0.lastSeen > $1.lastSeen }
            var found: [Contact] = []
            for offset in stride(from: 0, through: 30, by: 7) {
                found += try await store.contacts(of: Sample.bob, matching: ContactQuery(offset: offset, limit: 7))
            }
            try expect(found, ordered, "all pages")
            try expect(
                try await store.contacts(of: Sample.bob, matching: ContactQuery(offset: .max)), [], "behind the last")
        },
        StoreCheck("states are chosen and counted") { store in
            var contacts: [Contact.State: [Contact]] = [:]
            for (index, state) in Contact.State.allCases.enumerated() {
                for number in 0...index {
                    let contact = try Sample.contact(
                        "\(state)\(number)@example.org", state, at: Int64(number * 10 + index))
                    contacts[state, default: []].append(contact)
                    try await store.put(contact)
                }
            }
            try expect(try await store.counts(of: Sample.bob), contacts.mapValues(\.count), "counts")
            for states in [[.held], [.waiting, .blocked], Contact.State.allCases, []] as [[Contact.State]] {
                let wanted = states.flatMap { contacts[$0] ?? [] }.sorted { $0.lastSeen > $1.lastSeen }
                let query = ContactQuery(states: Set(states))
                try expect(try await store.contacts(of: Sample.bob, matching: query), wanted, "in \(states)")
            }
        },
        StoreCheck("names come in order") { store in
            for (address, name) in [
                ("3@example.org", "Zoe"), ("1@example.org", "bert"), ("2@example.org", "Ann"), ("c@example.org", nil),
                ("a@example.org", nil),
            ] {
                try await store.put(try Sample.contact(address, .waiting, called: name))
            }
            let found = try await store.contacts(of: Sample.bob, matching: ContactQuery(order: .name))
            let order = ["a@example.org", "2@example.org", "1@example.org", "c@example.org", "3@example.org"]
            try expect(found.map(\.correspondent.text), order, "order")
        },
        StoreCheck("text is searched for, octet by octet, in addresses and display names") { store in
            try await store.put(try Sample.contact("ann_1@example.org", at: 3, called: "Ann 100% O'Hara"))
            try await store.put(try Sample.contact("annx1@example.org", at: 2, called: "Überall"))
            try await store.put(try Sample.contact("bert@ann.example", at: 1))
            for (text, expected) in [
                ("", 3), ("ann", 3), ("ANN_", 1), ("ann_1", 1), ("%", 1), ("100%", 1), ("_", 1), ("\\", 0), ("'", 1),
                ("O'HARA", 1), ("ann.example", 1), ("Überall", 1), ("überall", 0), ("haraann", 0), ("*", 0), ("?", 0),
                ("' OR 1=1 --", 0), ("@example.org", 2), (String(repeating: "a", count: 100_000), 0),
            ] {
                let query = ContactQuery(text: text)
                let found = try await store.contacts(of: Sample.bob, matching: query)
                try expect(found.count, expected, "found for “\(text.prefix(40))”")
            }
            let blocked = ContactQuery(states: [.blocked], text: "ann")
            try expect(try await store.contacts(of: Sample.bob, matching: blocked), [], "blocked ones")
        },
    ]
}
