import SMTP
import SamotopCore
import SamotopTesting
import Testing

/// A guard files copies in folders of the mailboxes.
@Suite struct FilingTests {
    private let box = MemoryMailboxes(["u@our.test": ["u"], "v@our.test": ["v"], "both@our.test": ["u", "v"]])

    /// Files copies for these mailboxes, of messages that say `hold`.
    private static func filing(_ folders: [String: String]) -> TestGuard {
        TestGuard(
            name: "filing",
            atMessage: { message, session in
                var octets: [UInt8] = []
                try message.content.read { slice in slice.withUnsafeBufferPointer { octets += $0 } }
                if String(decoding: octets, as: UTF8.self).contains("hold") { session.folders = folders }
                return .pass
            })
    }

    private func places() -> [String] { box.delivered.map { "\($0.mailbox)/\($0.folder ?? "")" } }

    @Test func eachMailboxHasItsOwnFolder() throws {
        let session = TurnedSession(try .test(box, Self.filing(["u": "New contacts", "w": "Nobody's"])))
        session.greet()
        #expect(codes(session.deliver("Subject: hold\r\n\r\n", to: ["both@our.test"])) == ["250 2.0.0"])
        #expect(places() == ["u/New contacts", "v/"])
    }

    @Test("S14: where one message was filed says nothing about the next", arguments: ["", "RSET", "EHLO c.test"])
    func foldersEndWithTheTransaction(between: String) throws {
        let session = TurnedSession(try .test(box, Self.filing(["u": "New contacts"])))
        session.greet()
        session.deliver("Subject: hold\r\n\r\n")
        if !between.isEmpty { session.say(between) }
        session.say("MAIL FROM:<b@out.test>")
        #expect(session.facts.folders.isEmpty)
        session.say("RSET")
        session.deliver("Subject: x\r\n\r\n")
        #expect(places() == ["u/New contacts", "u/"])
    }

    @Test func anEmptyNameIsTheInbox() throws {
        let session = TurnedSession(try .test(box, Self.filing(["u": ""])))
        session.greet()
        session.deliver("Subject: hold\r\n\r\n")
        #expect(places() == ["u/"])
    }

    /// The address names a folder, as a pattern's field does: what waits for the owner's word waits all the same.
    @Test func anAddressWithAFolderIsNoWayAround() throws {
        let agent = TestAgent(
            mailboxes: box, atResolve: { _ in .destinations([.folder("shop", of: "u"), .folder("shop", of: "v")]) })
        let session = TurnedSession(try .test(agent, Self.filing(["u": "New contacts"])))
        session.greet()
        session.deliver("Subject: hold\r\n\r\n", to: ["u+shop@our.test"])
        #expect(places() == ["u/New contacts", "v/shop"])
    }

    /// RFC 2033 §4.2: each recipient's part is filed for itself.
    @Test func lmtp() throws {
        let session = TurnedSession(try .test(box, Self.filing(["v": "New contacts"])), role: .lmtp)
        session.say("LHLO c.test")
        let replies = session.deliver("Subject: hold\r\n\r\n", to: ["u@our.test", "v@our.test"])
        #expect(codes(replies) == ["250 2.0.0", "250 2.0.0"])
        #expect(places() == ["u/", "v/New contacts"])
    }
}
