import InternetMessage
import Testing

struct DisplayedTextTests {
    /// A multipart of parts, each with its head.
    static func message(_ type: String, _ parts: [String]) -> MIMEMessage {
        let body = parts.map { "--b\n\($0)\n" }.joined()
        return MIMEMessage(wire("MIME-Version: 1.0\nContent-Type: \(type); boundary=b\n\n\(body)--b--\n"))
    }

    static let plain = "Content-Type: text/plain\n\nplain"
    static let html = "Content-Type: text/html\n\n<p>html"
    static let picture = "Content-Type: image/png\n\nxx"

    static func shown(_ message: MIMEMessage) -> String { text(message.displayText().text) }

    @Test("of alternatives the plain one, else HTML")
    func alternatives() {
        #expect(Self.shown(Self.message("multipart/alternative", [Self.plain, Self.html])) == "plain")
        #expect(Self.shown(Self.message("multipart/alternative", [Self.html, Self.plain])) == "plain")
        #expect(Self.shown(Self.message("multipart/alternative", [Self.picture, Self.html])) == "html\n")
        #expect(Self.shown(Self.message("multipart/alternative", ["\n \n", Self.html])) == "html\n")
        #expect(Self.shown(Self.message("multipart/alternative", [Self.picture])).isEmpty)
        let related = "Content-Type: multipart/related; boundary=c\n\n--c\n\(Self.html)\n--c\n\(Self.picture)\n--c--\n"
        #expect(Self.shown(Self.message("multipart/alternative", [Self.plain, related])) == "plain")
        #expect(Self.shown(Self.message("multipart/alternative", [Self.picture, related])) == "html\n")
    }

    @Test("of a mixed one all texts that are no attachments, of others the first")
    func others() {
        let attached = "Content-Disposition: attachment\n\nattached"
        #expect(
            Self.shown(Self.message("multipart/mixed", [Self.plain, attached, Self.picture, Self.html]))
                == "plain\n\nhtml\n")
        #expect(Self.shown(Self.message("multipart/signed", [Self.plain, Self.html])) == "plain")
        #expect(Self.shown(Self.message("multipart/report", [Self.plain, Self.plain])) == "plain")
        let start = ["Content-ID: <1@x>\n\none", "Content-ID: <2@x>\n\ntwo"]
        #expect(Self.shown(Self.message("multipart/related", start)) == "one")
        #expect(Self.shown(Self.message("multipart/related; start=\"<2@x>\"", start)) == "two")
        #expect(
            Self.shown(Self.message("multipart/mixed", ["Content-Type: message/rfc822\n\nSubject: x\n\ninner"])).isEmpty
        )
        #expect(Self.message("multipart/mixed", [Self.plain, Self.html]).displayText().entities == [1, 2])
    }

    @Test("M26: control and direction-changing characters are written out, line ends are LF")
    func visible() {
        let message = MIMEMessage(
            bytes(
                "Content-Type: text/plain; charset=utf-8\r\n\r\na\r\nb\tc\u{1B}[2J\u{202E}d\u{2066}\u{AD}\u{E0041}e\rf\u{85}\u{2028}g"
            ))
        #expect(Self.shown(message) == "a\nb\tc\\u{1B}[2J\\u{202E}d\\u{2066}\\u{E0041}ef\\u{85}\ng")
    }

    @Test("X09: octets are cut first, however many marks one character has")
    func marks() {
        let bomb = "e" + String(repeating: "\u{301}", count: 400_000)
        let message = MIMEMessage(bytes("Subject: \(bomb)\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\(bomb)"))
        let shown = message.displayText(limit: 1_000)
        #expect(shown.isTruncated)
        #expect(shown.text.count <= 1_010)
        let outline = MessageOutline(message, textLimit: 1_000)
        #expect((outline.subject?.utf8.count ?? 0) <= 1_010)
        #expect(outline.isTextTruncated)
    }

    @Test("X09: text that grows when it is shown ends at the limit, in one part and in many")
    func growing() {
        let head = "Content-Type: text/plain; charset=utf-8\n\n"
        let part = head + String(repeating: "\u{202E}", count: 40)
        let message = Self.message("multipart/mixed", [String](repeating: part, count: 20))
        #expect(message.displayText(limit: 200).text.count <= 210)
        #expect(message.displayText(limit: 200).isTruncated)
        #expect(message.displayText(of: message.entities[1], limit: 200).text.count <= 210)
    }

    @Test("a damaged encoding is said")
    func damaged() {
        let message = MIMEMessage(bytes("Content-Transfer-Encoding: base64\r\n\r\naGVs***bG8="))
        #expect(Self.shown(message) == "hello")
        #expect(message.displayText().isDamaged)
    }

    @Test("UTF-8 without a charset stays that when the limit cuts a character", arguments: 20..<28)
    func cut(limit: Int) {
        let message = MIMEMessage(bytes("X: y\r\n\r\n" + String(repeating: "é€💩", count: 100)))
        let shown = text(message.displayText(limit: limit).text)
        #expect(shown.hasPrefix("é€💩é€💩"))
        #expect(shown.filter { $0 == "\u{FFFD}" }.count <= 1)
    }

    @Test("base64 that the limit cuts isn't called damaged")
    func cutEncoding() {
        let message = MIMEMessage(bytes("Content-Transfer-Encoding: base64\r\n\r\naGVsbG8gYWdhaW4="))
        #expect(!message.displayText(limit: 9).isDamaged)
        #expect(message.displayText(limit: 9).isTruncated)
    }

    @Test("one part, whatever it is")
    func part() {
        let message = Self.message("multipart/mixed", ["Content-Disposition: attachment\n\nattached"])
        #expect(text(message.displayText(of: message.entities[1]).text) == "attached")
        let html = Self.message("multipart/mixed", [Self.html])
        #expect(text(html.sourceText(of: html.entities[1])) == "<p>html")
    }
}
