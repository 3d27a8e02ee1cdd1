import SamotopCore
import SamotopTesting
import Testing

@testable import SamotopContacts

/// Notes without a decision.
@Suite struct NoteTests {
    let world: ContactWorld
    private let alice = ContactWorld.alice
    init() throws { world = try ContactWorld() }

    @discardableResult
    private func annotate(_ address: String, _ note: String) async throws -> Contact? {
        let correspondent = try #require(Correspondent(reading: Array(address.utf8)))
        return try await world.desk.annotate(correspondent, of: alice, note: note, by: "command")
    }

    @Test("A decided contact keeps its decision, maker and time, and gets another note") func decided() async throws {
        try await world.decide(.blocked, "ann@ann.test")
        let before = try #require(try await world.contact("ann@ann.test")?.decision)
        world.clock.advance(by: 500)
        try await annotate("Ann@Ann.test", "sells watches")
        let after = try #require(try await world.contact("ann@ann.test")?.decision)
        #expect(
            after
                == ContactDecision(
                    previous: before.previous, state: before.state, maker: before.maker, time: before.time,
                    note: "sells watches"))
        let undone = try await world.desk.undo(
            try #require(try await world.contact("ann@ann.test")).id, of: alice, by: "page")
        #expect(undone?.state == before.previous)
    }

    @Test("Who waits goes on waiting, for as long as without the note, and isn't decided about") func waiting()
        async throws
    {
        try await world.send(from: "bo@bo.test", facts: .proving("bo.test"))
        let before = try #require(try await world.contact("bo@bo.test"))
        world.clock.advance(by: 3 * 86_400)
        try await annotate("bo@bo.test", "from the fair")
        let noted = try #require(try await world.contact("bo@bo.test"))
        #expect(noted.state == .waiting && noted.note == "from the fair" && noted.earlyNote?.maker == "command")
        #expect(RetryClock(noted) == RetryClock(before))
        #expect(try await world.send(from: "bo@bo.test", facts: .proving("bo.test")).last == "450 4.7.1")
        // Decided without another note, it keeps this one.
        try await world.desk.decide(.welcome, about: noted.correspondent, of: alice, by: "page")
        let welcome = try #require(try await world.contact("bo@bo.test"))
        #expect(welcome.note == "from the fair" && welcome.earlyNote == nil && welcome.decision?.previous == .waiting)
    }

    @Test("An empty note takes the earlier one away; nothing is left of it") func empty() async throws {
        try await world.send(from: "bo@bo.test", facts: .proving("bo.test"))
        try await annotate("bo@bo.test", "x")
        try await annotate("bo@bo.test", "y")
        #expect(try await world.contact("bo@bo.test")?.note == "y")
        try await annotate("bo@bo.test", "")
        #expect(try await world.contact("bo@bo.test")?.decision == nil)
    }

    @Test("A decision with its own note replaces the earlier one; a decision's note isn't kept for the next")
    func replaced()
        async throws
    {
        try await world.send(from: "bo@bo.test", facts: .proving("bo.test"))
        try await annotate("bo@bo.test", "early")
        let correspondent = try #require(try await world.contact("bo@bo.test")).correspondent
        try await world.desk.decide(.welcome, about: correspondent, of: alice, by: "page", note: "own")
        #expect(try await world.contact("bo@bo.test")?.note == "own")
        try await world.desk.decide(.blocked, about: correspondent, of: alice, by: "page")
        #expect(try await world.contact("bo@bo.test")?.note == "")
    }

    @Test("It is bounded, recorded when it changes, and of nobody else's contacts") func bounds() async throws {
        #expect(try await annotate("nobody@no.test", "x") == nil)
        try await world.decide(.welcome, "ann@ann.test")
        try await annotate("ann@ann.test", String(repeating: "é", count: 600))
        #expect(try await world.contact("ann@ann.test")?.note.count == 500)
        let contact = try #require(try await world.contact("ann@ann.test"))
        let desk = ContactDesk(world.store, audit: MemoryAuditStore(), clock: world.clock)
        for note in ["first", "same", "same"] {
            try await desk.annotate(contact.correspondent, of: alice, note: note, by: "command")
        }
        let noted = try await desk.history(of: contact).filter { $0.verdict == "noted" }
        #expect(noted.count == 2 && noted.first?.cause == "same" && noted.first?.judge == "command")
        let correspondent = contact.correspondent
        #expect(try await world.desk.annotate(correspondent, of: ContactWorld.bob, note: "x", by: "page") == nil)
    }

    @Test("A list that is imported takes no note away") func imported() async throws {
        try await world.send(from: "bo@bo.test", facts: .proving("bo.test"))
        try await annotate("bo@bo.test", "early")
        _ = try await world.desk.apply(ContactImport(text: Array("bo@bo.test".utf8)).entries, of: alice)
        #expect(try await world.contact("bo@bo.test")?.state == .welcome)
        #expect(try await world.contact("bo@bo.test")?.note == "early")
    }
}
