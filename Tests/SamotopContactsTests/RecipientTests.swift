import SamotopContacts
import SamotopCore
import SamotopTesting
import Testing

/// Several recipients, several owners.
@Suite struct RecipientTests {
    let world: ContactWorld
    init() throws { world = try ContactWorld() }
    private let facts = Evidence.Facts.proving("ann.test")
    private let both = ["alice@our.test", "bob@our.test"]

    @Test func whoMayBeAnsweredDifferentlyIsToBeSentToSeparately() async throws {
        #expect(
            try await world.send(from: "ann@ann.test", to: both) == [
                "250 2.1.0", "250 2.1.5", "452 4.5.3", "450 4.7.1",
            ])
        try await world.decide(.welcome, "ann@ann.test")
        #expect(
            try await world.send(from: "ann@ann.test", to: both, facts: facts)
                == ["250 2.1.0", "250 2.1.5", "452 4.5.3", "250 2.0.0"])
        #expect(
            try await world.send(from: "ann@ann.test", to: both.reversed(), facts: facts)
                == ["250 2.1.0", "250 2.1.5", "452 4.5.3", "450 4.7.1"])
        #expect(world.box.delivered.map(\.mailbox) == ["alice"])
        try await world.decide(.welcome, "ann@ann.test", of: ContactWorld.bob)
        #expect(
            try await world.send(from: "ann@ann.test", to: both, facts: facts)
                == ["250 2.1.0", "250 2.1.5", "250 2.1.5", "250 2.0.0"])
        #expect(world.box.delivered.map(\.mailbox) == ["alice", "alice", "bob"])
    }

    @Test func recipientsOfTheSameOwnerGoAlong() async throws {
        let replies = try await world.send(from: "ann@ann.test", to: ["alice@our.test", "al@our.test"])
        #expect(replies == ["250 2.1.0", "250 2.1.5", "250 2.1.5", "450 4.7.1"])
    }

    @Test func addressesWithAnotherPolicyDoNot() async throws {
        try await world.policies.set(ScreeningPolicy(strangers: .welcome), for: "al@our.test", of: ContactWorld.alice)
        let replies = try await world.send(from: "ann@ann.test", to: ["alice@our.test", "al@our.test"])
        #expect(replies == ["250 2.1.0", "250 2.1.5", "452 4.5.3", "450 4.7.1"])
    }

    @Test func aBlockedSenderIsRefusedForItsRecipientOnly() async throws {
        try await world.decide(.blocked, "ann@ann.test")
        try await world.decide(.welcome, "ann@ann.test", of: ContactWorld.bob)
        #expect(
            try await world.send(from: "ann@ann.test", to: both, facts: facts)
                == ["250 2.1.0", "550 5.7.1", "250 2.1.5", "250 2.0.0"])
        #expect(world.box.delivered.map(\.mailbox) == ["bob"])
    }

    @Test func ofSeveralOwnersOnesWelcomeIsEnough() async throws {
        let team = ["team@our.test"]
        #expect(try await world.send(from: "ann@ann.test", to: team, facts: facts).last == "450 4.7.1")
        #expect(try await world.contact("ann@ann.test")?.state == .waiting)
        #expect(try await world.contact("ann@ann.test", of: ContactWorld.bob)?.state == .waiting)
        try await world.decide(.blocked, "ann@ann.test")
        #expect(try await world.send(from: "ann@ann.test", to: team, facts: facts).last == "450 4.7.1")
        try await world.decide(.blocked, "ann@ann.test", of: ContactWorld.bob)
        #expect(try await world.send(from: "ann@ann.test", to: team, facts: facts).last == "550 5.7.1")
        try await world.decide(.welcome, "ann@ann.test", of: ContactWorld.bob)
        #expect(try await world.send(from: "ann@ann.test", to: team, facts: facts).last == "250 2.0.0")
        #expect(world.box.delivered.map(\.mailbox).sorted() == ["alice", "bob"])
    }

    @Test func blockedByAllWhoKnowItIsBlocked() async throws {
        try await world.decide(.blocked, "ann@ann.test")
        #expect(try await world.send(from: "ann@ann.test", to: ["team@our.test"]).last == "550 5.7.1")
    }

    @Test func whoIsWelcomeToBothButHasABlockedAuthorIsKeptApartForOne() async throws {
        for owner in [ContactWorld.alice, ContactWorld.bob] {
            try await world.decide(.welcome, "ann@ann.test", of: owner)
        }
        try await world.decide(.blocked, "eve@evil.test")
        let replies = try await world.send(from: "ann@ann.test", to: both, author: "eve@evil.test", facts: facts)
        #expect(replies == ["250 2.1.0", "250 2.1.5", "250 2.1.5", "250 2.0.0"])
        #expect(world.witness.folders == [["alice": "New contacts"]])
        try await world.decide(.blocked, "eve@evil.test", of: ContactWorld.bob)
        #expect(
            try await world.send(from: "ann@ann.test", to: both, author: "eve@evil.test", facts: facts).last
                == "550 5.7.1")
    }

    @Test func foldersAreForgottenWithTheirMessage() async throws {
        try await world.policies.set(ScreeningPolicy(strangers: .hold), for: "", of: ContactWorld.alice)
        world.evidence.set(facts)
        let connection = await MemoryConnection(world.mail)
        let lines = [
            "EHLO a.test", "MAIL FROM:<ann@ann.test>", "RCPT TO:<alice@our.test>", "DATA",
            "From: ann@ann.test\r\n\r\n.",
        ]
        for line in lines { try await connection.send(Array("\(line)\r\n".utf8)) }
        try await world.decide(.welcome, "ann@ann.test")
        for line in lines.dropFirst() { try await connection.send(Array("\(line)\r\n".utf8)) }
        #expect(world.witness.folders == [["alice": "New contacts"], [:]])
    }
}
