import Foundation
import SamotopContacts
import SamotopDelivery
import Synchronization
import SamotopTesting
import Testing

@testable import SamotopContactFolders

/// When the mailboxes are looked at. The clock stands still unless it is turned.
@Suite("Noticing", .timeLimit(.minutes(10))) struct NoticeTests {
    private let home: Home
    private let stranger = "eve@out.test"
    init() throws { home = try Home() }

    private func started(watches: Int = 64) async throws -> ContactFolders {
        let folders = try home.folders(maximumWatches: watches)
        try await home.ask(stranger)
        await folders.look()
        #expect(home.requests().count == 1)
        return folders
    }

    @Test("The three folders are subscribed as they are made, and not again when their owner unsubscribes")
    func subscribed() async throws {
        let folders = try await started()
        #expect(home.text("subscriptions") == "New contacts\nWelcome\nBlocked\n")
        try home.write("Welcome\n", to: "subscriptions")
        home.clock.advance(by: 120)
        try await home.ask("kim@out.test")
        await folders.look()
        try await home.folders().look(at: home.ann)
        #expect(home.requests().count == 2 && home.text("subscriptions") == "Welcome\n")
    }

    @Test("A move is noticed at the next look") func moved() async throws {
        let folders = try await started()
        try home.move(try home.request(), to: ".Welcome")
        await folders.look()
        #expect(try await home.state(stranger) == .welcome)
    }

    @Test("Without watches it is noticed when it is time to look everywhere") func withoutWatches() async throws {
        let folders = try await started(watches: 0)
        try home.move(try home.request(), to: ".Welcome")
        home.clock.advance(by: 59)
        await folders.look()
        #expect(try await home.state(stranger) == .waiting)
        home.clock.advance(by: 1)
        await folders.look()
        #expect(try await home.state(stranger) == .welcome)
    }

    @Test("A deletion is followed until it is clear, though nothing more is heard") func deleted() async throws {
        let folders = try await started()
        try home.remove(try home.request())
        await folders.look()
        home.clock.advance(by: 5)
        await folders.look()
        #expect(try await home.state(stranger) == .blocked)
    }

    @Test("What changed in the store is shown without waiting") func store() async throws {
        let folders = try await started()
        try await home.ask("other@out.test")
        try await home.ask("third@out.test", home.bob)
        await folders.look()
        #expect(home.requests().count == 2 && home.requests("bob").count == 1)
        try await home.desk.decide(.welcome, about: try Home.correspondent(stranger), of: home.ann, by: "page")
        await folders.look()
        #expect(home.requests().count == 1)
    }

    @Test("More events than the system keeps: everything is looked at") func overflow() async throws {
        let folders = try await started()
        let text = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
        let kept = try #require(Int(text.split(separator: "\n")[0]))
        try #require(kept < 100_000)
        try await home.mailboxes.makeFolder(.welcome, of: "bob")
        try home.write("x", to: ".Welcome/new/0.x.host")
        for index in 0...kept / 2 {
            home.rename(".Welcome/new/\(index % 2).x.host", to: ".Welcome/new/\(1 - index % 2).x.host")
        }
        // Heard of by nobody.
        try home.move(try home.request(), to: ".Blocked")
        await folders.look()
        #expect(try await home.state(stranger) == .blocked)
    }

    @Test("A mailbox that can't be looked after is told, and doesn't keep the others waiting") func alarm() async throws
    {
        let alarms = Mutex<[String]>([])
        let folders = try home.folders(alarm: { text in alarms.withLock { $0.append(text) } })
        try await home.ask(stranger)
        try await home.ask(stranger, home.bob)
        try await home.mailboxes.prepare()
        try home.write("a file", to: ".New contacts")
        await folders.look()
        #expect(home.requests("bob").count == 1)
        #expect(
            alarms.withLock { $0 } == [
                "the contact folders of mailbox ann: mailbox ann, folder New contacts: .New contacts is a symbolic link or no folder"
            ])
    }
}
