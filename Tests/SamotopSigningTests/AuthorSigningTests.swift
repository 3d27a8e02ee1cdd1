import NameResolution
import SMTP
import SamotopCore
import SamotopQueue
import SamotopTesting
import SenderAuthentication
import Testing

@testable import SamotopSigning

/// Mail of our own authors, as it leaves.
@Suite struct AuthorSigningTests {
    private func sent(
        _ content: [UInt8], from sender: String = "ann@our.test", by client: ClientAddress = House.trusted,
        house: House
    ) async throws -> [UInt8] {
        let replies = try await house.send(content, from: sender, to: ["x@far.test"], by: client)
        try #require(replies == ["250 2.1.0", "250 2.1.5", "250 2.0.0"])
        return try #require(house.queue.messages.last).content.octets()
    }

    @Test("A message of ours is signed by each key of its author's domain, and verifies as it goes out")
    func signed() async throws {
        let house = try House()
        let octets = try await sent(Letter.octets(), house: house)
        let found = await house.signatures(of: octets)
        #expect(found.map(\.result) == [.pass, .pass])
        #expect(found.map(\.algorithm) == [.rsaSHA256, .ed25519SHA256])
        #expect(found.allSatisfy { $0.domain == known("our.test") })
        #expect(found.map(\.selector) == [known("2026"), known("ed")])
        // Nothing can be added to what a reader goes by.
        #expect(found.allSatisfy { $0.coverage?.unprotected() == [] })
        for text in octets.fields("DKIM-Signature") { #expect(text.contains("c=relaxed/relaxed")) }
        #expect(Array(octets.suffix(Letter.octets().count)) == Letter.octets())
    }

    @Test("A large message is signed by what streamed in")
    func large() async throws {
        let house = try House()
        let body = String(repeating: "All work and no play makes Jack a dull boy.  \r\n", count: 60_000) + "\r\n\r\n"
        let octets = try await sent(Letter.octets(body: body), house: house)
        #expect(octets.count > 2_500_000)
        #expect(await house.signatures(of: octets).map(\.result) == [.pass, .pass])
    }

    @Test("Never a stranger's mail, whatever its From says")
    func strangers() async throws {
        let house = try House(sealing: false)
        for sender in ["ann@our.test", "joe@legit.test", ""] {
            let replies = try await house.send(Letter.octets(), from: sender, to: ["away@our.test"])
            #expect(replies.last == "250 2.0.0")
            let octets = try #require(house.queue.messages.last).content.octets()
            #expect(octets.fields("DKIM-Signature").isEmpty, "\(sender)")
        }
    }

    @Test(
        "Not what has another author, or no single one",
        arguments: [
            "joe@legit.test", "ann@our.test, bob@our.test", "ann@our.test\r\nFrom: joe@legit.test",
            "Team:ann@our.test;",
            "ann@notour.test", "ann@[192.0.2.1]",
        ])
    func others(_ author: String) async throws {
        let house = try House()
        #expect(try await sent(Letter.octets(from: author), house: house).fields("DKIM-Signature").isEmpty)
    }

    @Test("An author of a domain below one with keys is signed for by it")
    func below() async throws {
        let house = try House()
        let octets = try await sent(Letter.octets(from: "list@sub.our.test"), house: house)
        #expect(await house.signatures(of: octets).map(\.domain) == [known("our.test"), known("our.test")])
    }

    @Test("A key that has signed already doesn't sign again")
    func once() async throws {
        let house = try House()
        let message = try Letter.signed(Letter.octets(), by: house.zone.rsa, of: "our.test")
        let octets = try await sent(message, house: house)
        let found = await house.signatures(of: octets)
        #expect(found.map(\.selector) == [known("ed"), known("2026")])
        #expect(found.allSatisfy { $0.result == .pass })
    }

    @Test("A signature that names our key and doesn't hold keeps nobody from signing")
    func forged() async throws {
        let house = try House()
        // Signed over another body.
        var message = try Letter.signed(Letter.octets(body: "Bye.\r\n"), by: house.zone.rsa, of: "our.test")
        message.removeLast(6)
        message += Array("Hi.\r\n".utf8)
        let found = await house.signatures(of: try await sent(message, house: house))
        #expect(found.map(\.result) == [.pass, .pass, .fail])
    }

    @Test("A header that reads differently to different readers is refused with clear words, not sent unsigned")
    func malformed() async throws {
        let house = try House()
        let content = Array("From: ann@our.test\r\nno field at all\r\nSubject: x\r\n\r\nHi.\r\n".utf8)
        let replies = try await house.send(content, from: "ann@our.test", to: ["x@far.test"], by: House.trusted)
        #expect(replies.last == "550 5.6.0")
        #expect(house.queue.messages.isEmpty && house.box.delivered.isEmpty)
    }

    @Test("A notification of ours is signed like any other mail, and is asked for again when it can't be")
    func notices() async throws {
        let house = try House()
        let host = try #require(DomainName("mx.our.test"))
        let plain = StatusNotifications(host: host, threads: house.threads, clock: house.clock)
        let writer = SignedNotices(around: plain, house.policy, threads: house.threads, clock: house.clock)
        let sender = try #require(Mailbox("ann@our.test"))
        let notice = Notice(
            id: "n", kind: .failed,
            message: QueuedMessage(
                id: "m", reversePath: .mailbox(sender), submitter: Submitter(.local, name: ""),
                arrived: house.clock.now(), size: 10),
            recipients: [NoticeRecipient(number: 0, path: try #require(Mailbox("x@far.test")))])
        let written = try await writer.write(notice, content: MemoryContent(Letter.octets()))
        let octets = try written.content.octets()
        #expect(written.content.count == octets.count)
        #expect(await house.signatures(of: octets).map(\.result) == [.pass, .pass])
        #expect(octets.fields("From").first?.contains("mx.our.test") == true)

        struct Unreadable: MailContent {
            struct Gone: Error {}
            let count = 1
            func read(_ body: (Span<UInt8>) throws -> Void) throws { throw Gone() }
        }
        struct Broken: NoticeWriter {
            func write(_ notice: Notice, content: (any MailContent)?) async throws -> WrittenNotice {
                WrittenNotice(content: Unreadable())
            }
        }
        let failing = SignedNotices(around: Broken(), house.policy, threads: house.threads, clock: house.clock)
        await #expect(throws: Unreadable.Gone.self) { try await failing.write(notice, content: nil) }
    }

    @Test("Keys that can't be used together are told when the server starts")
    func policies() throws {
        let (our, key) = (known("our.test"), DKIMPrivateKey.makeEd25519())
        #expect(throws: SigningPolicy.Failure.keyCount(domain: our, count: 0)) { try SigningPolicy([our: []]) }
        let many = try (0...SigningPolicy.maximumKeys).map { SigningKey(try name("k\($0)"), key) }
        #expect(throws: SigningPolicy.Failure.keyCount(domain: our, count: many.count)) {
            try SigningPolicy([our: many])
        }
        #expect(throws: SigningPolicy.Failure.duplicateSelector(domain: our, selector: known("a"))) {
            try SigningPolicy([our: [SigningKey(known("a"), key), SigningKey(known("A"), key)]])
        }
        #expect(throws: SigningPolicy.Failure.unfitName(domain: our, selector: .root)) {
            try SigningPolicy([our: [SigningKey(.root, key)]])
        }
        #expect(try SigningPolicy([:]).isEmpty)
    }
}
