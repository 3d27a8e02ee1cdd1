public import SamotopContacts
import SamotopCore

/// What every store of contacts must do.
public enum ContactStoreSuite {
    /// All checks.
    public static let checks: [StoreCheck<any ContactStore>] = basics + changes + pages + filing + expiry

    private typealias Sample = SampleContacts

    private static let basics: [StoreCheck<any ContactStore>] = [
        StoreCheck("an empty store has nothing") { store in
            try expect(try await store.owners(), [], "owners")
            try expect(try await store.counts(of: Sample.bob), [:], "counts")
            try expect(
                try await store.contacts(of: Sample.bob, about: [Sample.address("ann@example.org")]), [], "contacts")
            try expect(try await store.contacts(of: Sample.bob, about: []), [], "contacts about nobody")
            try expect(try await store.contacts(of: Sample.bob, matching: ContactQuery()), [], "page")
            try expect(try await store.contact(.random(), of: Sample.bob), nil, "contact")
        },
        StoreCheck("what is written comes back as it was, hostile text and all") { store in
            for anchor in [.domain("example.org"), .network("2001:db8:1:2::/64"), .local] as [Identity.Anchor] {
                var contact = try Sample.full()
                contact.identity = Identity(anchor, proofs: contact.identity.proofs)
                try await store.put(contact)
                try expect(try await store.contact(contact.id, of: contact.owner), contact, "contact by identifier")
                try expect(
                    try await store.contacts(of: contact.owner, about: [contact.correspondent]), [contact],
                    "contact by correspondent")
            }
            try expect(try await store.owners(), [try Sample.full().owner], "owners")
        },
        StoreCheck("kinds of correspondents with the same octets are apart") { store in
            for (kind, state) in [(.domain, .welcome), (.list, .blocked)] as [(Correspondent.Kind, Contact.State)] {
                let whom = try require(Correspondent(kind: kind, stored: Array("news.example".utf8)), "correspondent")
                try await store.put(
                    Contact(
                        id: .random(), owner: Sample.bob, correspondent: whom, state: state, identity: Identity(.local),
                        firstSeen: Sample.moment(0), lastSeen: Sample.moment(0)))
                let found = try await store.contacts(of: Sample.bob, about: [whom, whom])
                try expect(found.map(\.state), [state], "the \(kind)")
            }
        },
        StoreCheck("one owner sees nothing of another's") { store in
            let contact = try Sample.contact("ann@example.org", .welcome)
            try await store.put(contact)
            try expect(
                try await store.contacts(of: Sample.eve, about: [contact.correspondent]), [], "by correspondent")
            try expect(try await store.contact(contact.id, of: Sample.eve), nil, "by identifier")
            try expect(try await store.contacts(of: Sample.eve, matching: ContactQuery()), [], "page")
            try expect(try await store.counts(of: Sample.eve), [:], "counts")
        },
        StoreCheck("several are asked for at once") { store in
            let contacts = try (0..<20).map { try Sample.contact("a\($0)@example.org", .welcome) }
            for contact in contacts { try await store.put(contact) }
            let about = contacts.map(\.correspondent) + [try Sample.address("nobody@example.org")]
            try expect(Set(try await store.contacts(of: Sample.bob, about: about)), Set(contacts), "contacts")
        },
    ]

    private static let changes: [StoreCheck<any ContactStore>] = [
        StoreCheck("a change sees what there is, and gives back what there is afterwards") { store in
            let ann = try Sample.contact("ann@example.org")
            let made = try await store.change(ann.correspondent, of: Sample.bob) { $0 == nil ? ann : nil }
            try expect(made, ann, "made")
            let moved = try await store.change(ann.correspondent, of: Sample.bob) { contact in
                var contact = contact
                contact?.state = .welcome
                return contact
            }
            try expect(moved?.state, .welcome, "changed")
            try expect(try await store.counts(of: Sample.bob), [.welcome: 1], "counts")
            try expect(try await store.change(ann.correspondent, of: Sample.bob) { _ in nil }, nil, "removed")
            try expect(try await store.change(ann.correspondent, of: Sample.bob) { _ in nil }, nil, "removed again")
            try expect(try await store.contact(ann.id, of: Sample.bob), nil, "afterwards")
            try expect(try await store.owners(), [], "owners")
        },
        StoreCheck("a change can't make another's contact of it") { store in
            let ann = try Sample.contact("ann@example.org")
            try await store.put(ann)
            for other in [try Sample.contact("ann@example.org", of: Sample.eve), try Sample.contact("eve@example.org")]
            {
                do {
                    try await store.change(ann.correspondent, of: Sample.bob) { _ in other }
                } catch ContactStoreError.failed {
                    continue
                }
                throw StoreFailure("another's contact was taken")
            }
            try expect(try await store.contact(ann.id, of: Sample.bob), ann, "afterwards")
            try expect(try await store.owners(), [Sample.bob], "owners")
        },
        StoreCheck("changes at the same time are all done, one after the other") { store in
            let ann = try Sample.contact("ann@example.org")
            try await store.put(ann)
            try await withThrowingTaskGroup { group in
                for _ in 0..<100 {
                    group.addTask {
                        _ = try await store.change(ann.correspondent, of: Sample.bob) { contact in
                            var contact = contact
                            contact?.attempts += 1
                            return contact
                        }
                    }
                }
                try await group.waitForAll()
            }
            try expect(try await store.contact(ann.id, of: Sample.bob)?.attempts, 100, "attempts")
        },
        StoreCheck("the version changes with each kind of change") { store in
            var seen: Set<Int64> = [try await store.version()]
            func isNew(_ what: String) async throws {
                guard seen.insert(try await store.version()).inserted else {
                    throw StoreFailure("the version didn't change when \(what)")
                }
            }
            let ann = try Sample.contact("ann@example.org")
            try await store.put(ann)
            try await isNew("a contact was made")
            try await store.change(ann.correspondent, of: Sample.bob) { contact in
                var contact = contact
                contact?.state = .blocked
                return contact
            }
            try await isNew("a contact was changed")
            _ = try await store.file("new@example.org")
            try await isNew("a stranger was filed")
            _ = try await store.expire(waitingSince: Sample.moment(1), limit: 10)
            try await isNew("a stranger expired")
            try await store.change(ann.correspondent, of: Sample.bob) { _ in nil }
            try await isNew("a contact was removed")
            try expect(try await store.version(), try await store.version(), "the version when nothing happens")
        },
        StoreCheck("deliveries are counted") { store in
            let ann = try Sample.contact("ann@example.org", .welcome)
            try await store.put(ann)
            try await store.noteDeliveries([])
            try await store.noteDeliveries([
                Delivery(owner: Sample.bob, correspondent: ann.correspondent, time: Sample.moment(9)),
                Delivery(owner: Sample.bob, correspondent: ann.correspondent, time: Sample.moment(5), count: 3),
                Delivery(owner: Sample.eve, correspondent: ann.correspondent, time: Sample.moment(9)),
            ])
            // A change comes after what was noted before it.
            let noted = try await store.change(ann.correspondent, of: Sample.bob) { $0 }
            try expect(noted?.delivered, 4, "deliveries")
            try expect(noted?.lastSeen, Sample.moment(9), "last seen")
            try expect(try await store.owners(), [Sample.bob], "owners")
        },
    ]
}
