import SMTP
import SamotopCore
import SamotopTesting
import Synchronization
import Testing

@testable import SamotopSubmission

@Suite("What an account may send") struct OwnSenderTests {
    static let header = "From: Ann <ann@our.test>\r\nTo: bob@our.test\r\nSubject: t\r\n"

    @Test("R30: from its own addresses, aliases and domains, in any case of letters; or from <>")
    func owned() async throws {
        let house = try TestHouse()
        let talk = try await house.signedIn()
        for sender in ["ann@our.test", "ANN@our.test", "sales@our.test", "any@shop.test", ""] {
            #expect(try await talk.mail(sender, ["bob@our.test"], Self.header).last?.hasPrefix("250") == true)
        }
        for sender in ["bob@our.test", "nobody@our.test", "ann@out.test", "ann@sub.our.test", "any@sub.shop.test"] {
            #expect(try await talk.mail(sender, [], Self.header).first == "550 5.7.1")
            _ = try await talk.say("RSET")
        }
    }

    @Test(
        "M17: the author must be the account's, and so must every other author and the Sender",
        arguments: [
            ("From: bob@our.test\r\n", "550 5.7.1"), ("From: x@out.test\r\nSender: ann@our.test\r\n", "550 5.7.1"),
            ("From: ann@our.test\r\nFrom: bob@our.test\r\n", "550 5.6.0"),
            ("From: ann@our.test, bob@our.test\r\nSender: ann@our.test\r\n", "550 5.7.1"),
            ("From: ann@our.test, sales@our.test\r\nSender: ann@our.test\r\n", "250 2.0.0"),
            ("From: ann@our.test\r\nSender: bob@our.test\r\n", "550 5.7.1"),
            ("From: ann@our.test\r\nSender: ann@our.test\r\nSender: bob@our.test\r\n", "550 5.7.1"),
            ("From: ann@our.test\r\nSender: nonsense\r\n", "550 5.6.0"), ("Subject: no From\r\n", "550 5.6.0"),
            ("From: <>\r\n", "550 5.6.0"), (" From: bob@our.test\r\nFrom: ann@our.test\r\n", "550 5.6.0"),
            ("From : bob@our.test\r\nFrom: ann@our.test\r\n", "550 5.6.0"),
            ("From: =?utf-8?q?ann=40our.test?=@out.test\r\n", "550 5.6.0"),
            ("From: undisclosed:;\r\n", "550 5.6.0"), ("From: Sales <sales@our.test>\r\n", "250 2.0.0"),
        ]) func authors(_ header: String, _ code: String) async throws
    {
        let house = try TestHouse()
        let talk = try await house.signedIn()
        #expect(try await talk.mail("ann@our.test", ["bob@our.test"], header).last == code)
        #expect(house.mailboxes.delivered.isEmpty == !code.hasPrefix("250"))
    }

    @Test("An account that is gone sends nothing more, in the same session")
    func gone() async throws {
        let house = try TestHouse()
        let talk = try await house.signedIn()
        _ = try await talk.say("MAIL FROM:<ann@our.test>")
        _ = try await talk.say("RCPT TO:<bob@our.test>")
        house.accounts.secrets.withLock { $0["ann@our.test"] = nil }
        _ = try await talk.say("DATA")
        #expect(try await talk.say("\(Self.header)\r\nx\r\n.").hasPrefix("550 5.7.1"))
        #expect(try await talk.say("MAIL FROM:<ann@our.test>").hasPrefix("550 5.7.1"))
    }

    @Test("Mail for other servers is refused where nothing goes out")
    func relayOff() async throws {
        let talk = try await TestHouse().signedIn()
        #expect(try await talk.mail("ann@our.test", ["x@out.test"], Self.header)[1] == "550 5.7.1")
    }

    @Test("U11: recipients of a day, counted at RCPT and over several messages, and 24 hours later anew")
    func perDay() async throws {
        var limits = SendingLimits()
        limits.recipients = 3
        let house = try TestHouse(limits: limits)
        let talk = try await house.signedIn()
        let both = ["bob@our.test", "ann@our.test"]
        #expect(try await talk.mail("ann@our.test", both, Self.header).last == "250 2.0.0")
        #expect(
            try await talk.mail("ann@our.test", both, Self.header) == [
                "250 2.1.0", "250 2.1.5", "450 4.7.1", "250 2.0.0",
            ])
        #expect(try await talk.mail("ann@our.test", ["bob@our.test"], Self.header)[1] == "450 4.7.1")
        house.clock.advance(by: 86_399)
        _ = try await talk.say("RSET")
        #expect(try await talk.mail("ann@our.test", ["bob@our.test"], Self.header)[1] == "450 4.7.1")
        house.clock.advance(by: 1)
        _ = try await talk.say("RSET")
        #expect(try await talk.mail("ann@our.test", ["bob@our.test"], Self.header).last == "250 2.0.0")
    }

    @Test("U11: what wasn't delivered counts for nothing, and makes nobody an acquaintance")
    func refused() async throws {
        var limits = SendingLimits()
        limits.recipients = 2
        limits.strangers = 1
        let house = try TestHouse(limits: limits)
        let talk = try await house.signedIn()
        let bob = try #require(Mailbox("bob@our.test"))
        for (failure, code) in [
            (DeliveryError.failed(cause: "x"), "451 4.3.0"), (.insufficientStorage(cause: "x"), "452 4.3.1"),
        ] {
            house.mailboxes.fail(with: failure)
            for _ in 0..<3 {
                #expect(try await talk.mail("ann@our.test", ["bob@our.test"], Self.header).last == code)
            }
        }
        #expect(try await house.acquaintances.strangers(among: [bob], of: "ann@our.test") == 1)
        house.mailboxes.fail(with: nil)
        #expect(try await talk.mail("ann@our.test", ["bob@our.test"], Self.header).last == "250 2.0.0")
        #expect(try await house.acquaintances.strangers(among: [bob], of: "ann@our.test") == 0)
        #expect(try await talk.mail("ann@our.test", ["ann@our.test"], Self.header).last == "450 4.7.1")
        #expect(try await talk.mail("ann@our.test", ["bob@our.test"], Self.header).last == "250 2.0.0")
        #expect(try await talk.mail("ann@our.test", ["bob@our.test"], Self.header)[1] == "450 4.7.1")
    }

    @Test("U11: what another guard refuses counts for nothing, either")
    func refusedByOthers() async throws {
        var limits = SendingLimits()
        limits.recipients = 1
        let house = try TestHouse(limits: limits, isRefusing: true)
        let talk = try await house.signedIn()
        for _ in 0..<3 {
            #expect(try await talk.mail("ann@our.test", ["bob@our.test"], Self.header).last == "554 5.7.1")
        }
        let bob = try #require(Mailbox("bob@our.test"))
        #expect(try await house.acquaintances.strangers(among: [bob], of: "ann@our.test") == 1)
    }

    @Test("U11: what comes back after its day is over is no gain for the next")
    func nextDay() {
        let ledger = SendingLedger(SendingLimits())
        #expect(
            ledger.take("A", recipients: 1_000, strangers: 9, of: "ann", at: Timestamp(seconds: 0, nanoseconds: 0))
                == nil)
        let later = Timestamp(seconds: 86_400, nanoseconds: 0)
        #expect(ledger.take("B", recipients: 1_000, strangers: 0, of: "ann", at: later) == nil)
        #expect(ledger.settle("A", isTaken: false) && !ledger.hasRoom(for: 1, of: "ann", at: later))
        #expect(!ledger.settle("A", isTaken: false) && ledger.settle("B", isTaken: false))
        #expect(ledger.hasRoom(for: 1_000, of: "ann", at: later))
    }

    @Test("U11: recipients that were never written to; who was written to before is no matter")
    func strangers() async throws {
        var limits = SendingLimits()
        limits.strangers = 1
        let house = try TestHouse(limits: limits)
        let talk = try await house.signedIn()
        for _ in 0..<3 {
            #expect(try await talk.mail("ann@our.test", ["bob@our.test"], Self.header).last == "250 2.0.0")
        }
        #expect(try await talk.mail("ann@our.test", ["ann@our.test"], Self.header).last == "450 4.7.1")
        #expect(house.mailboxes.delivered.count == 3)
        house.clock.advance(by: 86_400)
        #expect(try await talk.mail("ann@our.test", ["ann@our.test"], Self.header).last == "250 2.0.0")
    }
}
