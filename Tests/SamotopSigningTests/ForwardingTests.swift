import InternetMessage
import NameResolution
import SMTP
import SamotopContacts
import SamotopCore
import SamotopQueue
import SamotopRelay
import SamotopTesting
import SenderAuthentication
import Testing

@testable import SamotopSigning

/// Mail of strangers that an alias of ours leads to another server.
@Suite struct ForwardingTests {
    private static let letter = Letter.octets(from: "Joe <joe@legit.test>")

    private func forwarded(
        _ content: [UInt8] = letter, from sender: String = "joe@legit.test",
        to recipients: [String] = ["away@our.test"],
        options: String = "", house: House
    ) async throws -> NewMessage {
        let replies = try await house.send(content, from: sender, to: recipients, options: options)
        try #require(replies.last == "250 2.0.0", "\(replies)")
        return try #require(house.queue.messages.last)
    }

    @Test("It goes on under an address of ours, sealed, and nothing of it changes")
    func forwards() async throws {
        let house = try House()
        let signed = try Letter.signed(Self.letter, by: house.zone.legit, of: "legit.test")
        let message = try await forwarded(signed, house: house)
        #expect(message.recipients.map(\.path) == [Mailbox("x@far.test")])
        #expect(message.recipients.map(\.destination.text) == ["far.test"])
        let sender = try #require(message.message.reversePath.mailbox)
        #expect(sender.domain == Domain("our.test"))
        #expect(try house.rewriting.original(of: sender, now: House.now) == Mailbox("joe@legit.test"))

        let octets = try message.content.octets()
        #expect(Array(octets.suffix(signed.count)) == signed)
        #expect(octets.fields("Return-Path").isEmpty)
        #expect(octets.fields("Delivered-To") == ["away@our.test"])
        // Its own signature holds, and our seal tells what was found here.
        #expect(await house.signatures(of: octets).map(\.result) == [.pass])
        let chain = await house.chain(of: octets)
        #expect(chain.result == .pass && chain.highestInstance == 1)
        let told = try #require(chain.trustedAssertions(of: [known("our.test")]).first?.results)
        #expect(told.authservID.matches(Array("mx.our.test".utf8)))
        #expect(told.results.contains { $0.method == .spf && $0.result == .pass })
        #expect(told.results.contains { $0.method == .dkim && $0.result == .pass })
        #expect(told.results.contains { $0.method == .arc && $0.result == .none })
    }

    @Test("An alias for mailboxes of ours and for others leads to both; here the sender stays as it was")
    func mixed() async throws {
        let house = try House()
        let message = try await forwarded(to: ["mixed@our.test"], house: house)
        #expect(message.recipients.map(\.path) == [Mailbox("x@far.test")])
        let copy = try #require(house.box.delivered.first)
        #expect(house.box.delivered.count == 1 && copy.mailbox == "ann")
        #expect(copy.reversePath == .mailbox(try #require(Mailbox("joe@legit.test"))))
        #expect((copy.trace + copy.content).fields("Return-Path") == ["<joe@legit.test>"])
    }

    @Test("Aliases of aliases lead to each address once, and none of several recipients is told")
    func nested() async throws {
        let house = try House()
        let message = try await forwarded(to: ["team@our.test", "away@our.test"], house: house)
        #expect(message.recipients.map(\.path) == [Mailbox("x@far.test"), Mailbox("y@other.test")])
        #expect(try message.content.octets().fields("Delivered-To").isEmpty)
    }

    @Test("NOTIFY goes on as it came, and ORCPT, or else the alias in its place (RFC 3461 §5.2.1)")
    func notify() async throws {
        let house = try House()
        let given = try await forwarded(options: " NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;first@else.test", house: house)
        #expect(given.recipients[0].parameters.notify == [.success, .failure])
        #expect(given.recipients[0].parameters.originalRecipient?.address == Array("first@else.test".utf8))
        let made = try await forwarded(options: " NOTIFY=NEVER", house: house)
        #expect(made.recipients[0].parameters.notify == .never)
        let original = made.recipients[0].parameters.originalRecipient
        #expect(original?.address == Array("away@our.test".utf8) && original?.addressType == Array("rfc822".utf8))
    }

    @Test(
        "C06: a failure is told only where the sender was proved",
        arguments: [
            ("joe@legit.test", nil, true),
            // A signature of the domain may have been made for another of its users.
            ("joe@signs.test", "signs.test", false), ("joe@signs.test", "legit.test", false),
            ("joe@signs.test", nil, false), ("joe@unknown.test", nil, false),
            ("joe@strict.test", nil, false), ("joe@notlegit.test", nil, false), ("", nil, false),
        ] as [(String, String?, Bool)])
    func proof(_ sender: String, _ signer: String?, _ isTold: Bool) async throws {
        let house = try House()
        house.zone.add(known("sel._domainkey.signs.test"), house.zone.legit.key.record.strings)
        let author = Letter.octets(from: "joe@legit.test")
        let content = try signer.map { try Letter.signed(author, by: house.zone.legit, of: $0) } ?? author
        let message = try await forwarded(content, from: sender, house: house)
        #expect(message.message.submitter.mayBeNotified == isTold)
        #expect(message.message.submitter == (isTold ? ForwardedSenders.submitter : Submitter(.stranger, name: "")))
        #expect((message.message.reversePath == .null) == sender.isEmpty)
    }

    @Test("C06: results that the message brings along prove nothing")
    func forgedResults() async throws {
        let house = try House()
        let field = "Authentication-Results: mx.our.test; spf=pass smtp.mailfrom=unknown.test\r\n"
        for more in [field, field.replacing("mx.our.test", with: "mx.else.test")] {
            let content = Letter.octets(from: "joe@legit.test", more: more)
            let message = try await forwarded(content, from: "joe@unknown.test", house: house)
            #expect(!message.message.submitter.mayBeNotified)
        }
    }

    @Test("A bounce to the rewritten sender goes to whom it stands for, sealed and under <>")
    func bounce() async throws {
        let house = try House()
        let sender = try #require(try await forwarded(house: house).message.reversePath.mailbox)
        let text = String(decoding: sender.bytes, as: UTF8.self)
        let bounce = Letter.octets(from: "MAILER-DAEMON@far.test")
        let message = try await forwarded(bounce, from: "", to: [text], house: house)
        #expect(message.recipients.map(\.path) == [Mailbox("joe@legit.test")])
        #expect(message.message.reversePath == .null)
        #expect(message.recipients[0].parameters.originalRecipient == nil)
        #expect(try message.content.octets().fields("Delivered-To").isEmpty)
    }

    @Test("R28: to a rewritten sender goes nothing but bounces, and to none that we never wrote")
    func onlyBounces() async throws {
        let house = try House()
        let sender = try #require(try await forwarded(house: house).message.reversePath.mailbox)
        let text = String(decoding: sender.bytes, as: UTF8.self)
        let (count, bounce) = (house.queue.messages.count, Letter.octets(from: "MAILER-DAEMON@far.test"))
        for client in [House.stranger, House.trusted] {
            let replies = try await house.send(bounce, from: "eve@evil.test", to: [text], by: client)
            #expect(replies.last == "550 5.7.1")
        }
        let forged = text.replacing("=joe@", with: "=eve@")
        #expect(try await house.send(bounce, from: "", to: [forged]).last == "550 5.7.1")
        house.clock.advance(by: 22 * 86_400)
        #expect(try await house.send(bounce, from: "", to: [text]).last == "550 5.7.1")
        #expect(house.queue.messages.count == count)
    }

    @Test("A bounce for somebody of ours comes to the mailbox")
    func ownBounce() async throws {
        let house = try House()
        let domain = try #require(Domain("srs.test"))
        let other = try #require(SenderRewriting(domain: domain, keys: [[UInt8](repeating: 7, count: 32)]))
        let agent = BounceAddresses(around: house.box, other, clock: house.clock)
        let own = try #require(Mailbox("bob@our.test"))
        let rewritten = try #require(other.rewritten(.mailbox(own), now: House.now)?.mailbox)
        #expect(try await agent.resolve(.mailbox(rewritten)) == .destinations([.mailbox("bob")]))
        #expect(try await agent.resolve(.mailbox(own)) == .destinations([.mailbox("bob")]))
        #expect(try await agent.resolve(.postmaster) == .destinations([.mailbox("postmaster")]))
        let elsewhere = try #require(Mailbox("bob@srs.test"))
        #expect(try await agent.resolve(.mailbox(elsewhere)) == .notLocal)
    }

    @Test("A notification of forwarded mail is addressed to the sender, not to ourselves")
    func notices() async throws {
        let house = try House()
        let message = try await forwarded(house: house).message
        let host = try #require(DomainName("mx.our.test"))
        let plain = StatusNotifications(host: host, threads: house.threads, clock: house.clock)
        let writer = ForwardedNotices(around: plain, house.rewriting, clock: house.clock)
        func notice(_ path: ReversePath) throws -> Notice {
            Notice(
                id: "n", kind: .failed,
                message: QueuedMessage(
                    id: message.id, reversePath: path, submitter: message.submitter, arrived: message.arrived, size: 1),
                recipients: [NoticeRecipient(number: 0, path: try #require(Mailbox("x@far.test")))])
        }
        let written = try await writer.write(try notice(message.reversePath), content: nil)
        #expect(written.recipient == Mailbox("joe@legit.test"))
        #expect(try written.content.octets().fields("To").first?.contains("joe@legit.test") == true)
        let own = try await writer.write(try notice(.mailbox(try #require(Mailbox("ann@our.test")))), content: nil)
        #expect(own.recipient == nil)
    }

    @Test("C05: what comes to an alias whose name it bears has been here before")
    func loops() async throws {
        let house = try House()
        let first = try await forwarded(house: house).content.octets()
        for recipient in ["away@our.test", "AWAY@Our.Test"] {
            let replies = try await house.send(first, from: "joe@legit.test", to: [recipient])
            #expect(replies.last == "554 5.4.6")
        }
        // Another alias is another matter, and so is a mailbox.
        #expect(try await house.send(first, from: "joe@legit.test", to: ["mixed@our.test"]).last == "250 2.0.0")
        #expect(try await house.send(first, from: "joe@legit.test", to: ["ann@our.test"]).last == "250 2.0.0")
    }

    @Test("What a guard filed apart, as screening does with what it holds, isn't forwarded")
    func held() async throws {
        struct Holding: MailGuard {
            func message(_ message: ReceivedMessage, _ session: inout Session) async throws -> Verdict {
                session.folders["ann"] = "New contacts"
                return .pass
            }
        }
        let house = try House(guards: [Holding()])
        let replies = try await house.send(Self.letter, from: "joe@legit.test", to: ["mixed@our.test"])
        #expect(replies.last == "250 2.0.0")
        #expect(house.box.delivered.map(\.folder) == ["New contacts"])
        #expect(house.queue.messages.isEmpty)
        let copy = try #require(house.box.delivered.first)
        #expect((copy.trace + copy.content).fields("Delivered-To").isEmpty)
        // An alias that leads only to others has nobody who is asked.
        #expect(try await forwarded(house: house).recipients.count == 1)
    }

    @Test("What screening holds for the owner's word goes nowhere else")
    func screened() async throws {
        let clock = ManualClock(seconds: House.now)
        let policies = PolicyBook(
            MemoryPolicyStore(), standard: ScreeningPolicy(strangers: .hold), clock: clock)
        let screening = ContactScreening(
            of: CachedContacts(MemoryContactStore()), policies: policies, passes: MemoryPassStore(),
            greylist: Greylist(MemoryGreylistStore(), key: Array("0123456789abcdef".utf8)), arrivals: HeldArrivals(),
            settings: ScreeningSettings(), clock: clock)
        let house = try House(guards: [screening])
        let replies = try await house.send(Self.letter, from: "joe@legit.test", to: ["mixed@our.test"])
        #expect(replies.last == "250 2.0.0")
        #expect(house.box.delivered.map(\.mailbox) == ["ann"] && house.box.delivered.first?.folder != nil)
        #expect(house.queue.messages.isEmpty)
    }

    @Test("What authentication rejected isn't forwarded")
    func rejected() async throws {
        let house = try House()
        let letter = Letter.octets(from: "boss@strict.test")
        let replies = try await house.send(letter, from: "boss@strict.test", to: ["away@our.test", "mixed@our.test"])
        #expect(replies.last == "550 5.7.1")
        #expect(house.queue.messages.isEmpty && house.box.delivered.isEmpty)
    }

    @Test("A sender too long to be rewritten is refused at RCPT, where mail is forwarded")
    func tooLong() async throws {
        let house = try House()
        let sender = String(repeating: "a", count: 50) + "@legit.test"
        for recipient in ["away@our.test", "mixed@our.test"] {
            #expect(try await house.send(Self.letter, from: sender, to: [recipient]).last == "553 5.1.7")
        }
        #expect(try await house.send(Self.letter, from: sender, to: ["ann@our.test"]).last == "250 2.0.0")
    }

    @Test("A trusted client's mail goes on in its own name, signed and not sealed")
    func ours() async throws {
        let house = try House()
        let replies = try await house.send(
            Letter.octets(), from: "ann@our.test", to: ["away@our.test"], by: House.trusted)
        #expect(replies.last == "250 2.0.0")
        let message = try #require(house.queue.messages.last)
        #expect(message.message.reversePath == .mailbox(try #require(Mailbox("ann@our.test"))))
        #expect(message.message.submitter == Submitter(.local, name: "office"))
        let octets = try message.content.octets()
        #expect(octets.fields("ARC-Seal").isEmpty)
        #expect(await house.signatures(of: octets).map(\.result) == [.pass, .pass])
    }
}
