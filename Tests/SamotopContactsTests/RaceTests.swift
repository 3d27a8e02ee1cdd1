import SMTP
import SamotopContacts
import SamotopCore
import SamotopTesting
import Synchronization
import Testing

/// A folder of held messages in memory.
final class MemoryHeldMail: HeldMail {
    private let state = Mutex<(held: Set<String>, inbox: [String], discarded: [String])>(([], [], []))

    func arrive(_ envelope: String) { state.withLock { _ = $0.held.insert(envelope) } }
    var inbox: [String] { state.withLock { $0.inbox } }
    var held: Set<String> { state.withLock { $0.held } }
    var discarded: [String] { state.withLock { $0.discarded } }

    func release(_ envelopes: [String], of owner: Owner) async throws -> Int {
        state.withLock { state in
            let moved = envelopes.filter { state.held.remove($0) != nil }
            state.inbox += moved
            return moved.count
        }
    }

    func discard(_ envelopes: [String], of owner: Owner) async throws -> Int {
        state.withLock { state in
            let removed = envelopes.filter { state.held.remove($0) != nil }
            state.discarded += removed
            return removed.count
        }
    }

    func content(of envelope: String, of owner: Owner, limit: Int) async throws -> [UInt8]? { nil }
}

@Suite struct RaceTests {
    private let world: ContactWorld
    private let held = MemoryHeldMail()
    private let desk: ContactDesk
    private let ann: Correspondent
    private let alice = ContactWorld.alice

    init() throws {
        world = try ContactWorld(strangers: .hold)
        desk = ContactDesk(world.contacts, held: held, clock: world.clock)
        ann = try #require(ContactWorld.correspondent("ann@ann.test"))
    }

    @Test("W10: a double click moves held mail once, and can be undone") func doubleClick() async throws {
        try await world.send(from: "ann@ann.test", facts: .proving("ann.test"))
        let envelope = try #require(world.box.delivered.first?.id)
        held.arrive(envelope)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10 {
                group.addTask { [desk, ann, alice] in
                    _ = try? await desk.decide(.welcome, about: ann, of: alice, by: "page")
                }
            }
        }
        #expect(held.inbox == [envelope])
        let contact = try #require(try await world.contact("ann@ann.test"))
        #expect(contact.request?.held == [])
        #expect(try await desk.undo(contact.id, of: alice, by: "page")?.state == .waiting)
    }

    @Test("W10: whoever is faster, the mail is in one place") func approveAndBlock() async throws {
        for _ in 0..<50 {
            try await world.send(from: "ann@ann.test", facts: .proving("ann.test"))
            let envelope = try #require(world.box.delivered.last?.id)
            held.arrive(envelope)
            await withTaskGroup(of: Void.self) { group in
                for state in [Contact.State.welcome, .blocked] {
                    group.addTask { [desk, ann, alice] in
                        _ = try? await desk.decide(state, about: ann, of: alice, by: "page")
                    }
                }
                group.addTask { [desk, ann, alice] in
                    _ = try? await desk.forget(ann, of: alice, by: "page")
                }
            }
            let places = [held.inbox, held.discarded, Array(held.held)].map { $0.filter { $0 == envelope }.count }
            #expect(places.reduce(0, +) == 1)
            _ = try await desk.forget(ann, of: alice, by: "page")
        }
    }

    @Test("W10: a message on its way when its sender is decided about isn't left behind") func onItsWay() async throws {
        try await world.send(from: "ann@ann.test", facts: .proving("ann.test"))
        let envelope = try #require(world.box.delivered.first?.id)
        _ = try await desk.decide(.welcome, about: ann, of: alice, by: "page")
        held.arrive(envelope)
        try await desk.settle(world.arrivals)
        #expect(held.inbox == [])
        world.clock.advance(by: 61)
        try await desk.settle(world.arrivals)
        #expect(held.inbox == [envelope])
    }

    @Test("W10: forgetting while the sender tries again leaves one contact or none") func forgetWhileFiling()
        async throws
    {
        for _ in 0..<50 {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { [world] in _ = try? await world.send(from: "ann@ann.test") }
                group.addTask { [desk, ann, alice] in _ = try? await desk.forget(ann, of: alice, by: "page") }
            }
            let counts = try await world.store.counts(of: alice)
            #expect(counts[.waiting, default: 0] <= 1)
        }
    }

    @Test func anAnswerReadBeforeAChangeIsNotKept() async throws {
        // Someone else's change is seen after the next look at the version; one's own at once.
        #expect(try await world.contacts.contacts(of: alice, about: [ann]) == [])
        _ = try await ContactDesk(world.store).decide(.welcome, about: ann, of: alice, by: "other process")
        #expect(try await world.contacts.contacts(of: alice, about: [ann]) == [])
        try await world.contacts.refresh()
        #expect(try await world.contacts.contacts(of: alice, about: [ann]).first?.state == .welcome)
        _ = try await desk.decide(.blocked, about: ann, of: alice, by: "page")
        #expect(try await world.contacts.contacts(of: alice, about: [ann]).first?.state == .blocked)
    }

    @Test func writingToSomeoneWelcomesThem() async throws {
        let mailbox = try #require(Mailbox("Ann@ann.test"))
        try await world.decide(.blocked, "eve@evil.test")
        let eve = try #require(Mailbox("eve@evil.test"))
        #expect(try await desk.welcomeCorrespondents([mailbox, mailbox, eve], of: alice) == 1)
        #expect(try await world.contact("ann@ann.test")?.state == .welcome)
        #expect(try await world.contact("eve@evil.test")?.state == .blocked)
        #expect(try await world.send(from: "ann@ann.test", facts: .proving("ann.test")).last == "250 2.0.0")
        #expect(world.witness.folders.last == [:])
    }
}
