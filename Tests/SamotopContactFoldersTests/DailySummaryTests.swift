import Foundation
import SMTP
import SamotopContacts
import SamotopCore
import SamotopTesting
import Testing

@testable import SamotopContactFolders

/// A function of contacts and a moment; and when it is sent.
@Suite("The daily summary", .timeLimit(.minutes(10))) struct DailySummaryTests {
    private static let end = Timestamp(seconds: 1_700_000_000)

    private func contact(
        _ address: String, _ state: Contact.State, age: Int64, by maker: String? = nil
    ) throws -> Contact {
        let time = Timestamp(seconds: Self.end.seconds - age)
        return Contact(
            id: .random(), owner: Owner("ann"), correspondent: try Home.correspondent(address), state: state,
            identity: Identity(.domain("out.test")), firstSeen: time, lastSeen: time,
            decision: maker.map {
                ContactDecision(previous: .waiting, state: state, maker: $0, time: time)
            })
    }

    private func message(_ contacts: [Contact], expired: [Contact] = []) throws -> ServerMessage? {
        DailySummary(contacts: contacts, expired: expired, end: Self.end, settings: ContactFolderSettings())
            .message(from: try #require(Mailbox("postmaster@our.test")))
    }

    @Test("It names who asked, who ended and who was let in, and counts who was blocked") func words() throws {
        let message = try #require(
            try message(
                [
                    try contact("new@out.test", .waiting, age: 1),
                    try contact("old@out.test", .waiting, age: 86_401),
                    try contact("auto@out.test", .welcome, age: 5, by: "policy"),
                    try contact("spam@out.test", .blocked, age: 5, by: "policy"),
                    try contact("mine@out.test", .welcome, age: 5, by: "page"),
                    try contact("foe@out.test", .blocked, age: 5, by: "mailbox"),
                ], expired: [try contact("gone@out.test", .waiting, age: 500_000)]))
        #expect(
            message.body == """
                Wants to write to you since yesterday:
                  new@out.test

                Ended, because nobody decided:
                  gone@out.test

                Let in by your policy:
                  auto@out.test

                Blocked by your policy: 1

                2 in all wait for your word, in the folder “New contacts”.

                """)
        #expect(message.subject == "One new sender wants to write to you")
        #expect(String(decoding: message.octets, as: UTF8.self).contains("\r\nAuto-Submitted: auto-generated\r\n"))
    }

    @Test("A day without news has no summary") func silence() throws {
        #expect(try message([]) == nil)
        #expect(
            try message([
                try contact("old@out.test", .waiting, age: 86_401),
                try contact("w@out.test", .welcome, age: 1, by: "page"),
            ]) == nil)
    }

    @Test("U12: however many asked, it is short") func bounded() throws {
        let many = try (0..<900).map { try contact("s\($0)@out.test", .waiting, age: 1) }
        let body = try #require(try message(many)).body
        #expect(body.contains("and 850 more") && body.utf8.count < 4_000)
    }

    @Test("The next hour is always ahead") func nextHour() {
        let midnight: Int64 = 1_699_920_000
        func next(_ hour: Int, _ second: Int64) -> Int64 {
            DailySummary.next(hour: hour, after: Timestamp(seconds: midnight + second)).seconds - midnight
        }
        #expect(next(7, 0) == 7 * 3_600)
        #expect(next(7, 7 * 3_600) == 31 * 3_600)
        #expect(next(7, 7 * 3_600 + 1) == 31 * 3_600)
        #expect(next(0, 1) == 86_400)
        #expect(next(99, 0) == 23 * 3_600)
    }

    @Test("It comes into the inbox once a day, to those who have news") func delivered() async throws {
        let home = try Home()
        let folders = try home.folders { $0.summaryHour = 7 }
        await folders.look()
        try await home.ask("eve@out.test")
        let gone = try await home.ask("gone@out.test")
        try await home.desk.forget(gone.correspondent, of: home.ann, by: "policy")
        await folders.noteExpired([gone])
        let due = DailySummary.next(hour: 7, after: home.clock.now()).seconds
        home.clock.advance(by: due - home.clock.now().seconds - 1)
        await folders.look()
        #expect(home.files("").isEmpty)
        home.clock.advance(by: 1)
        for _ in 1...2 { await folders.look() }
        #expect(home.files("").count == 1 && home.files("", "bob").isEmpty)
        let text = home.text(try #require(home.files("").first))
        #expect(text.contains("  eve@out.test") && text.contains("  gone@out.test"))
        home.clock.advance(by: 86_400)
        await folders.look()
        // Nothing is new the next day.
        #expect(home.files("").count == 1)
    }
}
