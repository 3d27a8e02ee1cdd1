import SamotopContacts
import SamotopCore

extension ContactStoreSuite {
    private typealias Sample = SampleContacts

    static let filing: [StoreCheck<any ContactStore>] = [
        StoreCheck("a stranger is filed once, and known afterwards") { store in
            guard case .filed(let contact, expired: 0) = try await store.file("ann@example.org", at: 1) else {
                throw StoreFailure("a new stranger wasn't filed")
            }
            try expect(contact.state, .waiting, "state")
            try expect(contact.attempts, 1, "attempts")
            try expect(contact.request, Sample.request(at: 1), "request")
            try expect(contact.firstSeen, Sample.moment(1), "first seen")
            try expect(try await store.contact(contact.id, of: Sample.bob), contact, "what is kept")
            guard case .known(let again) = try await store.file("ann@example.org", at: 2, network: "198.51.100.0/24")
            else { throw StoreFailure("a stranger wasn't known") }
            try expect(again.id, contact.id, "identifier")
            try expect(again.attempts, 2, "attempts")
            try expect(again.firstSeen, Sample.moment(1), "first seen")
            try expect(again.lastSeen, Sample.moment(2), "last seen")
            try expect(again.request?.network, "198.51.100.0/24", "network")
            try expect(again.identity, contact.identity, "identity")
            try expect(try await store.contact(contact.id, of: Sample.bob), again, "what is kept")
        },
        StoreCheck("a request undoes no decision") { store in
            let blocked = try Sample.contact("ann@example.org", .blocked)
            try await store.put(blocked)
            guard case .known(let known) = try await store.file("ann@example.org", at: 1) else {
                throw StoreFailure("a blocked one was filed")
            }
            try expect(known.state, .blocked, "state")
            try expect(known.id, blocked.id, "identifier")
        },
        StoreCheck("what is held stays held, the latest hundred") { store in
            let ann = try Sample.address("ann@example.org")
            let identity = Identity(.local)
            for number in 0..<102 {
                let request = Sample.request(at: Int64(number), held: ["envelope-\(number)"])
                _ = try await store.file(
                    request, from: ann, identity: identity, of: Sample.bob, within: RequestLimits())
            }
            _ = try await store.file(
                Sample.request(at: 200, held: ["envelope-101"]), from: ann, identity: identity, of: Sample.bob,
                within: RequestLimits())
            let held = try await store.contacts(of: Sample.bob, about: [ann]).first?.request?.held
            try expect(held, (2..<102).map { "envelope-\($0)" }, "held")
        },
        StoreCheck("a domain's and a network's share end") { store in
            var limits = RequestLimits()
            limits.perDomain = 2
            limits.perNetwork = 3
            for number in 0..<4 {
                let filing = try await store.file(
                    "a\(number)@one.example", network: "192.0.\(number).0/24", within: limits)
                try expect(filing == .overLimit, number >= 2, "over the domain's share with number \(number)")
            }
            for number in 0..<4 {
                let filing = try await store.file("a@\(number).example", network: "203.0.113.0/24", within: limits)
                try expect(filing == .overLimit, number >= 3, "over the network's share with number \(number)")
            }
            let other = try await store.file("a@one.example", of: Sample.eve, within: limits)
            try expect(other == .overLimit, false, "another owner's share is used")
            // One who was decided about, and one who is known, use no share.
            try await store.change(Sample.address("a0@one.example"), of: Sample.bob) { contact in
                var contact = contact
                contact?.state = .welcome
                return contact
            }
            let next = try await store.file("a5@one.example", network: "192.0.9.0/24", within: limits)
            try expect(next == .overLimit, false, "over the share though one was decided about")
            guard case .known = try await store.file("a1@one.example", network: "203.0.113.0/24", within: limits) else {
                throw StoreFailure("one who waits already was over the limit")
            }
        },
        StoreCheck("U12: the owner's oldest expire when too many wait") { store in
            var limits = RequestLimits()
            limits.perOwner = 3
            for number in 0..<5 {
                guard
                    case .filed(_, let expired) = try await store.file(
                        "a@\(number).example", at: Int64(number), network: "192.0.\(number).0/24", within: limits)
                else { throw StoreFailure("number \(number) wasn't filed") }
                try expect(expired, number >= 3 ? 1 : 0, "expired for number \(number)")
            }
            // Who tries again is no longer the oldest.
            _ = try await store.file("a@2.example", at: 10, network: "192.0.2.0/24", within: limits)
            _ = try await store.file("a@6.example", at: 11, network: "192.0.6.0/24", within: limits)
            let page = try await store.contacts(of: Sample.bob, matching: ContactQuery())
            try expect(page.map(\.correspondent.text), ["a@6.example", "a@2.example", "a@4.example"], "those who wait")
            limits.perOwner = 1
            let last = try await store.file("a@7.example", at: 12, network: "192.0.7.0/24", within: limits)
            guard case .filed(_, expired: 3) = last else {
                throw StoreFailure("a lower limit expires all that are over it")
            }
        },
        StoreCheck("U12: one owner's strangers don't drive out another's") { store in
            var limits = RequestLimits()
            limits.total = 2
            for number in 0..<2 { _ = try await store.file("a@\(number).example", at: Int64(number), within: limits) }
            try expect(
                try await store.file("a@x.example", of: Sample.eve, within: limits), .overLimit, "the other owner's")
            guard case .filed(_, expired: 1) = try await store.file("a@y.example", at: 5, within: limits) else {
                throw StoreFailure("the owner's own oldest didn't make room")
            }
            try expect(try await store.counts(of: Sample.bob), [.waiting: 2], "counts")
        },
        StoreCheck("U12: strangers who come at once never go over the limits") { store in
            var limits = RequestLimits()
            limits.perOwner = 20
            limits.perDomain = 5
            limits.perNetwork = 1_000
            let chosen = limits
            try await withThrowingTaskGroup { group in
                for number in 0..<300 {
                    group.addTask {
                        _ = try await store.file(
                            "a\(number)@d\(number % 10).example", at: Int64(number), within: chosen)
                    }
                }
                try await group.waitForAll()
            }
            let waiting = try await store.contacts(of: Sample.bob, matching: ContactQuery(limit: 1_000))
            try expect(waiting.count, 20, "those who wait")
            try expect(try await store.counts(of: Sample.bob), [.waiting: 20], "counts")
            let perDomain = Dictionary(grouping: waiting) { $0.correspondent.text.split(separator: "@").last ?? "" }
            try expect(perDomain.values.allSatisfy { $0.count <= 5 }, true, "each domain within its share")
        },
    ]

    static let expiry: [StoreCheck<any ContactStore>] = [
        StoreCheck("only those who wait, and wait too long, expire") { store in
            for (index, state) in Contact.State.allCases.enumerated() {
                try await store.put(try Sample.contact("old\(index)@example.org", state, at: 0))
            }
            try await store.put(try Sample.contact("new@example.org", .waiting, at: 100))
            let expired = try await store.expire(waitingSince: Sample.moment(100), limit: 10)
            try expect(expired.map(\.correspondent.text), ["old0@example.org"], "expired")
            try expect(try await store.counts(of: Sample.bob)[.waiting], 1, "those who still wait")
        },
        StoreCheck("who tries again doesn't wait any longer for it") { store in
            _ = try await store.file("ann@example.org", at: 0)
            _ = try await store.file("ann@example.org", at: 200)
            try expect(try await store.expire(waitingSince: Sample.moment(100), limit: 10).count, 1, "expired")
        },
        StoreCheck("no more than asked for expire at once") { store in
            for number in 0..<5 { _ = try await store.file("a\(number)@example.org", at: Int64(number)) }
            for expected in [2, 2, 1, 0] {
                let expired = try await store.expire(waitingSince: Sample.moment(100), limit: 2)
                try expect(expired.count, expected, "expired")
            }
            try expect(try await store.expire(waitingSince: Sample.moment(100), limit: 0), [], "none asked for")
            try expect(try await store.owners(), [], "owners")
        },
    ]
}
