import InternetMessage
import SMTP
import Testing

struct AddressListTests {
    static func mailboxes(_ body: String) throws -> [String] {
        try AddressList(bytes(body)).mailboxes.map { text($0.mailbox.bytes) }
    }

    @Test("RFC 5322 §3.4, §4.4: addresses, groups, comments, routes")
    func forms() throws {
        #expect(try Self.mailboxes("a@b.test") == ["a@b.test"])
        #expect(try Self.mailboxes("(x) a (y) . (z) b @ (c) d . test (e)") == ["a.b@d.test"])
        #expect(try Self.mailboxes("\"a b\".c@[192.0.2.1]") == ["\"a b.c\"@[192.0.2.1]"])
        #expect(try Self.mailboxes(",a@b.test,,c@d.test,") == ["a@b.test", "c@d.test"])
        #expect(try Self.mailboxes("G: a@b.test, N <c@d.test>,;, e@f.test") == ["a@b.test", "c@d.test", "e@f.test"])
        #expect(try Self.mailboxes("<@x.test,@y.test:a@b.test>") == ["a@b.test"])
        #expect(try Self.mailboxes("Ann <\"ann\"@b.test>") == ["ann@b.test"])
        #expect(try Self.mailboxes("Jörg <jörg@møx.test>") == ["jörg@møx.test"])
        #expect(try AddressList(bytes("Undisclosed:;")).addresses.count == 1)
        #expect(try AddressList(bytes(" \r\n ")).addresses.isEmpty)
    }

    @Test(
        "what is not by the grammar fails, nothing is guessed",
        arguments: [
            "a", "a@", "@b.test", "<a@b.test", "a@b.test>", "<a@b.test> x", "<x@evil.test>admin@legit.test",
            "<admin@legit.test>\\,<x@evil.test>", "a@b.test c@d.test", "a@b..test", "a..b@c.test", ".a@b.test",
            "a.@b.test",
            "\"a", "(a", "a@[192.0.2.1", "G: a@b.test", "G: H: a@b.test;;", "a@b.test;", ":a@b.test;", "<>",
            "a@b@c.test",
            "a b@c.test", "\"a\"b@c.test", "<<a@b.test>>", "a@b_c.test\u{0}", "x <a@b.test>, y", "a@(b",
            "<@x.test a@b.test>",
            "<@x.test>", "a@-b.test", "a@[x]", "\u{1}@b.test",
        ])
    func failures(body: String) {
        #expect(throws: AddressSyntaxError.self) { try AddressList(bytes(body)) }
    }

    @Test("bytes that are no UTF-8 make no address")
    func malformedUTF8() {
        #expect(throws: AddressSyntaxError.self) { try AddressList([0xFF, 0x40] + bytes("b.test")) }
    }

    @Test("M13: comments 32 deep are read, 33 not; unclosed ones end in an error")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            "a" + String(repeating: "(", count: depth) + String(repeating: ")", count: depth) + "@b.test"
        }
        #expect(try Self.mailboxes(nested(32)) == ["a@b.test"])
        for deep in [nested(33), nested(100_000), "a" + String(repeating: "(", count: 100_000)] {
            #expect(throws: AddressSyntaxError.self) { try AddressList(bytes(deep)) }
        }
    }

    @Test("M25: 100,000 addresses are read up to the limit")
    func many() throws {
        let body = bytes(String(repeating: "a@b.test,", count: 100_000))
        #expect(throws: AddressSyntaxError.tooManyAddresses) { try AddressList(body) }
        #expect(try AddressList(body, maximumAddresses: 100_000).addresses.count == 100_000)
    }

    @Test("names are decoded for display, addresses never (M11)")
    func display() throws {
        let body = "=?utf-8?q?a=40b=2Etest?= \"=?utf-8?q?c?=\" d. <=?utf-8?q?e?=@b.test> (note)"
        let mailbox = try #require(try AddressList(bytes(body)).mailboxes.first)
        #expect(text(mailbox.displayName?.decoded) == "a@b.test =?utf-8?q?c?= d.")
        #expect(text(mailbox.mailbox.bytes) == "=?utf-8?q?e?=@b.test")
        #expect(mailbox.hasEncodedWordInAddress)
        #expect(mailbox.comments.map { text($0) } == ["note"])
    }
}
