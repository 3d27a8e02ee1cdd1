import SMTP
import SamotopContacts
import SamotopCore
import SamotopTesting
import Testing

/// Answers as if it were asked before the pass was used.
private struct StalePassStore: PassStore {
    let store: any PassStore
    let answer: Pass

    func passes(of owner: Owner) async throws -> [Pass] { [answer] }
    func pass(_ word: Pass.Word, of owner: Owner) async throws -> Pass? { answer }
    func change(_ word: Pass.Word, of owner: Owner, _ change: @Sendable @escaping (Pass?) -> Pass?) async throws
        -> Pass?
    {
        try await store.change(word, of: owner, change)
    }
    func expire(before moment: Timestamp) async throws -> Int { 0 }
}

/// Words that owners give beforehand.
@Suite struct PassTests {
    let world: ContactWorld
    let desk: PassDesk
    private let alice = ContactWorld.alice
    init() throws {
        world = try ContactWorld()
        desk = PassDesk(world.passes, clock: world.clock)
    }

    @discardableResult
    private func send(_ word: String, from sender: String, _ facts: Evidence.Facts? = nil) async throws -> String? {
        let domain = String(sender.split(separator: "@")[1])
        return try await world.send(
            from: sender, to: ["alice+pass-\(word)@our.test"], facts: facts ?? .proving(domain)
        ).last
    }

    @Test func aSinglePassIsUsedUp() async throws {
        let pass = try #require(try await desk.make(.once, note: "the shop", of: alice))
        #expect(pass.word.text.count == 10)
        #expect(try await send(pass.word.text.uppercased(), from: "a@shop.test") == "250 2.0.0")
        let contact = try #require(try await world.contact("a@shop.test"))
        #expect(contact.state == .welcome)
        #expect(contact.identity.isProven)
        #expect(contact.decision?.maker == "policy")
        #expect(try await send(pass.word.text, from: "b@evil.test") == "450 4.7.1")
        // Who used it is welcome now, with the pass and without.
        #expect(try await send(pass.word.text, from: "a@shop.test") == "250 2.0.0")
        #expect(try await world.send(from: "a@shop.test", facts: .proving("shop.test")).last == "250 2.0.0")
        #expect(try await world.passes.pass(pass.word, of: alice)?.uses == 1)
    }

    @Test func aPhraseStaysUntilItEndsOrIsRevoked() async throws {
        let word = try #require(Pass.Word("spring"))
        let until = Timestamp(seconds: ContactWorld.start + 100)
        _ = try await desk.make(.phrase, word: word, expires: until, of: alice)
        #expect(try await desk.make(.phrase, word: word, of: alice) == nil)
        #expect(try await send("spring", from: "a@a.test") == "250 2.0.0")
        #expect(try await send("spring", from: "b@b.test") == "250 2.0.0")
        #expect(try await world.passes.pass(word, of: alice)?.uses == 2)
        world.clock.advance(by: 100)
        #expect(try await send("spring", from: "c@c.test") == "450 4.7.1")
        let other = try #require(try await desk.make(.phrase, of: alice))
        #expect(try await send(other.word.text, from: "d@d.test") == "250 2.0.0")
        try await desk.revoke(other.word, of: alice)
        #expect(try await send(other.word.text, from: "e@e.test") == "450 4.7.1")
    }

    @Test("What was revoked lets in again when that is taken back; what was used stays used") func restored()
        async throws
    {
        let word = try #require(Pass.Word("spring"))
        let made = try #require(try await desk.make(.once, word: word, of: alice))
        world.clock.advance(by: 10)
        try await desk.revoke(word, of: alice)
        #expect(try await desk.restore(word, of: ContactWorld.bob) == nil)
        #expect(try await send("spring", from: "a@a.test") == "450 4.7.1")
        #expect(try await desk.restore(word, of: alice) == made)
        #expect(try await send("spring", from: "b@b.test") == "250 2.0.0")
        try await desk.revoke(word, of: alice)
        let used = try await desk.restore(word, of: alice)
        #expect(used?.isValid(at: world.clock.now()) == false && used?.uses == 1)
    }

    @Test("That a pass was made is taken back: nobody used it, and it is gone; somebody did, and it ends")
    func withdrawn()
        async throws
    {
        let words = try ["unused", "used"].map { try #require(Pass.Word($0)) }
        for word in words { _ = try await desk.make(.phrase, word: word, of: alice) }
        #expect(try await send("used", from: "a@a.test") == "250 2.0.0")
        world.clock.advance(by: 10)
        #expect(try await desk.withdraw(words[0], of: ContactWorld.bob) == nil)
        #expect(try await desk.withdraw(words[0], of: alice) == nil)
        #expect(try await desk.withdraw(words[1], of: alice)?.revoked == world.clock.now())
        #expect(try await desk.passes(of: alice).map(\.word) == [words[1]])
        #expect(try await send("used", from: "b@b.test") == "450 4.7.1")
    }

    @Test("A contact tells by which pass it came, until its owner decides or notes something") func cameBy()
        async throws
    {
        _ = try await desk.make(.phrase, word: Pass.Word("spring-24"), of: alice)
        try await send("SPRING-24", from: "a@a.test")
        try await send("spring-24", from: "b@b.test")
        #expect(try await world.contact("a@a.test")?.usedPass == Pass.Word("spring-24"))
        try await world.decide(.blocked, "a@a.test")
        #expect(try await world.contact("a@a.test")?.usedPass == nil)
        let correspondent = try #require(try await world.contact("b@b.test")).correspondent
        try await world.desk.annotate(correspondent, of: alice, note: "Bea", by: "page")
        #expect(try await world.contact("b@b.test")?.usedPass == nil)
        try await world.desk.decide(.welcome, about: correspondent, of: alice, by: "page", note: "pass spring-24")
        #expect(try await world.contact("b@b.test")?.usedPass == nil)
    }

    @Test("The address to hand out is one that is read as the pass again; one that would be too long is none")
    func address() throws {
        let word = try #require(Pass.Word("ab-1"))
        for address in ["alice@our.test", "al+ice@our.test", "\"a b\"@our.test", "Al@[192.0.2.1]"] {
            let text = try #require(PassAddress.text(word, at: address))
            let read = try #require(Mailbox(text).flatMap { PassAddress($0) })
            #expect(read.word == word && read.mailbox == Mailbox(address))
        }
        #expect(PassAddress.text(word, at: "alice@our.test") == "alice+pass-ab-1@our.test")
        #expect(PassAddress.text(word, at: String(repeating: "a", count: 54) + "@our.test") != nil)
        #expect(PassAddress.text(word, at: String(repeating: "a", count: 55) + "@our.test") == nil)
        for none in ["", "alice", "@our.test", "alice@", "a b@our.test"] {
            #expect(PassAddress.text(word, at: none) == nil)
        }
    }

    @Test func aPassIsItsOwnersAlone() async throws {
        let pass = try #require(try await desk.make(.phrase, of: ContactWorld.bob))
        #expect(try await send(pass.word.text, from: "a@a.test") == "450 4.7.1")
        #expect(try await send("", from: "a@a.test") == "550 5.1.1")
        #expect(try await world.send(from: "a@a.test", to: ["nobody+pass-x@our.test"]).last == "550 5.1.1")
    }

    @Test("Where somebody gets what nobody claimed, an address with a pass is whose it is without")
    func unclaimed() async throws {
        let box = MemoryMailboxes([
            "ann@our.test": ["ann"], "ann+pass-fish@our.test": ["bob"], "madeup+pass-fish@our.test": ["bob"],
            "madeup@our.test": ["bob"], "gone+pass-fish@our.test": ["bob"],
        ])
        let unclaimed = Set(
            ["ann+pass-fish@our.test", "madeup+pass-fish@our.test", "madeup@our.test", "gone+pass-fish@our.test"]
                .compactMap { Mailbox($0) })
        let agent = PassAddresses(around: box) { unclaimed.contains($0) }
        for (name, owner) in [("ann", "ann"), ("madeup", "bob"), ("gone", "bob")] {
            let path = ForwardPath.mailbox(try #require(Mailbox("\(name)+pass-fish@our.test")))
            #expect(try await agent.resolve(path) == .destinations([.mailbox(owner)]), "\(name)")
        }
    }

    @Test func aPassNeitherLiftsABlockNorWeakensABinding() async throws {
        let pass = try #require(try await desk.make(.phrase, of: alice))
        try await world.decide(.blocked, "eve@evil.test")
        #expect(try await send(pass.word.text, from: "eve@evil.test") == "550 5.7.1")
        try await world.decide(.welcome, "ann@ann.test")
        #expect(try await send(pass.word.text, from: "ann@ann.test", .nothing) == "250 2.0.0")
        #expect(try await world.contact("ann@ann.test")?.identity == Identity(.domain("ann.test")))
        #expect(try await world.send(from: "ann@ann.test").last == "450 4.7.1")
    }

    @Test func ofManyAtOnceASinglePassLetsInOne() async throws {
        let pass = try #require(try await desk.make(.once, of: alice))
        let worlds = world
        let count = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let mailbox = "alice+pass-\(pass.word.text)@our.test"
                    return (try? await worlds.send(from: "u\(number)@u.test", to: [mailbox]).last) == "250 2.0.0"
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(count == 1)
    }

    @Test func whoReadThePassBeforeAnotherUsedItComesTooLate() async throws {
        let pass = try #require(try await desk.make(.once, of: alice))
        let stale = StalePassStore(store: world.passes, answer: pass)
        let late = try ContactWorld(passes: stale)
        let box = ["alice+pass-\(pass.word.text)@our.test"]
        #expect(try await late.send(from: "a@a.test", to: box, facts: .proving("a.test")).last == "250 2.0.0")
        #expect(try await late.send(from: "b@b.test", to: box, facts: .proving("b.test")).last == "450 4.7.1")
        #expect(try await world.passes.pass(pass.word, of: alice)?.uses == 1)
    }

    @Test func whatIsNoPassIsNone() {
        for text in ["+pass-x@our.test", "alice+pass-@our.test", "alice+pass-a.b@our.test", "alice+pas-x@our.test"] {
            #expect(Mailbox(text).flatMap { PassAddress($0) } == nil)
        }
        let address = Mailbox("al+ice+PASS-Ab-1@our.test").flatMap { PassAddress($0) }
        #expect(address?.word.text == "ab-1")
        #expect(address?.mailbox == Mailbox("al+ice@our.test"))
    }
}
