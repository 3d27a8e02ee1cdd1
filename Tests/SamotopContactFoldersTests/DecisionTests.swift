import Foundation
import SamotopContacts
import SamotopDelivery
import SamotopTesting
import Testing

@testable import SamotopContactFolders

/// Moving a request message is the decision.
@Suite("Decisions in a mail program", .timeLimit(.minutes(10))) struct DecisionTests {
    private let home: Home
    private let stranger = "eve@out.test"
    init() throws { home = try Home() }

    /// How mail programs move.
    enum Way: CaseIterable, Sendable { case rename, copyAndRemove, copyOfOctets }

    private func move(_ file: String, to folder: String, _ way: Way) throws {
        switch way {
        case .rename: try home.move(file, to: folder)
        case .copyAndRemove, .copyOfOctets:
            try home.copy(file, to: folder, linked: way == .copyAndRemove)
            try home.remove(file)
        }
    }

    @Test("One message for each who waits, for its owner alone to read, and no second one")
    func requests() async throws {
        let folders = try home.folders()
        try await folders.look(at: home.ann)
        // Who has no strangers gets no folders.
        #expect(home.files().isEmpty && !FileManager.default.fileExists(atPath: "\(home.path)/ann/.New contacts"))
        try await home.ask(stranger)
        try await home.ask("mallory@out.test")
        for _ in 1...2 { try await folders.look(at: home.ann) }
        #expect(home.requests().count == 2)
        // Another try of the same stranger changes nothing, nor does a restart.
        try await home.ask(stranger, subject: "again")
        try await folders.look(at: home.ann)
        try await home.folders().look(at: home.ann)
        #expect(home.requests().count == 2 && home.files("").isEmpty)
        let attributes = try FileManager.default.attributesOfItem(
            atPath: "\(home.path)/ann/\(try #require(home.requests().first))")
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }

    @Test(
        "Moved to Welcome is welcome, moved to Blocked is blocked, however it was moved",
        arguments: [(".Welcome", Contact.State.welcome), (".Blocked", .blocked), ("", .welcome), (".Junk", .blocked)],
        Way.allCases)
    func moved(to place: (folder: String, state: Contact.State), way: Way) async throws {
        let folders = try home.folders()
        try await home.mailboxes.prepare()
        for name in [FolderName.junk, .welcome] { try await home.mailboxes.makeFolder(name, of: "ann") }
        try await home.ask(stranger)
        try await home.ask("other@out.test")
        try await folders.look(at: home.ann)
        let file = try #require(home.requests().first { home.text($0).contains("Subject: \(stranger)") })
        try move(file, to: place.folder, way)
        try await folders.look(at: home.ann)
        #expect(try await home.state(stranger) == place.state)
        #expect(try await home.contact(stranger)?.decision?.maker == "mailbox")
        #expect(try await home.state("other@out.test") == .waiting)
        // The message has done its work.
        #expect(home.files(place.folder).isEmpty)
        #expect(home.requests().count == 1)
    }

    @Test("A mail program that copies, is seen, and only then removes") func slowMove() async throws {
        let folders = try home.folders()
        try await home.ask(stranger)
        try await folders.look(at: home.ann)
        let file = try home.request()
        try home.copy(file, to: ".Welcome")
        try await folders.look(at: home.ann)
        #expect(try await home.state(stranger) == .welcome)
        #expect(home.requests().isEmpty && home.files(".Welcome").isEmpty)
    }

    @Test("A mail program that removes, is seen, and only then writes the copy") func removedFirst() async throws {
        let folders = try home.folders()
        try await home.ask(stranger)
        try await folders.look(at: home.ann)
        let text = home.text(try home.request())
        try home.remove(try home.request())
        try await folders.look(at: home.ann)
        #expect(try await home.state(stranger) == .waiting)
        #expect(home.requests().isEmpty)
        try home.write(text, to: ".Welcome/cur/1.x.host:2,S")
        home.clock.advance(by: 2)
        try await folders.look(at: home.ann)
        #expect(try await home.state(stranger) == .welcome)
    }

    // MARK: deleting

    @Test("Deleted means blocked, after some seconds", arguments: [false, true]) func deleted(marked: Bool) async throws
    {
        let folders = try home.folders()
        try await home.ask(stranger)
        try await folders.look(at: home.ann)
        if marked { try home.flag(try home.request(), "ST") } else { try home.remove(try home.request()) }
        try await folders.look(at: home.ann)
        home.clock.advance(by: 4)
        try await folders.look(at: home.ann)
        #expect(try await home.state(stranger) == .waiting)
        home.clock.advance(by: 1)
        try await folders.look(at: home.ann)
        #expect(try await home.state(stranger) == .blocked)
        #expect(home.files().isEmpty)
    }

    @Test("Moved to the trash is deleted") func trashed() async throws {
        let folders = try home.folders()
        try await home.ask(stranger)
        try await folders.look(at: home.ann)
        try home.move(try home.request(), to: ".Trash")
        try await folders.look(at: home.ann)
        home.clock.advance(by: 5)
        try await folders.look(at: home.ann)
        #expect(try await home.state(stranger) == .blocked)
        #expect(home.files(".Trash").count == 1)
    }

    @Test("By policy deleting decides nothing, and isn't asked about again") func ignored() async throws {
        let folders = try home.folders { $0.deleting = .ignore }
        try await home.ask(stranger)
        try await folders.look(at: home.ann)
        #expect(home.text(try home.request()).contains("If you delete it, they go on waiting."))
        try home.remove(try home.request())
        try await folders.look(at: home.ann)
        home.clock.advance(by: 3_600)
        for _ in 1...2 { try await folders.look(at: home.ann) }
        #expect(try await home.state(stranger) == .waiting)
        #expect(home.requests().isEmpty)
        // Another stranger is another matter.
        try await home.ask("other@out.test")
        try await folders.look(at: home.ann)
        #expect(home.requests().count == 1)
    }

    @Test("A mark that is taken back within seconds decides nothing") func unmarked() async throws {
        let folders = try home.folders()
        try await home.ask(stranger)
        try await folders.look(at: home.ann)
        try home.flag(try home.request(), "T")
        try await folders.look(at: home.ann)
        try home.flag(try home.request(), "S")
        try await folders.look(at: home.ann)
        home.clock.advance(by: 3_600)
        try await folders.look(at: home.ann)
        #expect(try await home.state(stranger) == .waiting && home.requests().count == 1)
    }

    @Test("A folder that is removed as a whole, or emptied while the server was down, decides nothing")
    func wholeFolder() async throws {
        let folders = try home.folders()
        try await home.ask(stranger)
        try await folders.look(at: home.ann)
        try FileManager.default.moveItem(
            atPath: "\(home.path)/ann/.New contacts", toPath: "\(home.path)/ann/.New contacts of old")
        for _ in 1...3 {
            try await folders.look(at: home.ann)
            home.clock.advance(by: 10)
        }
        #expect(try await home.state(stranger) == .waiting && home.requests().count == 1)
        try home.remove(try home.request())
        let restarted = try home.folders()
        for _ in 1...3 {
            try await restarted.look(at: home.ann)
            home.clock.advance(by: 10)
        }
        #expect(try await home.state(stranger) == .waiting && home.requests().count == 1)
    }

    // MARK: others decide too

    @Test("What another front end decides takes the message away", arguments: Contact.State.allCases)
    func decidedElsewhere(state: Contact.State) async throws {
        let folders = try home.folders()
        try await home.ask(stranger)
        try await folders.look(at: home.ann)
        try await home.desk.decide(state, about: try Home.correspondent(stranger), of: home.ann, by: "page")
        for _ in 1...2 { try await folders.look(at: home.ann) }
        #expect(home.requests().count == (state == .waiting ? 1 : 0))
        home.clock.advance(by: 100)
        try await folders.look(at: home.ann)
        #expect(try await home.state(stranger) == state)
        #expect(try await home.contact(stranger)?.decision?.maker != "mailbox")
    }

    @Test("The first word counts: a message that was moved before, and found later, changes nothing")
    func staleMove() async throws {
        let folders = try home.folders()
        try await home.ask(stranger)
        try await folders.look(at: home.ann)
        try home.move(try home.request(), to: ".Welcome")
        // The server was killed; meanwhile the page was used.
        try await home.desk.decide(.blocked, about: try Home.correspondent(stranger), of: home.ann, by: "page")
        try await home.folders().look(at: home.ann)
        #expect(try await home.state(stranger) == .blocked)
        #expect(home.files(".Welcome").isEmpty)
    }

    @Test("Moved while the server was down counts when it is up again") func movedWhileDown() async throws {
        try await home.ask(stranger)
        try await home.folders().look(at: home.ann)
        try home.move(try home.request(), to: ".Blocked")
        try await home.folders().look(at: home.ann)
        #expect(try await home.state(stranger) == .blocked)
    }

    @Test("Who is forgotten, or expired, has no message any more") func forgotten() async throws {
        let folders = try home.folders()
        try await home.ask(stranger)
        try await folders.look(at: home.ann)
        try await home.desk.forget(try Home.correspondent(stranger), of: home.ann, by: "page")
        try await folders.look(at: home.ann)
        #expect(home.files().isEmpty)
        home.clock.advance(by: 10)
        try await folders.look(at: home.ann)
        #expect(try await home.contact(stranger) == nil)
    }

    @Test(
        "Who is forgotten while mail of theirs is held waits anew: nothing is lost, and the next word counts for it",
        arguments: [Contact.State.waiting, .held])
    func forgottenWithMail(state: Contact.State) async throws {
        let folders = try home.folders()
        let before = try await home.ask(stranger, held: ["E1"])
        try await home.hold("E1")
        try await home.desk.decide(state, about: before.correspondent, of: home.ann, by: "page", note: "a note")
        try await home.desk.annotate(before.correspondent, of: home.ann, note: "another", by: "page")
        try await folders.look(at: home.ann)
        home.clock.advance(by: 3 * 86_400)
        let outcome = try await home.desk.forget(before.correspondent, of: home.ann, by: "page")
        let contact = try #require(try await home.contact(stranger))
        #expect(outcome == .waits(contact))
        #expect(contact.state == .waiting && contact.decision == nil && contact.request?.held == ["E1"])
        #expect(contact.firstSeen == home.clock.now() && contact.attempts == 0 && contact.identity == before.identity)
        try await folders.look(at: home.ann)
        #expect(home.requests().count == 1)
        _ = try home.heldFile("E1")
        try home.move(try home.request(), to: ".Welcome")
        try await folders.look(at: home.ann)
        #expect(home.files("").contains { $0.contains("RE1.") } && home.files().isEmpty)
        // Now nothing holds it back.
        #expect(try await home.desk.forget(before.correspondent, of: home.ann, by: "page") == .forgotten)
        #expect(try await home.contact(stranger) == nil)
        #expect(try await home.desk.forget(before.correspondent, of: home.ann, by: "page") == .unknown)
    }

    @Test("U12: however many wait, the folder holds a bounded number of messages") func flood() async throws {
        let folders = try home.folders { $0.maximumRequests = 5 }
        for index in 0..<12 { try await home.ask("s\(index)@out\(index).test") }
        for _ in 1...2 { try await folders.look(at: home.ann) }
        #expect(home.requests().count == 5)
        try home.move(try #require(home.requests().first), to: ".Welcome")
        try await folders.look(at: home.ann)
        #expect(home.requests().count == 5)
        #expect(try await home.store.counts(of: home.ann)[.welcome] == 1)
    }
}
