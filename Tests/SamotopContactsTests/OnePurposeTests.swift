import SMTP
import SamotopContacts
import SamotopCore
import SamotopTesting
import Testing

/// Addresses that belong to the first domain that uses them.
@Suite("U14: addresses for one purpose") struct OnePurposeTests {
    let world: ContactWorld
    let desk: PassDesk
    private let alice = ContactWorld.alice
    init() throws {
        world = try ContactWorld()
        desk = PassDesk(world.passes, clock: world.clock)
    }

    private func make(_ kind: Pass.Kind, domain: String? = nil, expires: Int64? = nil) async throws -> Pass.Word {
        let end = expires.map { Timestamp(seconds: ContactWorld.start + $0) }
        return try #require(try await desk.make(kind, expires: end, domain: domain, of: alice)).word
    }

    /// The last reply, and whether it was RCPT's.
    private func send(_ word: Pass.Word, from sender: String, _ facts: Evidence.Facts? = nil) async throws -> String {
        let domain = String(sender.split(separator: "@")[1])
        let replies = try await world.send(
            from: sender, to: ["alice+pass-\(word.text)@our.test"], facts: facts ?? .proving(domain))
        return "\(replies.count == 2 ? "RCPT" : "DATA") \(replies.last ?? "")"
    }

    @Test("The first domain has the address for itself, as often as it likes, and is welcome nowhere else by it")
    func firstDomain() async throws {
        let word = try await make(.address)
        #expect(try await send(word, from: "a@shop.test", .nothing) == "DATA 550 5.7.1")
        #expect(try await send(word, from: "a@shop.test") == "DATA 250 2.0.0")
        #expect(try await send(word, from: "b@mail.shop.test") == "DATA 250 2.0.0")
        #expect(try await send(word, from: "c@evil.test") == "DATA 550 5.7.1")
        #expect(try await world.contact("a@shop.test") == nil)
        #expect(try await world.send(from: "a@shop.test", facts: .proving("shop.test")).last == "450 4.7.1")
        let pass = try #require(try await world.passes.pass(word, of: alice))
        #expect(pass.domain == "shop.test" && pass.uses == 2)
    }

    @Test("An address for a domain is that domain's from the start")
    func forDomain() async throws {
        let word = try await make(.address, domain: "shop.test")
        #expect(try await send(word, from: "c@evil.test") == "DATA 550 5.7.1")
        #expect(try await send(word, from: "a@shop.test") == "DATA 250 2.0.0")
    }

    @Test("A single-use address takes one domain's message, and its tries for a day; then it is unknown")
    func single() async throws {
        let word = try await make(.single)
        #expect(try await send(word, from: "a@shop.test") == "DATA 250 2.0.0")
        #expect(try await send(word, from: "c@evil.test") == "DATA 550 5.7.1")
        world.clock.advance(by: Pass.grace - 1)
        #expect(try await send(word, from: "a@shop.test") == "DATA 250 2.0.0")
        world.clock.advance(by: 1)
        #expect(try await send(word, from: "a@shop.test") == "RCPT 550 5.1.1")
    }

    @Test(
        "Revoked or expired, an address is refused as unknown, to its domain and to whom is welcome, too")
    func ended() async throws {
        let unknown = try await world.send(from: "a@shop.test", to: ["no-such@our.test"], facts: .proving("shop.test"))
        try await world.decide(.welcome, "friend@pal.test", identity: Identity(.domain("pal.test"), proofs: [.spf]))
        let (expiring, revoked) = (try await make(.address, expires: 100), try await make(.address))
        #expect(try await send(expiring, from: "a@shop.test") == "DATA 250 2.0.0")
        world.clock.advance(by: 100)
        try await desk.revoke(revoked, of: alice)
        for word in [expiring, revoked] {
            for sender in ["a@shop.test", "friend@pal.test"] {
                #expect(try await send(word, from: sender) == "RCPT \(unknown.last ?? "")", "\(sender)")
            }
        }
        try await desk.restore(revoked, of: alice)
        #expect(try await send(revoked, from: "a@shop.test") == "DATA 250 2.0.0")
    }

    @Test("Who is welcome needs no address, and takes none away; of two domains at once one has it")
    func race() async throws {
        try await world.decide(.welcome, "friend@pal.test", identity: Identity(.domain("pal.test"), proofs: [.spf]))
        let word = try await make(.address)
        #expect(try await send(word, from: "friend@pal.test") == "DATA 250 2.0.0")
        #expect(try await world.passes.pass(word, of: alice)?.domain == nil)
        let passes = world.passes
        let owner = alice
        try await withThrowingTaskGroup { group in
            for number in 0..<20 {
                group.addTask {
                    _ = try await passes.change(word, of: owner) { pass in
                        var pass = pass
                        _ = pass?.use(by: "d\(number % 2).test", at: Timestamp(seconds: ContactWorld.start))
                        return pass
                    }
                }
            }
            try await group.waitForAll()
        }
        let pass = try #require(try await world.passes.pass(word, of: alice))
        #expect(pass.uses == 10 && pass.domain?.hasPrefix("d") == true)
    }
}
