import InternetMessage
import Testing

struct AttachmentNameTests {
    static func name(_ field: String) -> AttachmentName? {
        MIMEMessage(wire("Content-Disposition: attachment\(field)\n\nx")).attachments.first?.name
    }

    @Test(
        "C03: a safe name is the last piece of a path and nothing else",
        arguments: [
            (#"; filename="../../etc/cron.d/x""#, "x"), (#"; filename="..\\x""#, "x"),
            (#"; filename="C:\\a\\b.exe""#, "b.exe"),
            (#"; filename="/""#, "attachment"), (#"; filename="..""#, "attachment"), (#"; filename=".""#, "attachment"),
            (#"; filename="""#, "attachment"), (#"; filename=" .. ""#, "attachment"),
            (#"; filename="a/..""#, "attachment"),
            ("; filename=\"a\0b.txt\"", "ab.txt"), ("; filename=\"a\u{7}b\"", "ab"),
            (#"; filename=".bashrc""#, "bashrc"),
            (#"; filename="-rf""#, "rf"), (#"; filename="~root""#, "root"), (#"; filename="a.txt. . ""#, "a.txt"),
            (#"; filename="con.txt""#, "_con.txt"), (#"; filename="NUL""#, "_NUL"),
            (#"; filename="Lpt1.a.b""#, "_Lpt1.a.b"),
            (#"; filename="com¹.txt""#, "_com¹.txt"), (#"; filename="console.txt""#, "console.txt"),
            (#"; filename="con .txt""#, "_con .txt"), (#"; filename="a:b|c?.txt""#, "a_b_c_.txt"),
            ("; filename=\"\u{202E}fdp.exe\"", "fdp.exe"), ("; filename=\"a\u{2066}b\u{FEFF}.txt\"", "ab.txt"),
            ("; filename*0=\"../\"; filename*1=\"b.txt\"", "b.txt"), ("; filename*=utf-8''..%2F..%2Fpasswd", "passwd"),
            ("; filename*=utf-8''%e2%80%aegpj.exe", "gpj.exe"), ("; filename*=utf-16''%00%2f%00a", "a"),
            ("; filename=\"=?utf-8?q?..=2F=C3=A4.txt?=\"", "ä.txt"), ("; filename=naïve.txt", "naïve.txt"),
            ("; filename=plain.txt; filename*=utf-8''%C3%A4.txt", "ä.txt"), ("", "attachment"),
        ])
    func safe(field: String, expected: String) {
        let name = Self.name(field)
        // what has no name is called by its type
        #expect(text(name?.safe) == (expected == "attachment" ? "text.txt" : expected))
    }

    @Test("C03: the name as sent is kept apart")
    func sent() {
        #expect(text(Self.name(#"; filename="../x""#)?.sent) == "../x")
        #expect(Self.name("")?.sent == nil)
    }

    @Test("C03: a long name is cut and keeps its extension")
    func long() {
        let name = Self.name("; filename=\"\(String(repeating: "ä", count: 500_000)).pdf\"")
        #expect(name?.safe.count == AttachmentName.maximumLength)
        #expect(text(name?.safe)?.hasSuffix("ä.pdf") == true)
        #expect(
            Self.name("; filename=a.\(String(repeating: "b", count: 1_000))")?.safe.count
                == AttachmentName.maximumLength)
    }

    @Test("attachments: not the texts to read, and not what is in an attached message")
    func attachments() {
        let message = MIMEMessage(
            wire(
                """
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=b

                --b

                text
                --b
                Content-Type: application/pdf; name=a.pdf

                --b
                Content-Disposition: attachment

                text
                --b
                Content-Type: message/rfc822

                Content-Type: image/png

                x
                --b
                Content-Type: image/png
                Content-Disposition: inline

                --b--

                """))
        #expect(message.attachments.map(\.entity) == [2, 3, 4])
        #expect(message.attachments.map { text($0.name.safe) } == ["a.pdf", "text.txt", "message.eml"])
    }
}
