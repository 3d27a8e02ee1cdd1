import Foundation
import SamotopContacts
import SamotopDelivery
import SamotopTesting
import Testing

@testable import SamotopContactFolders

/// Messages that are held until their sender is decided about.
@Suite("Held mail", .timeLimit(.minutes(10))) struct HeldMailTests {
    private let home: Home
    private let stranger = "eve@out.test"
    init() throws { home = try Home() }

    private func ids(_ folder: String) -> [String] {
        home.files(folder).compactMap { file in
            let text = home.text(file)
            guard let start = text.range(of: "ESMTPS id ")?.upperBound else { return nil }
            return String(text[start...].prefix { $0 != ";" })
        }.sorted()
    }

    private func waiting() async throws -> ContactFolders {
        try await home.mailboxes.prepare()
        for id in ["E1", "E2", "E3"] { try await home.hold(id) }
        try await home.ask(stranger, held: ["E1", "E2"])
        let folders = try home.folders()
        try await folders.look(at: home.ann)
        return folders
    }

    @Test("Welcome brings it to the inbox, once, and leaves what others sent") func release() async throws {
        _ = try await waiting()
        try home.flag(try home.heldFile("E1"), "FS")
        #expect(try await home.held.content(of: "E1", of: home.ann, limit: 12) == Array("Return-Path:".utf8))
        #expect(try await home.held.release(["E1", "E2", "E9"], of: home.ann) == 2)
        #expect(ids("") == ["E1", "E2"] && ids(Home.new) == ["E3"])
        #expect(home.files("").allSatisfy { $0.hasPrefix("new/") && !$0.contains(":") })
        #expect(try await home.held.release(["E1", "E2"], of: home.ann) == 0)
        #expect(try await home.held.content(of: "E1", of: home.ann, limit: 12) == nil)
        #expect(ids("").count == 2)
    }

    @Test("Blocked removes it for good") func discard() async throws {
        _ = try await waiting()
        #expect(try await home.held.discard(["E1", "E2"], of: home.ann) == 2)
        #expect(ids("").isEmpty && ids(Home.new) == ["E3"])
    }

    @Test("I01: an identifier is a whole identifier, whatever it holds") func identifiers() async throws {
        for id in ["AB", "A/../B", "A:2,T"] { try await home.hold(id) }
        for id in ["A", "B", "", ".", "..", "A/..", "*"] {
            #expect(try await home.held.release([id], of: home.ann) == 0)
            #expect(try await home.held.content(of: id, of: home.ann, limit: 1) == nil)
        }
        #expect(try await home.held.release(["A/../B", "A:2,T"], of: home.ann) == 2)
        #expect(ids(Home.new) == ["AB"])
    }

    @Test("Who has no mailbox has no held mail") func noMailbox() async throws {
        #expect(try await home.held.release(["E1"], of: Owner("nobody")) == 0)
        #expect(try await home.held.content(of: "E1", of: Owner("nobody"), limit: 1) == nil)
    }

    @Test("A message that an IMAP server has renamed is found by its trace field") func renamed() async throws {
        _ = try await waiting()
        try home.copy(try home.heldFile("E1"), to: Home.new)
        try home.remove(try home.heldFile("E1"))
        #expect(try await home.held.release(["E1"], of: home.ann) == 1)
        #expect(ids("") == ["E1"])
    }

    @Test(
        "Moving a held message decides about its sender, and all of that sender's mail follows",
        arguments: [".Welcome", ""], DecisionTests.Way.allCases)
    func welcomeByMessage(folder: String, way: DecisionTests.Way) async throws {
        let folders = try await waiting()
        let file = try home.heldFile("E1")
        if way == .rename {
            try home.move(file, to: folder)
        } else {
            try home.copy(file, to: folder, linked: way == .copyAndRemove)
            try home.remove(file)
        }
        try await folders.look(at: home.ann)
        #expect(try await home.state(stranger) == .welcome)
        #expect(ids("") == ["E1", "E2"] && ids(Home.new) == ["E3"] && ids(".Welcome").isEmpty)
        #expect(home.requests().isEmpty)
    }

    @Test("A copy that is seen before its original is removed makes no second message") func copiedOnly() async throws {
        let folders = try await waiting()
        try home.copy(try home.heldFile("E1"), to: ".Welcome")
        try await folders.look(at: home.ann)
        #expect(ids("") == ["E1", "E2"] && ids(Home.new) == ["E3"] && ids(".Welcome").isEmpty)
    }

    @Test("Moved to Blocked it is gone, moved to Junk it stays there", arguments: [".Blocked", ".Junk"])
    func blockByMessage(folder: String) async throws {
        let folders = try await waiting()
        try home.move(try home.heldFile("E1"), to: folder)
        try await folders.look(at: home.ann)
        #expect(try await home.state(stranger) == .blocked)
        #expect(ids("").isEmpty && ids(Home.new) == ["E3"])
        #expect(ids(folder) == (folder == ".Junk" ? ["E1"] : []))
    }

    @Test("Deleting a held message says nothing about its sender") func deleted() async throws {
        let folders = try await waiting()
        try home.remove(try home.heldFile("E1"))
        for _ in 1...3 {
            try await folders.look(at: home.ann)
            home.clock.advance(by: 10)
        }
        #expect(try await home.state(stranger) == .waiting)
    }

    @Test("Other mail in these folders is its owner's affair") func otherMail() async throws {
        let folders = try await waiting()
        for folder in [".Welcome", ".Blocked"] {
            try home.write("Subject: mine\n\nkept\n", to: "\(folder)/cur/1.a.host:2,S")
            try await home.hold("X\(folder.count)")
            try home.move(try home.heldFile("X\(folder.count)"), to: folder)
        }
        for _ in 1...2 { try await folders.look(at: home.ann) }
        #expect(home.files(".Welcome").count == 2 && home.files(".Blocked").count == 2)
    }

    @Test("A message that was still on its way when its sender was decided about follows", arguments: [true, false])
    func late(isWelcome: Bool) async throws {
        let contact = try await home.ask(stranger, held: ["E1"])
        let folders = try home.folders()
        try await folders.look(at: home.ann)
        // Decided, and not in the folder yet: whoever delivers it tells nobody.
        try await home.store.change(contact.correspondent, of: home.ann) { contact in
            var contact = contact
            contact?.state = isWelcome ? .welcome : .blocked
            return contact
        }
        try await folders.look(at: home.ann)
        try await home.hold("E1")
        try await home.hold("E2")
        try await folders.look(at: home.ann)
        #expect(ids("") == (isWelcome ? ["E1"] : []) && ids(Home.new) == ["E2"])
    }
}
