import SMTP
import SamotopContacts
import SamotopCore
import SamotopTesting
import Testing

/// Names that nobody claimed in a domain whose owner wants to be asked about them.
@Suite("U15: new names") struct NewNameTests {
    let world: ContactWorld
    init() throws { world = try ContactWorld(strangers: .welcome) }

    /// All replies from RCPT on.
    private func send(_ name: String, from sender: String = "a@shop.test", client: UInt8 = 7) async throws -> [String] {
        Array(
            try await world.send(
                from: sender, to: ["\(name)@our.test"], facts: .proving("shop.test"),
                client: .ipv4([192, 0, client, 7])
            ).dropFirst())
    }

    @Test(
        "A new name is listed under its own address; welcome, it gets mail; blocked, it is as unknown as one that isn't there"
    )
    func deciding() async throws {
        #expect(try await send("new-1") == ["450 4.7.1"])
        #expect(try await send("New-1") == ["450 4.7.1"])
        let contact = try #require(try await world.contact("new-1@our.test"))
        #expect(contact.state == .waiting && contact.attempts == 2 && contact.request?.isNewName == true)
        #expect(contact.request?.reversePath == "a@shop.test" && contact.request?.recipient == "new-1@our.test")
        try await world.decide(.welcome, "new-1@our.test")
        #expect(try await send("new-1") == ["250 2.1.5", "250 2.0.0"])
        try await world.decide(.blocked, "new-1@our.test")
        #expect(try await send("new-1") == ["550 5.1.1"])
        #expect(try await send("no-such") == ["550 5.1.1"])
        // Other addresses of hers aren't asked about.
        #expect(try await send("alice") == ["250 2.1.5", "250 2.0.0"])
    }

    @Test("Welcoming a name welcomes nobody who writes in that name")
    func spoofing() async throws {
        let world = try ContactWorld(strangers: .ask)
        _ = try await world.send(from: "new-1@our.test", to: ["new-1@our.test"])
        try await world.decide(.welcome, "new-1@our.test")
        let replies = try await world.send(from: "new-1@our.test", to: ["alice@our.test"])
        #expect(replies.last == "450 4.7.1")
        #expect(try await world.contact("new-1@our.test")?.identity.anchor == .local)
    }

    @Test("Who is welcome already isn't held up by a new name, and it isn't listed")
    func welcome() async throws {
        try await world.decide(.welcome, "a@shop.test", identity: Identity(.domain("shop.test"), proofs: [.spf]))
        #expect(try await send("new-1") == ["250 2.1.5", "250 2.0.0"])
        #expect(try await world.contact("new-1@our.test") == nil)
    }

    @Test("What only looks like a pass doesn't spare a new name the question; a pass that its owner gave does")
    func passes() async throws {
        #expect(try await send("new-1+pass-x") == ["450 4.7.1"])
        #expect(try await world.contact("new-1@our.test")?.state == .waiting)
        let desk = PassDesk(world.passes, clock: world.clock)
        let word = try #require(Pass.Word("fish"))
        _ = try await desk.make(.phrase, word: word, of: ContactWorld.alice)
        #expect(try await send("new-1+pass-fish") == ["250 2.1.5", "250 2.0.0"])
        _ = try await desk.revoke(word, of: ContactWorld.alice)
        #expect(try await send("new-1+pass-fish", from: "b@other.test") == ["450 4.7.1"])
    }

    @Test("Of several owners one's welcome is enough, and all who know the name must block it")
    func several() async throws {
        #expect(try await send("new-2") == ["450 4.7.1"])
        for owner in [ContactWorld.alice, ContactWorld.bob] {
            #expect(try await world.contact("new-2@our.test", of: owner)?.state == .waiting)
        }
        try await world.decide(.blocked, "new-2@our.test")
        #expect(try await send("new-2") == ["450 4.7.1"])
        try await world.decide(.blocked, "new-2@our.test", of: ContactWorld.bob)
        #expect(try await send("new-2") == ["550 5.1.1"])
        try await world.decide(.welcome, "new-2@our.test", of: ContactWorld.bob)
        #expect(try await send("new-2") == ["250 2.1.5", "250 2.0.0"])
    }

    @Test("Unanswered for longer than the owner's patience, a name is refused; too many are postponed and not listed")
    func bounded() async throws {
        #expect(try await send("new-1") == ["450 4.7.1"])
        world.clock.advance(by: 5 * 86_400 + 1)
        #expect(try await send("new-1") == ["550 5.1.1"])
        var settings = ScreeningSettings()
        settings.limits.perDomain = 1
        let narrow = try ContactWorld(strangers: .welcome, settings: settings)
        for name in ["new-1", "new-2"] {
            #expect(try await narrow.send(from: "a@shop.test", to: ["\(name)@our.test"]).last == "450 4.7.1")
        }
        #expect(try await narrow.contact("new-1@our.test") != nil)
        #expect(try await narrow.contact("new-2@our.test") == nil)
    }

    @Test("U03: a stranger is answered for a name that nobody has as for one that somebody has")
    func hiding() async throws {
        let world = try ContactWorld(strangers: .ask)
        var answers: [[String]] = []
        for (number, name) in ["alice", "new-1"].enumerated() {
            answers.append(
                try await world.send(
                    from: "a@shop\(number).test", to: ["\(name)@our.test"], facts: .proving("shop\(number).test")))
        }
        #expect(answers[0] == answers[1] && answers[0].last == "450 4.7.1")
        // The name is listed once, and not who wrote to it.
        #expect(try await world.contact("new-1@our.test")?.attempts == 1)
        #expect(try await world.contact("a@shop1.test") == nil)
        try await world.decide(.welcome, "new-1@our.test")
        _ = try await world.send(from: "a@shop1.test", to: ["new-1@our.test"], facts: .proving("shop1.test"))
        #expect(try await world.contact("a@shop1.test")?.state == .waiting)
    }

    @Test("U03: who writes again is answered for both alike, too")
    func hidingAgain() async throws {
        let world = try ContactWorld(strangers: .ask, hidesNames: true)
        var answers: [String: [[String]]] = [:]
        for _ in 0..<3 {
            for (sender, name) in [("a@shop.test", "alice"), ("a@store.test", "new-1")] {
                let domain = String(sender.dropFirst(2))
                let replies = try await world.send(
                    from: sender, to: ["\(name)@our.test"], facts: .proving(domain))
                answers[name, default: []].append(replies)
            }
        }
        let asked = ["250 2.1.0", "250 2.1.5", "450 4.7.1"]
        #expect(answers["alice"] == [asked, asked, asked] && answers["new-1"] == answers["alice"])
        #expect(try await world.contact("a@shop.test")?.attempts == 3)
    }

    @Test("A message for a new name and for another of the same owner waits once, and the sender is asked about")
    func together() async throws {
        let world = try ContactWorld(strangers: .ask)
        let replies = try await world.send(
            from: "a@shop.test", to: ["new-1@our.test", "alice@our.test"], facts: .proving("shop.test"))
        #expect(replies.last == "450 4.7.1")
        #expect(try await world.contact("a@shop.test")?.state == .waiting)
    }
}
