import SamotopContacts
import SamotopDelivery
import SamotopTesting
import Testing

@testable import SamotopContactFolders

/// The server is killed at any step: the next one finishes what was begun, once.
@Suite("Stops", .timeLimit(.minutes(10))) struct StopTests {
    private let stranger = "eve@out.test"

    /// A look that stops at a call of the store; true when it came to its end.
    private func look(_ home: Home, stoppingAfter calls: Int) async throws -> Bool {
        try await look(home, StoppingStore(home.store, after: calls))
    }

    private func look(_ home: Home, _ store: StoppingStore) async throws -> Bool {
        let held = MaildirHeldMail(home.mailboxes)
        let folders = ContactFolders(
            home.mailboxes, ContactDesk(store, held: held, clock: home.clock), store, held: held,
            sender: try #require(Home.postmaster), key: try #require(RequestKey([UInt8](repeating: 1, count: 32))),
            clock: home.clock)
        return (try? await folders.look(at: home.ann)) != nil
    }

    @Test(
        "A decision that was begun is finished, and nothing is lost or there twice",
        arguments: [("request", ".Welcome"), ("request", ".Blocked"), ("message", ".Welcome"), ("message", ".Blocked")])
    func decision(by what: String, in folder: String) async throws {
        for calls in 0..<100 {
            let home = try Home()
            try await home.mailboxes.prepare()
            for id in ["E1", "E2", "X1"] { try await home.hold(id) }
            try await home.ask(stranger, held: ["E1", "E2"])
            try await home.folders().look(at: home.ann)
            try home.move(what == "request" ? try home.request() : try home.heldFile("E1"), to: folder)
            let isDone = try await look(home, stoppingAfter: calls)
            for _ in 1...2 { try await home.folders().look(at: home.ann) }
            let comment: Comment = "stopped after \(calls) calls"
            #expect(try await home.state(stranger) == (folder == ".Welcome" ? .welcome : .blocked), comment)
            #expect(home.requests().isEmpty, comment)
            #expect(home.files(Home.new).count == 1, comment)
            // The message that was moved itself stays where its owner put it, if the decision was all that was done.
            let kept = what == "message" ? home.files(folder).count : 0
            #expect(isDone ? kept == 0 : kept <= 1, comment)
            if what == "request" { #expect(home.files(folder).isEmpty, comment) }
            if folder == ".Welcome" { #expect(home.files("").count + kept == 2, comment) }
            if isDone { return }
        }
        Issue.record("it never came to its end")
    }

    @Test("Who decides on the page in the same moment was first") func race() async throws {
        let home = try Home()
        try await home.ask(stranger)
        try await home.folders().look(at: home.ann)
        try home.move(try home.request(), to: ".Welcome")
        let correspondent = try Home.correspondent(stranger)
        let store = StoppingStore(home.store) {
            try await home.desk.decide(.blocked, about: correspondent, of: home.ann, by: "page")
        }
        #expect(try await look(home, store))
        #expect(try await home.state(stranger) == .blocked)
        #expect(home.requests().isEmpty && home.files(".Welcome").isEmpty)
    }

    @Test("Requests that were half written are whole after the next look") func requests() async throws {
        for calls in 0..<20 {
            let home = try Home()
            for index in 0..<3 { try await home.ask("s\(index)@out.test") }
            let isDone = try await look(home, stoppingAfter: calls)
            try await home.folders().look(at: home.ann)
            #expect(home.requests().count == 3)
            if isDone { return }
        }
        Issue.record("it never came to its end")
    }
}
