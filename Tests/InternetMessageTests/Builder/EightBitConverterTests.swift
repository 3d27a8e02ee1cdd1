import InternetMessage
import SMTP
import Testing

@Suite struct EightBitConverterTests {
    static func converted(_ text: String) throws(EightBitConversionError) -> [UInt8] {
        try EightBitConverter.convert(bytes(text.replacing("\n", with: "\r\n")))
    }

    static func error(_ text: String) -> EightBitConversionError? {
        do {
            _ = try converted(text)
            return nil
        } catch {
            return error
        }
    }

    @Test("RFC 6152 §3: the parts with 8-bit content are encoded, all else stays octet for octet")
    func parts() throws {
        let given = """
            From: a@b.test
            MIME-Version: 1.0
            content-type: multipart/mixed; boundary=b
            Content-Transfer-Encoding: 8bit
            X-Odd:  kept  as it is

            preamble
            --b
            Content-Type: text/plain; charset=iso-8859-1
            Content-Transfer-Encoding: 8bit
            X-A: b

            Grüße = x\u{20}
            --b
            Content-Type: text/plain

            plain
            --b
            Content-Type: image/png

            ääääää
            --b--
            epilogue

            """
        let expected = """
            From: a@b.test
            MIME-Version: 1.0
            content-type: multipart/mixed; boundary=b
            Content-Transfer-Encoding: 7bit
            X-Odd:  kept  as it is

            preamble
            --b
            Content-Type: text/plain; charset=iso-8859-1
            Content-Transfer-Encoding: quoted-printable
            X-A: b

            Gr=C3=BC=C3=9Fe =3D x=20
            --b
            Content-Type: text/plain

            plain
            --b
            Content-Type: image/png
            Content-Transfer-Encoding: base64

            w6TDpMOkw6TDpMOk
            --b--
            epilogue

            """
        #expect(text(try Self.converted(given)) == expected.replacing("\n", with: "\r\n"))
    }

    @Test("RFC 1428 §3: without a Content-Type the charset is not known")
    func noMIME() throws {
        #expect(
            text(try Self.converted("From: a@b.test\n\nä\n"))
                == "From: a@b.test\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=unknown-8bit\r\n"
                + "Content-Transfer-Encoding: quoted-printable\r\n\r\n=C3=A4\r\n")
        #expect(
            text(try Self.converted("Content-Type: text/html\n\nä"))
                == "Content-Type: text/html\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C3=A4=\r\n"
        )
        let plain = bytes("From: a@b.test\r\n\r\nplain\n\0")
        #expect(try EightBitConverter.convert(plain) == plain)
        #expect(!EightBitConverter.isNeeded(plain))
    }

    @Test("what would change what it says is refused")
    func refused() {
        let mime = "MIME-Version: 1.0\n"
        #expect(Self.error("Subject: ä\n\nx") == .headerNeedsUTF8)
        #expect(
            Self.error(mime + "Content-Type: multipart/mixed; boundary=b\n\n--b\nX-A: ä\n\nx\n--b--\n")
                == .headerNeedsUTF8)
        let signed =
            mime
            + "Content-Type: multipart/signed; boundary=b\n\n--b\n\nX\n--b\nContent-Type: application/x\n\n#\n--b--\n"
        #expect(Self.error(signed.replacing("X", with: "ä")) == .signed)
        #expect(Self.error(signed.replacing("#", with: "ä")) == .signed)
        let outside =
            mime + "Content-Type: multipart/mixed; boundary=c\n\n--c\n" + signed.dropFirst(mime.count)
            + "\n--c\n\nä\n--c--\n"
        #expect(Self.error(outside) == nil)
        #expect(
            Self.error(mime + "Content-Type: multipart/mixed; boundary=b\n\nä\n--b\n\nx\n--b--\n") == .notConvertible)
        #expect(
            Self.error(mime + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\nä\n") == .notConvertible)
        #expect(Self.error(mime + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nä\n") == .ambiguous)
        #expect(Self.error(mime + "Content-Type: text/plain\nContent-Type: text/html\n\nä\n") == .ambiguous)
        #expect(Self.error("From: a@b.test\n\nä\rb\n") == .ambiguous)
        #expect(Self.error("From: a@b.test\n\nä\0\n") == .ambiguous)
        #expect(Self.error(mime + "Content-Transfer-Encoding: quoted-printable\n\nä\n") == .notConvertible)
        #expect(Self.error(mime + "Content-Transfer-Encoding: base64\n\nä\n") == .notConvertible)
        #expect(Self.error(mime + "Content-Transfer-Encoding: x-z\n\nä\n") == .notConvertible)
        #expect(Self.error(mime + "Content-Type: message/partial; id=a; number=1\n\nä\n") == .notConvertible)
        #expect(Self.error(mime + "Content-Type: multipart/mixed\n\nä\n") == .ambiguous)
    }

    @Test("what is built 8-bit and converted reads the same, and is 7-bit", arguments: [UInt64(81), 82])
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var count = 0
        for _ in 0..<300 {
            let wanted = RandomMessage(using: &generator, extensions: .eightBitMIME)
            let message = try built(wanted.builder, seed: generator.next())
            let octets = try EightBitConverter.convert(message.bytes)
            if octets != message.bytes { count += 1 }
            #expect(!octets.contains { $0 >= 0x80 })
            let (old, new) = (MIMEMessage(message.bytes), MIMEMessage(octets))
            #expect(new.findings.isEmpty)
            try #require(old.entities.count == new.entities.count)
            for (a, b) in zip(old.entities, new.entities) where a.children.isEmpty {
                #expect(old.content(of: a) == new.content(of: b))
                #expect(a.mediaType == b.mediaType)
            }
        }
        #expect(count > 50)
    }

    @Test("a message in a message is converted inside")
    func nested() throws {
        let inner = try built(draft().body(.mixed(.plain("ä\n"))).allowing(.eightBitMIME))
        let outer = try built(draft().body(.mixed(.message(inner.bytes))).allowing(.eightBitMIME))
        let octets = try EightBitConverter.convert(outer.bytes)
        #expect(!octets.contains { $0 >= 0x80 })
        let read = MIMEMessage(octets)
        #expect(read.findings.isEmpty)
        #expect(text(read.content(of: try #require(read.entities.last)).bytes) == "ä\r\n")
    }
}
