import SamotopContacts
import SamotopCore
import SamotopTesting
import Testing

/// What becomes of strangers by each policy.
@Suite struct TreatmentTests {
    private static let day: Int64 = 86_400
    private let facts = Evidence.Facts.proving("ann.test")

    @Test func heldMailIsKeptInItsFolderAndListed() async throws {
        let world = try ContactWorld(strangers: .hold)
        #expect(try await world.send(from: "ann@ann.test", facts: facts).last == "250 2.0.0")
        #expect(try await world.send(from: "ann@ann.test", facts: facts).last == "250 2.0.0")
        #expect(world.witness.folders == [["alice": "New contacts"], ["alice": "New contacts"]])
        let contact = try #require(try await world.contact("ann@ann.test"))
        #expect(contact.state == .waiting)
        #expect(contact.request?.held == world.box.delivered.map(\.id))
        try await world.decide(.welcome, "ann@ann.test")
        try await world.send(from: "ann@ann.test", facts: facts)
        #expect(world.witness.folders.last == [:])
    }

    @Test func whatTheOwnerKeepsApartIsHeldWhateverThePolicy() async throws {
        let world = try ContactWorld(strangers: .refuse)
        try await world.decide(.held, "ann@ann.test")
        #expect(try await world.send(from: "ann@ann.test", facts: facts).last == "250 2.0.0")
        #expect(world.witness.folders == [["alice": "New contacts"]])
        #expect(try await world.contact("ann@ann.test")?.state == .held)
    }

    @Test func greyLetsInWhoComesAgain() async throws {
        let world = try ContactWorld(strangers: .grey)
        #expect(try await world.send(from: "ann@ann.test").last == "451 4.7.1")
        world.clock.advance(by: 200)
        #expect(try await world.send(from: "ann@ann.test").last == "451 4.7.1")
        world.clock.advance(by: 101)
        #expect(try await world.send(from: "ann@ann.test").last == "250 2.0.0")
        #expect(try await world.contact("ann@ann.test") == nil)
        // A welcome contact never waits, a blocked one never gets in.
        try await world.decide(.welcome, "bo@bo.test")
        #expect(try await world.send(from: "bo@bo.test", facts: .proving("bo.test")).last == "250 2.0.0")
        try await world.decide(.blocked, "ann@ann.test")
        #expect(try await world.send(from: "ann@ann.test").last == "550 5.7.1")
    }

    @Test func strangersMayBeWelcomeOrRefused() async throws {
        #expect(try await ContactWorld(strangers: .welcome).send(from: "x@y.test").last == "250 2.0.0")
        let world = try ContactWorld(strangers: .refuse)
        #expect(try await world.send(from: "x@y.test").last == "550 5.7.1")
        #expect(try await world.contact("x@y.test") == nil)
        try await world.decide(.welcome, "ann@ann.test")
        #expect(try await world.send(from: "b+1@list.test", author: "ann@ann.test", facts: facts).last == "250 2.0.0")
    }

    @Test func theFirstProvenDomainHasTheAddress() async throws {
        let world = try ContactWorld()
        try await world.policies.set(
            ScreeningPolicy(strangers: .firstDomain), for: "shop-*@our.test", of: ContactWorld.alice)
        let box = ["shop-x@our.test"]
        #expect(try await world.send(from: "a@ann.test", to: box).last == "550 5.7.1")
        #expect(try await world.send(from: "a@ann.test", to: box, facts: facts).last == "250 2.0.0")
        #expect(try await world.send(from: "b@evil.test", to: box, facts: .proving("evil.test")).last == "550 5.7.1")
        let below = Evidence.Facts.proving("mail.ann.test")
        #expect(try await world.send(from: "c@mail.ann.test", to: box, facts: below).last == "250 2.0.0")
        #expect(try await world.send(from: "a@ann.test", to: box).last == "550 5.7.1")
        // The domain may use this address, and no other of the owner's.
        #expect(try await world.send(from: "a@ann.test", facts: facts).last == "450 4.7.1")
        // Blocking the address ends it.
        try await world.decide(.blocked, "shop-x@our.test")
        #expect(try await world.send(from: "a@ann.test", to: box, facts: facts).last == "550 5.7.1")
    }

    @Test(
        "After the owner's patience comes what the policy says",
        arguments: [
            (ScreeningPolicy.Treatment.refuse, "550 5.7.1"), (.hold, "250 2.0.0"), (.welcome, "250 2.0.0"),
        ]) func unanswered(_ treatment: ScreeningPolicy.Treatment, _ reply: String) async throws
    {
        let world = try ContactWorld(policy: ScreeningPolicy(patience: 5, unanswered: treatment))
        #expect(try await world.send(from: "ann@ann.test").last == "450 4.7.1")
        world.clock.advance(by: 5 * Self.day - 1)
        #expect(try await world.send(from: "ann@ann.test").last == "450 4.7.1")
        world.clock.advance(by: 1)
        #expect(try await world.send(from: "ann@ann.test").last == reply)
        #expect(try await world.send(from: "ann@ann.test", facts: facts).last == reply)
        if treatment == .hold { #expect(world.witness.folders.last == ["alice": "New contacts"]) }
        try await world.decide(.welcome, "ann@ann.test", identity: Identity(.domain("ann.test")))
        #expect(try await world.send(from: "ann@ann.test", facts: facts).last == "250 2.0.0")
    }

    @Test func whoIsKnownToGoUnansweredIsToldAtRCPT() async throws {
        let world = try ContactWorld()
        try await world.send(from: "ann@ann.test", facts: facts)
        world.clock.advance(by: 6 * Self.day)
        #expect(try await world.send(from: "ann@ann.test", facts: facts) == ["250 2.1.0", "550 5.7.1"])
    }

    @Test func aClaimNeverRunsOutOfPatience() async throws {
        let world = try ContactWorld()
        try await world.decide(.welcome, "ann@ann.test")
        world.clock.advance(by: 100 * Self.day)
        #expect(try await world.send(from: "ann@ann.test").last == "450 4.7.1")
        let contact = try #require(try await world.contact("ann@ann.test"))
        try await world.desk.acceptClaim(contact, by: "test")
        #expect(try await world.send(from: "ann@ann.test").last == "250 2.0.0")
        #expect(try await world.send(from: "ann@ann.test", client: .ipv4([198, 51, 100, 1])).last == "450 4.7.1")
    }

    @Test func subjectsAreTakenOnlyIfThePolicySaysSo() async throws {
        let world = try ContactWorld(policy: ScreeningPolicy(takesSubject: false))
        try await world.send(from: "ann@ann.test")
        let request = try await world.contact("ann@ann.test")?.request
        #expect(request != nil)
        #expect(request?.subject == nil)
    }

    @Test func theMostSpecificPolicyCounts() async throws {
        let world = try ContactWorld(strangers: .refuse)
        let alice = ContactWorld.alice
        let book = PolicyBook(world.policies, standard: ScreeningPolicy(strangers: .refuse), clock: world.clock)
        try await world.policies.set(ScreeningPolicy(strangers: .ask), for: "", of: alice)
        try await world.policies.set(ScreeningPolicy(strangers: .hold), for: "al*@our.test", of: alice)
        try await world.policies.set(ScreeningPolicy(strangers: .grey), for: "a*", of: alice)
        try await world.policies.set(ScreeningPolicy(strangers: .welcome), for: "alice@our.test", of: alice)
        func strangers(_ address: String, _ owner: Owner = alice) async throws -> ScreeningPolicy.Treatment {
            try await book.policy(for: address, of: owner).strangers
        }
        #expect(try await strangers("alice@our.test") == .welcome)
        #expect(try await strangers("al@our.test") == .hold)
        #expect(try await strangers("ann@our.test") == .grey)
        #expect(try await strangers("x@our.test") == .ask)
        #expect(try await strangers("x@our.test", ContactWorld.bob) == .refuse)
        // A change is seen when the answer at hand is old.
        try await world.policies.set(nil, for: "alice@our.test", of: alice)
        world.clock.advance(by: PolicyBook.freshness)
        #expect(try await strangers("alice@our.test") == .hold)
    }
}
