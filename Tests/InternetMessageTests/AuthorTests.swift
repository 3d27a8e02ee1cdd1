import InternetMessage
import SMTP
import Testing

struct AuthorTests {
    static func failure(_ header: String) -> Author.Failure? {
        do {
            _ = try Author.identity(in: HeaderSection(bytes(header + "\r\n\r\n")))
            return nil
        } catch {
            return error
        }
    }

    @Test("one From with one address is the author")
    func author() throws {
        let header = bytes("Sender: b@c.test\r\nfrom: \"Ann\" <ann@b.test>\r\n\r\n")
        let author = try Author.identity(in: HeaderSection(header))
        #expect(text(author.mailbox.bytes) == "ann@b.test")
        #expect(text(author.displayName?.decoded) == "Ann")
        // M13: a comment in the domain is lawful (RFC 5322 §4.4) and no part of it
        let comment = try Author.identity(in: HeaderSection(bytes("From: a@(c)evil.test\r\n\r\n")))
        #expect(text(comment.mailbox.bytes) == "a@evil.test")
    }

    @Test("M07: two From fields")
    func severalFields() {
        #expect(Self.failure("From: <a@evil.test>\r\nFrom: <admin@legit.test>") == .severalFields(count: 2))
        #expect(Self.failure("From: <a@evil.test>\r\nfROM: <a@evil.test>") == .severalFields(count: 2))
    }

    @Test(
        "M08: a From that only some readers see",
        arguments: [
            " From: a@legit.test", "From : a@legit.test", "From\r\n : a@legit.test", "From\t: a@legit.test",
            "\0From: a@legit.test", "From a@legit.test", "From: a@legit.test\nX: y", "From: a@legit.test\rX: y",
        ])
    func malformed(header: String) {
        for whole in [header, header + "\r\nFrom: a@evil.test"] {
            guard case .ambiguousHeader = Self.failure(whole) else {
                Issue.record("\(String(describing: Self.failure(whole)))")
                continue
            }
        }
        // behind another From it is at best a second one
        if !header.hasPrefix(" ") { #expect(Self.failure("From: a@evil.test\r\n" + header) != nil) }
    }

    @Test("M09: no author")
    func none() {
        #expect(Self.failure("Sender: a@b.test\r\nResent-From: a@b.test") == .noFrom)
        #expect(Self.failure("Subject: x") == .noFrom)
        #expect(Self.failure("From: <>") == .noAddress)
        #expect(Self.failure("From:") == .noAddress)
        #expect(Self.failure("From: undisclosed:;") == .group)
        #expect(Self.failure("From: team: a@b.test;") == .group)
    }

    @Test("M10: several addresses")
    func severalAddresses() {
        #expect(
            Self.failure("From: <a@evil.test>, <admin@legit.test>\r\nSender: a@evil.test")
                == .severalAddresses(count: 2))
        #expect(Self.failure("From: admin@legit.test,<x@evil.test>") == .severalAddresses(count: 2))
    }

    @Test(
        "M11, M12: encoded addresses, routes and leftovers",
        arguments: [
            "=?utf-8?b?PGFkbWluQGxlZ2l0LnRlc3Q+?=,<x@evil.test>", "<admin@legit.test>\\,<x@evil.test>",
            "<x@evil.test>admin@legit.test", "admin@legit.test <x@evil.test>", "\"a", "admin@legit.test\\, x@evil.test",
        ])
    func unparsable(body: String) {
        guard case .unparsable = Self.failure("From: " + body) else {
            Issue.record("\(String(describing: Self.failure("From: " + body)))")
            return
        }
    }

    @Test("M11, M12, M13: parsable, and still no identity")
    func refused() {
        #expect(
            Self.failure("From: =?utf-8?q?admin=40legit.test=3e=00?=x@evil.test") == .encodedWordInAddress)
        #expect(Self.failure("From: \"=?utf-8?q?admin?=\"@evil.test") == .encodedWordInAddress)
        #expect(Self.failure("From: <@evil.test,@a.test:admin@legit.test>") == .sourceRoute)
        let deep = String(repeating: "(", count: 100_000) + String(repeating: ")", count: 100_000)
        guard case .unparsable(.syntax(.commentTooDeep)) = Self.failure("From: a" + deep + "@b.test") else {
            Issue.record("depth")
            return
        }
    }
}
