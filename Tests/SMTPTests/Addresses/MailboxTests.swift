import SMTP
import Testing

@Suite("Mailbox, RFC 5321 §4.1.2")
struct MailboxTests {
    @Test(
        "reads and writes the same",
        arguments: [
            "ann@client.example", "a.b.c@x", "!#$%&'*+-/=?^_`{|}~@x", "\"\"@x", "\" \"@x", "\"a b\"@x", "\".a\"@x",
            "\"a..b\"@x",
            "\"a@b\"@x", "\"\\\"\"@x", "\"\\\\\"@x", "ann@[192.0.2.1]", "ann@[IPv6:2001:db8::1]", "Ann@Client.Example",
            "用户@例え.テスト", "jörg@example.org", "\"jörg b\"@example.org",
        ])
    func same(_ text: String) throws {
        let mailbox = try #require(Mailbox(text))
        #expect(String(decoding: mailbox.bytes, as: UTF8.self) == text)
        #expect(Mailbox(mailbox.bytes) == mailbox)
        #expect(mailbox.isASCII == text.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test(
        "no mailbox",
        arguments: [
            "", "@", "a", "a@", "@a", "a@@b", "a@b@c", ".a@b", "a.@b", "a..b@c", "a b@c", "\"a@b", "a\"b\"@c",
            "\"a\"b@c", "\"a\".b@c",
            "a@b ", " a@b", "<a@b>", "a@b>", "(c)a@b", "a(c)@b", "\"\\\"@b", "\"\\", "a\\b@c", "a,b@c", "a@b,c@d",
            "a:b@c", "@x:a@b",
            "a@[1.2.3]", "a@b.", "a\u{FF20}b", "\"a\"\"b\"@c", "a@b\r\n", "a\u{9B}b@c", "\"\\é\"@c",
        ])
    func refuses(_ text: String) {
        #expect(Mailbox(text) == nil)
    }

    @Test("control characters, quoted or not", arguments: [UInt8](0...31) + [127])
    func control(_ octet: UInt8) {
        let end = [UInt8]("@x".utf8)
        #expect(Mailbox([0x61, octet] + end) == nil)
        #expect(Mailbox([0x22, octet, 0x22] + end) == nil)
        #expect(Mailbox([0x22, 0x5C, octet, 0x22] + end) == nil)
        #expect(LocalPart([octet]) == nil)
    }

    @Test("quotes that mean nothing do not count")
    func quoting() throws {
        let plain = try #require(Mailbox("ann@x"))
        #expect(Mailbox("\"ann\"@x") == plain)
        #expect(Mailbox("\"\\a\\n\\n\"@x") == plain)
        #expect(Mailbox("\"ann\"@X") == plain)
        #expect(Mailbox("Ann@x") != plain)
        #expect(plain.localPart.content == [UInt8]("ann".utf8))
        #expect(Mailbox("\"a\\\"b\"@x")?.localPart.content == [UInt8]("a\"b".utf8))
    }

    @Test("a local-part has 64 octets at most, quotes and backslashes included")
    func localPartLimit() {
        let long = String(repeating: "a", count: 64)
        #expect(Mailbox(long + "@x") != nil)
        #expect(Mailbox(long + "a@x") == nil)
        #expect(Mailbox("\"" + long.dropLast(2) + "\"@x") != nil)
        #expect(Mailbox("\"" + long.dropLast() + "\"@x") == nil)
        #expect(LocalPart([UInt8](long.utf8)) != nil)
        #expect(LocalPart([UInt8](long.utf8) + [0x61]) == nil)
        #expect(LocalPart([UInt8](repeating: 0x20, count: 62)) != nil)
        #expect(LocalPart([UInt8](repeating: 0x20, count: 63)) == nil)
        #expect(LocalPart([UInt8](repeating: 0x22, count: 31)) != nil)
        #expect(LocalPart([UInt8](repeating: 0x22, count: 32)) == nil)
    }

    @Test("a path has 256 octets at most, angle brackets and route included")
    func pathLimit() {
        let local = String(repeating: "a", count: 64)
        let label = String(repeating: "b", count: 63)
        let longest = "\(local)@\(label).\(label).\(label.dropLast(2))"
        #expect(longest.utf8.count == 254)
        #expect(Mailbox(longest) != nil)
        #expect(Mailbox(longest + "b") == nil)
        #expect(Line.error("MAIL FROM:<\(longest)>") == nil)
        #expect(Line.error("MAIL FROM:<\(longest)b>") == CommandError(.reversePathSyntax, verb: .mail))
        #expect(Line.error("RCPT TO:<\(longest)b>") == CommandError(.forwardPathSyntax, verb: .rcpt))
        #expect(Line.error("RCPT TO:<@x:\(longest)>") == CommandError(.forwardPathSyntax, verb: .rcpt))
        #expect(Line.error("RCPT TO:<@x:\(longest.dropLast(3))>") == nil)
    }

    @Test("LocalPart takes what can be quoted, and writes it")
    func localPart() throws {
        #expect(LocalPart([])?.bytes == [0x22, 0x22])
        #expect(LocalPart([0xC3]) == nil)
        #expect(LocalPart([0xFF]) == nil)
        #expect(LocalPart([0xC2, 0x9B]) == nil)
        let spaced = try #require(LocalPart([UInt8]("a \"b\\".utf8)))
        #expect(String(decoding: spaced.bytes, as: UTF8.self) == #""a \"b\\""#)
    }

    @Test("I06: an address with a line break is no address")
    func injection() {
        #expect(Mailbox("a@x>\r\nRCPT TO:<b@y") == nil)
        #expect(Mailbox("\"a\r\nDATA\"@x") == nil)
        #expect(DomainName("x\r\nDATA") == nil)
        #expect(Domain("[x:y\r\nz]") == nil)
    }

    @Test("a description shows no address")
    func description() throws {
        let mailbox = try #require(Mailbox("secret@secret.example"))
        let octets = [UInt8]("secret".utf8).map(String.init).joined(separator: ", ")
        for text in [
            "\(mailbox)", "\(ReversePath.mailbox(mailbox))", "\(try Line.parse("RCPT TO:<secret@secret.example>"))",
        ] {
            #expect(!text.contains("secret"))
            #expect(!text.contains(octets))
        }
    }
}
