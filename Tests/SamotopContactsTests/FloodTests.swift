import SamotopContacts
import SamotopCore
import SamotopTesting
import Testing

/// Strangers in masses.
@Suite struct FloodTests {
    @Test("U12: of 100,000 strangers as many wait as may, the latest") func manyStrangers() async throws {
        let store = MemoryContactStore()
        let (owner, limits) = (Owner("alice"), RequestLimits())
        var counts = [0, 0, 0]
        for number in 0..<100_000 {
            let text = "u@d\(number % 5_000).test"
            let address = Array((number % 2 == 0 ? text : "\(number)" + text).utf8)
            let correspondent = try #require(Correspondent(kind: .address, stored: address))
            let request = ContactRequest(
                recipient: "alice@our.test", reversePath: text, network: "10.\(number % 7_000).0/24",
                time: Timestamp(seconds: Int64(number)))
            let filing = try await store.file(
                request, from: correspondent, identity: Identity(.network(request.network)), of: owner, within: limits)
            switch filing {
            case .filed: counts[0] += 1
            case .known: counts[1] += 1
            case .overLimit: counts[2] += 1
            }
        }
        #expect(try await store.counts(of: owner) == [.waiting: limits.perOwner])
        #expect(counts.reduce(0, +) == 100_000)
        let latest = try await store.contacts(of: owner, matching: ContactQuery(limit: 1))
        #expect(latest.first?.lastSeen.seconds ?? 0 > 99_000)
    }

    @Test("U12: one domain or network fills its share only, and drives nobody out") func shares() async throws {
        let world = try ContactWorld()
        try await world.send(from: "friend@friend.test", client: .ipv4([198, 51, 100, 1]))
        for number in 0..<200 {
            let replies = try await world.send(from: "u\(number)@evil.test")
            #expect(replies.last == "450 4.7.1")
        }
        #expect(try await world.store.counts(of: ContactWorld.alice) == [.waiting: 1 + RequestLimits().perDomain])
        for number in 0..<200 { try await world.send(from: "u@evil\(number).test") }
        #expect(try await world.store.counts(of: ContactWorld.alice) == [.waiting: 1 + RequestLimits().perNetwork])
        #expect(try await world.contact("friend@friend.test") != nil)
    }

    @Test("U12: nothing of the flood is delivered, or held beyond the share") func held() async throws {
        let world = try ContactWorld(strangers: .hold)
        var taken = 0
        for number in 0..<120 {
            let replies = try await world.send(from: "u\(number)@evil.test")
            if replies.last == "250 2.0.0" { taken += 1 } else { #expect(replies.last == "450 4.7.1") }
        }
        #expect(taken == RequestLimits().perDomain)
    }

    @Test("U12: one owner's strangers don't drive out another's") func total() async throws {
        let store = MemoryContactStore()
        var limits = RequestLimits()
        (limits.perOwner, limits.total, limits.perDomain, limits.perNetwork) = (50, 60, 1_000, 1_000)
        for (name, count) in [("bob", 20), ("alice", 200)] {
            for number in 0..<count {
                let text = "u\(number)@d.test"
                let request = ContactRequest(
                    recipient: "x@our.test", reversePath: text, network: "n", time: Timestamp(seconds: Int64(number)))
                _ = try await store.file(
                    request, from: try #require(ContactWorld.correspondent(text)),
                    identity: Identity(.network("n")), of: Owner(name), within: limits)
            }
        }
        #expect(try await store.counts(of: Owner("bob")) == [.waiting: 20])
        #expect(try await store.counts(of: Owner("alice")) == [.waiting: 40])
    }
}
