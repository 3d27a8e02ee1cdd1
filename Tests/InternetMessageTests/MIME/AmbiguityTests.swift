import InternetMessage
import Testing

/// One documented interpretation for each message that readers read differently, and a finding.
struct AmbiguityTests {
    /// A multipart of two texts, for as far as the head lets it be one.
    static func multipart(_ head: String = "Content-Type: multipart/mixed; boundary=b", tail: String = "--b--\n")
        -> String
    {
        "MIME-Version: 1.0\n\(head)\n\n--b\n\none\n--b\n\ntwo\n\(tail)"
    }

    static func kinds(_ message: MIMEMessage) -> Set<String> { Set(message.findings.map(\.kind.name)) }

    @Test(
        "C02: what is ambiguous has its finding, and is read in one way",
        arguments: [
            // (message, finding, entities)
            ("Content-Type: multipart/mixed; boundary=b\nContent-Type: text/plain", "repeated-field", 3),
            ("Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b", "repeated-field", 1),
            ("Content-Type: multipart/mixed; boundary=b; boundary=c", "repeated-parameter", 3),
            ("Content-Type: multipart/mixed; boundary=c; boundary=b", "no-parts", 1),
            ("Content-Type: multipart/mixed; boundary=\"\"", "missing-boundary", 1),
            ("Content-Type: multipart/mixed", "missing-boundary", 1),
            ("Content-Type: multipart/mixed; boundary=\"b \"", "boundary-ends-with-space", 3),
            ("Content-Type: multipart/mixed; boundary=b c", "irregular-boundary", 1),
            ("Content-Type: multipart/mixed; boundary=b (c)", "irregular-boundary", 3),
            ("Content-Type: multipart/mixed; boundary*0=b; boundary*1=\"\"", "irregular-boundary", 3),
            ("Content-Type: multipart/mixed; boundary*=us-ascii''b", "irregular-boundary", 3),
            (
                "Content-Type: multipart/mixed; boundary=\"b\"\nContent-Transfer-Encoding: base64", "encoded-composite",
                3
            ),
            ("Content-Type: text/plain\nContent-Transfer-Encoding: base64 (x)", "encoding-with-comment", 1),
            ("Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit", "repeated-field", 1),
            ("Content-Transfer-Encoding: base64 7bit", "malformed-encoding", 1),
            ("Content-Type: multipart", "malformed-content-type", 1),
            ("Content-Type : multipart/mixed; boundary=b", "header-white-space-before-colon", 3),
            ("X: a\0b\nContent-Type: multipart/mixed; boundary=b", "header-nul", 3),
            ("nonsense\nContent-Type: multipart/mixed; boundary=b", "header-missing-colon", 3),
            ("From: a@b.c\nFrom: d@e.f", "repeated-field", 1),
            ("Subject: a\nSubject: b", "repeated-field", 1),
        ])
    func heads(head: String, finding: String, entities: Int) {
        let message = MIMEMessage(wire(Self.multipart(head)))
        #expect(Self.kinds(message).contains(finding))
        #expect(message.isAmbiguous)
        #expect(message.entities.count == entities)
    }

    @Test(
        "C02: delimiters that are ambiguous",
        arguments: [
            ("", "missing-close", 3),
            ("--b--\n--b\n\nthree\n--b--\n", "parts-after-close", 3),
            ("--bb\n\nthree\n--b--\n", "delimiter-with-text", 3),
            ("--b x\n--b--\n", "delimiter-with-text", 3),
            ("--b \t\n\nthree\n--b-- \n", nil, 4),
            (" --b\n\nthree\n--b--\n", nil, 3),
            ("--b-\n--b--\n", "delimiter-with-text", 3),
            ("--B\n--b--\n", nil, 3),
            ("--b--\n--other\nContent-Type: text/html\n\nx\n", "part-outside-delimiters", 3),
            ("--b\nContent-Type: text/plain\n--b--\n", "header-cut-by-delimiter", 4),
            ("--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n", "reused-boundary", 5),
            ("--b--\nSome list's footer\n", nil, 3),
        ])
    func tails(tail: String, finding: String?, entities: Int) {
        let message = MIMEMessage(wire(Self.multipart(tail: tail)))
        if let finding { #expect(Self.kinds(message).contains(finding)) }
        #expect(message.isAmbiguous == (finding != nil))
        #expect(message.entities.count == entities)
    }

    @Test("C02: a boundary of 70 octets is one, of 71 one that others may cut")
    func longBoundary() {
        for (length, isAmbiguous) in [(70, false), (71, true), (900, true)] {
            let boundary = String(repeating: "x", count: length)
            let message = MIMEMessage(
                wire(
                    "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\(boundary)\n\n--\(boundary)\n\n--\(boundary)--\n"
                ))
            #expect(message.entities.count == 2)
            #expect(message.findings.contains { $0.kind == .boundaryTooLong } == isAmbiguous)
        }
    }

    @Test("C02: octets over 127 in a header are UTF-8 or a finding, NUL in a body is one")
    func octets() {
        #expect(!MIMEMessage(wire("Subject: caf\u{E9}\n\nx\n")).isAmbiguous)
        let latin = MIMEMessage(bytes("Subject: caf") + [0xE9] + bytes("\r\n\r\nx\r\n"))
        #expect(Self.kinds(latin) == ["eight-bit-header"])
        #expect(Self.kinds(MIMEMessage(wire("X: y\n\na\0b\n"))) == ["nul"])
        #expect(Self.kinds(MIMEMessage(bytes("X: y\r\n\r\na\nb\r\n"))) == ["mixed-line-ends"])
    }

    @Test("what everybody sends is not ambiguous")
    func ordinary() {
        let messages = [
            "From: a@b.c\n\nhello\n", Self.multipart(),
            "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<p>x\n",
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\nThis is a multi-part message.\n\n--b\n\nx\n--b--\n",
            "MIME-Version: 1.0\nContent-Type: application/pdf; name=a b.pdf\nContent-Transfer-Encoding: BASE64\n\nAAAA\n",
        ]
        for message in messages { #expect(!MIMEMessage(wire(message)).isAmbiguous, "\(message)") }
    }

    @Test("C02: an outline says that a message is ambiguous, and has its text only for who insists")
    func outline() {
        let message = MIMEMessage(wire(Self.multipart("Content-Type: multipart/mixed; boundary=b; boundary=c")))
        let outline = MessageOutline(message)
        #expect(outline.isAmbiguous)
        #expect(outline.text == nil)
        #expect(MessageOutline(message, showsAmbiguous: true).text == "one\n\ntwo")
    }
}
