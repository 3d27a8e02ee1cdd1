#if SQLite
    import NameResolution
    import Testing
    import TransportSecurity

    @testable import SamotopSQLite

    @Suite("Records of peers, in memory and in a file")
    struct PeerStoreTests {
        @Test("a record comes back as it was, is changed in one step, and is removed", arguments: StorePlace.allCases)
        func change(_ place: StorePlace) async throws {
            try await place.stores { stores in
                let domain = try Known.name("Example.org")
                try await #expect(stores.peers.record(of: domain) == nil)
                let record = try Known.peer("Example.org", level: .authenticated, isDecided: true)
                let given = try await stores.peers.change(domain) { known in
                    #expect(known == nil)
                    return record
                }
                #expect(given == record)
                // The case of letters makes no other name.
                for text in ["example.org", "EXAMPLE.ORG"] {
                    try await #expect(stores.peers.record(of: Known.name(text)) == record, "\(text)")
                }
                try await #expect(stores.peers.record(of: Known.name("example.net")) == nil)
                let held = try await stores.peers.change(Known.name("example.ORG")) { known in
                    #expect(known == record)
                    var changed = known
                    changed?.holdMail(true, now: 2_000)
                    return changed
                }
                #expect(held?.decision.holdsMail == true)
                try await #expect(stores.peers.record(of: domain) == held)
                try await #expect(stores.peers.change(domain) { _ in nil } == nil)
                try await #expect(stores.peers.record(of: domain) == nil)
                try await #expect(stores.peers.change(domain) { _ in nil } == nil)
            }
        }

        @Test("changes of the same record at the same time all count", arguments: StorePlace.allCases)
        func together(_ place: StorePlace) async throws {
            try await place.stores { stores in
                let (peers, record) = (stores.peers, try Known.peer("example.org"))
                try await withThrowingTaskGroup { tasks in
                    for number in 0..<50 {
                        tasks.addTask {
                            try await peers.change(record.domain) { known in
                                var changed = known ?? record
                                changed.pin(
                                    (known?.decision.pins ?? []) + [Fingerprint(of: [UInt8(number % 10)])], now: 1)
                                return changed
                            }
                        }
                    }
                    try await tasks.waitForAll()
                }
                try await #expect(peers.record(of: record.domain)?.decision.pins.count == 10)
                try await #expect(peers.record(of: record.domain)?.changes.count == 51)
            }
        }

        @Test("pages are in the order of lower-case names, and go on behind a name", arguments: StorePlace.allCases)
        func pages(_ place: StorePlace) async throws {
            try await place.stores { stores in
                let names = ["b.org", "A.org", "a.b.org", "a-b.org", "a.org.b", "0.org", "c\\.d.org"]
                for name in names { try await stores.peers.put(PeerRecord(domain: Known.name(name), now: 1)) }
                let order = names.map { $0.lowercased() }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                var (found, last): ([String], DNSName?) = ([], nil)
                while true {
                    let page = try await stores.peers.records(after: last, limit: 2)
                    #expect(page.count <= 2)
                    guard let end = page.last else { break }
                    found += page.map { $0.domain.text.replacing("\\\\", with: "\\").lowercased() }
                    last = end.domain
                }
                #expect(found == order)
                try await #expect(stores.peers.records(after: nil, limit: 100).count == names.count)
                try await #expect(
                    stores.peers.records(after: Known.name("B.ORG"), limit: 1).map(\.domain.text) == ["c\\\\.d.org"])
                for limit in [0, -1] { try await #expect(stores.peers.records(after: nil, limit: limit) == []) }
            }
        }

        @Test("expiry spares what was seen since, and what somebody decided", arguments: StorePlace.allCases)
        func expiry(_ place: StorePlace) async throws {
            try await place.stores { stores in
                for (name, seen, isDecided) in [
                    ("old.org", 10, false), ("edge.org", 20, false), ("new.org", 30, false), ("decided.org", 10, true),
                ] as [(String, Int64, Bool)] {
                    try await stores.peers.put(Known.peer(name, seen: seen, isDecided: isDecided))
                }
                try await #expect(stores.peers.expire(before: 20) == 1)
                let left = try await stores.peers.records(after: nil, limit: 9).map(\.domain.text)
                #expect(left == ["decided.org", "edge.org", "new.org"])
                try await #expect(stores.peers.expire(before: 20) == 0)
                // What is taken back can expire again, also when it was seen at the same time.
                try await stores.peers.change(Known.name("decided.org")) { known in
                    var changed = known
                    changed?.pin([], now: 10)
                    return changed
                }
                try await #expect(stores.peers.expire(before: 20) == 1)
            }
        }

        @Test(
            "over the maximum the undecided go first, of these those that reached least, of these the longest unseen",
            arguments: StorePlace.allCases)
        func bounds(_ place: StorePlace) async throws {
            var settings = OutgoingStores.Settings()
            settings.peerMaximum = 4
            try await place.stores(settings) { stores in
                let peers = [
                    try Known.peer("decided.org", seen: 1, level: .plaintext, isDecided: true),
                    try Known.peer("proven.org", seen: 2, level: .authenticated),
                    try Known.peer("newer.org", seen: 4, level: .encrypted),
                    try Known.peer("older.org", seen: 3, level: .encrypted),
                ]
                for peer in peers { try await stores.peers.put(peer) }
                for (gone, number) in [("older.org", 0), ("newer.org", 1), ("proven.org", 2)] {
                    // One that is known already drives out nobody.
                    try await stores.peers.put(Known.peer("decided.org", seen: 100, isDecided: true))
                    try await #expect(stores.peers.records(after: nil, limit: 9).count == 4)
                    try await #expect(stores.peers.record(of: Known.name(gone)) != nil)
                    // The last one that came is the least, and stays.
                    try await stores.peers.put(
                        Known.peer("last\(number).org", seen: 50, level: .authenticated, isDecided: true))
                    try await #expect(stores.peers.record(of: Known.name(gone)) == nil, "\(gone)")
                    try await #expect(stores.peers.record(of: Known.name("last\(number).org")) != nil)
                    try await #expect(stores.peers.records(after: nil, limit: 9).count == 4)
                }
                try await stores.peers.put(Known.peer("little.org", seen: 0, level: .plaintext))
                try await #expect(stores.peers.record(of: Known.name("little.org")) != nil)
                try await #expect(stores.peers.records(after: nil, limit: 9).count == 4)
            }
        }
    }
#endif
