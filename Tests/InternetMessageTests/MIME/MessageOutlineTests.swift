import Foundation
import InternetMessage
import Testing

struct MessageOutlineTests {
    static let message = MIMEMessage(
        wire(
            """
            From: =?utf-8?q?Ann=E2=80=AE?= <ann@client.example>
            To: bob@our.test, Group: c@our.test;
            Cc: not an address
            Subject: =?iso-8859-2?q?=B1?=
            Date: Tue, 1 Jul 2003 10:52:37 +0200
            Message-ID: <a@b>
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/plain; charset=utf-8

            hello
            --b
            Content-Type: application/pdf
            Content-Disposition: attachment; filename="../a.pdf"
            Content-Transfer-Encoding: base64

            AAAA
            --b
            Content-Type: message/rfc822

            Content-Type: multipart/mixed; boundary=c

            --c

            inner
            --c--
            --b--

            """))

    @Test("who, what, when, the parts and the text")
    func outline() {
        let outline = MessageOutline(Self.message)
        #expect(outline.from.map(\.name) == ["Ann\\u{202E}"])
        #expect(outline.from.map(\.address) == ["ann@client.example"])
        #expect(outline.to.map(\.address) == ["bob@our.test", "c@our.test"])
        #expect(outline.cc.map(\.name) == ["not an address"])
        #expect(outline.cc.map(\.address) == [nil])
        #expect(outline.subject == "ą")
        #expect(outline.date == "Tue, 1 Jul 2003 10:52:37 +0200")
        #expect(outline.messageID == "a@b")
        #expect(outline.parts.map(\.number) == ["0", "1", "2", "3", "3.1", "3.1.1"])
        #expect(outline.parts.map(\.type).prefix(3) == ["multipart/mixed", "text/plain", "application/pdf"])
        #expect(outline.parts[2].name == "a.pdf")
        #expect(outline.parts[2].sentName == "../a.pdf")
        #expect(outline.parts[2].size == 4)
        #expect(outline.parts[1].name == nil)
        #expect(outline.text == "hello")
        #expect(!outline.isAmbiguous)
    }

    @Test("an outline as JSON")
    func json() throws {
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(MessageOutline(Self.message)))
        let outline = try #require(object as? [String: Any])
        #expect((outline["parts"] as? [[String: Any]])?.count == 6)
        #expect(outline["isAmbiguous"] as? Bool == false)
    }

    @Test("a message of nothing has an outline")
    func nothing() {
        let outline = MessageOutline(MIMEMessage([]))
        #expect(outline.parts.map(\.type) == ["text/plain"])
        #expect(outline.from.isEmpty)
        #expect(outline.text?.isEmpty == true)
    }
}
