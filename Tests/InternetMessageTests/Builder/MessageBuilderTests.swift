import InternetMessage
import SMTP
import Testing

@Suite struct MessageBuilderTests {
    @Test("the message of the README: fields in order, parts nested, an envelope")
    func readme() throws {
        let message = try built(
            MessageBuilder(from: "Ann Example <ann@example.org>", date: noon)
                .to("Bob <bob@example.net>, Zoë <zoe@example.net>")
                .subject("Grüße aus Brünn")
                .body(
                    .mixed(
                        .alternative(.plain("Dinner at eight?"), .html("<p>Dinner at <b>eight</b>?</p>")),
                        .attachment("menu.pdf", type: "application/pdf", content: [0x25, 0x50, 0x44, 0x46, 0x0A])))
        )
        #expect(faults(of: message) == [])
        #expect(
            message.header.fields.map { text($0.name) } == [
                "Date", "From", "To", "Message-ID", "Subject", "MIME-Version", "Content-Type",
            ])
        #expect(field(.from, message) == "Ann Example <ann@example.org>")
        #expect(field(.to, message) == "Bob <bob@example.net>, =?utf-8?q?Zo=C3=AB?= <zoe@example.net>")
        #expect(field(.subject, message) == "=?utf-8?q?Gr=C3=BC=C3=9Fe?= aus =?utf-8?q?Br=C3=BCnn?=")
        #expect(field(.date, message) == text(noon.bytes))
        let read = MIMEMessage(message.bytes)
        #expect(
            read.entities.map { text($0.mediaType.name) } == [
                "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf",
            ])
        #expect(text(read.content(of: read.entities[2]).bytes) == "Dinner at eight?")
        #expect(read.content(of: read.entities[4]).bytes == [0x25, 0x50, 0x44, 0x46, 0x0A])
        #expect(text(read.attachments.first?.name.sent) == "menu.pdf")
        #expect(message.envelope.reversePath == .mailbox(try #require(Mailbox("ann@example.org"))))
        #expect(message.envelope.forwardPaths.map { text($0.bytes) } == ["bob@example.net", "zoe@example.net"])
        #expect(message.needs == MessageNeeds(body: .sevenBit, smtpUTF8: false))
        #expect(message.parameters.size == UInt64(message.bytes.count))
        #expect(Array(message.bytes[..<message.bodyStart].suffix(4)) == bytes("\r\n\r\n"))
    }

    @Test("a plain message octet for octet, the same for the same randomness")
    func golden() throws {
        let builder = draft().subject("Hello").messageID("<1@example.org>").body("one\ntwo\r\nthree\rfour")
        let message = try built(builder)
        #expect(
            text(message.bytes) == """
                Date: Wed, 18 Nov 2026 12:00:00 +0000\r
                From: Ann Example <ann@example.org>\r
                To: bob@example.net\r
                Message-ID: <1@example.org>\r
                Subject: Hello\r
                MIME-Version: 1.0\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Transfer-Encoding: 7bit\r
                \r
                one\r
                two\r
                three\r
                four\r\n
                """)
        let mixed = draft().body(.mixed(.plain("a"), .plain("b")))
        #expect(try built(mixed, seed: 7).bytes == built(mixed, seed: 7).bytes)
        #expect(try built(mixed, seed: 7).bytes != built(mixed, seed: 8).bytes)
    }

    @Test("RFC 5322 §3.6.2: several authors need a sender; one that is the only author is not written")
    func sender() throws {
        let two = MessageBuilder(from: "ann@example.org, Bea <bea@example.org>", date: noon).to("bob@example.net")
        #expect(failure(two) == .senderRequired)
        #expect(failure(draft().from("bea@example.org")) == .senderRequired)
        let message = try built(two.sender("sec@example.com"))
        #expect(field(.sender, message) == "sec@example.com")
        #expect(text(message.envelope.reversePath.bytes) == "<sec@example.com>")
        #expect(text(try built(two.sender("bea@example.org")).envelope.reversePath.bytes) == "<bea@example.org>")
        #expect(field(.sender, try built(draft().sender("Ann <ann@example.org>"))) == nil)
        #expect(field(.sender, try built(draft().sender("x@example.org"))) == "x@example.org")
        #expect(failure(draft().sender("a@b.test, c@d.test")) == .wrongNumberOfMailboxes(in: .sender))
        #expect(failure(draft().sender("")) == .wrongNumberOfMailboxes(in: .sender))
        #expect(failure(draft().sender("x@example.org").sender("y@example.org")) == nil)
    }

    @Test("RFC 5322 §3.6: a date and an author, and what stands there once stands there once")
    func required() {
        #expect(failure(draft().removing(.date)) == .missingField(.date))
        #expect(failure(draft().removing(.from)) == .missingField(.from))
        #expect(failure(MessageBuilder(from: "", date: noon).to("a@b.test")) == .wrongNumberOfMailboxes(in: .from))
        #expect(
            failure(MessageBuilder(from: "G: a@b.test;", date: noon).to("a@b.test"))
                == .wrongNumberOfMailboxes(in: .from))
        #expect(failure(MessageBuilder(from: "a@b.test", date: noon)) == .noRecipient)
        #expect(failure(draft().adding(.subject, .text("a")).adding(.subject, .text("b"))) == .repeatedField(.subject))
        #expect(failure(draft().adding(.to, .addresses(["x@b.test"]))) == .repeatedField(.to))
        #expect(failure(draft().header("content-type", "text/html")) == .reservedField(.contentType))
        #expect(failure(draft().adding(.mimeVersion, .text("1.0"))) == .reservedField(.mimeVersion))
        #expect(failure(draft().header("No Name", "x")) == .invalidFieldName)
        #expect(failure(draft().header("", "x")) == .invalidFieldName)
    }

    @Test("Bcc is in the envelope and not in the message, unless it is kept")
    func bcc() throws {
        let builder = draft().cc("cat@example.net").bcc("Dan <dan@example.net>").bcc("eve@example.net")
        let message = try built(builder)
        #expect(!text(message.bytes).contains("dan@"))
        #expect(!text(message.bytes).lowercased().contains("bcc"))
        #expect(
            message.envelope.forwardPaths.map { text($0.bytes) } == [
                "bob@example.net", "cat@example.net", "dan@example.net", "eve@example.net",
            ])
        #expect(field(.bcc, try built(builder.keepingBcc())) == "Dan <dan@example.net>, eve@example.net")
    }

    @Test("the envelope: groups, each recipient once, or one's own")
    func envelope() throws {
        let builder = draft().to("Friends: bob@example.net, cat@example.net;").cc("cat@EXAMPLE.net").replyTo("r@b.test")
        #expect(
            try built(builder).envelope.forwardPaths.map { text($0.bytes) } == ["bob@example.net", "cat@example.net"])
        #expect(field(.to, try built(builder)) == "bob@example.net, Friends: bob@example.net, cat@example.net;")
        #expect(field(.replyTo, try built(builder)) == "r@b.test")
        let own = MessageEnvelope(reversePath: .null, forwardPaths: [try #require(Mailbox("x@example.com"))])
        let message = try built(builder.envelope(own))
        #expect(message.envelope == own)
        #expect(field(.to, message)?.contains("Friends") == true)
        #expect(failure(draft().envelope(MessageEnvelope(reversePath: .null, forwardPaths: []))) == .noRecipient)
        let hidden = MessageBuilder(from: "a@b.test", date: noon).to("Undisclosed recipients:;").bcc("c@d.test")
        #expect(field(.to, try built(hidden)) == "Undisclosed recipients:;")
    }

    @Test("any field can be read, put, added and taken away before building")
    func anyField() throws {
        var builder = draft().subject("one").header("X-Ticket", "42").header("X-Ticket", "43")
        #expect(builder.bodies(of: .subject) == [.text("one")])
        let ticket = try #require(HeaderFieldName(bytes("x-ticket")))
        #expect(builder.bodies(of: ticket) == [.text("42"), .text("43")])
        builder = builder.setting(ticket, .text("44")).subject("two").removing(.to).to("cat@example.net")
        let message = try built(builder)
        #expect(message.fields(named: ticket).map { text($0.unfoldedBody) } == ["44"])
        #expect(field(.subject, message) == "two")
        #expect(message.envelope.forwardPaths.map { text($0.bytes) } == ["cat@example.net"])
        #expect(try built(builder.removing(ticket)).fields(named: ticket).isEmpty)
    }

    @Test("Message-ID: random, the author's domain, and no host")
    func messageID() throws {
        let first = try #require(field(.messageID, try built(draft(), seed: 1)))
        let second = try #require(field(.messageID, try built(draft(), seed: 2)))
        #expect(first != second)
        #expect(first.wholeMatch(of: /<[0-9a-z]{26}@example\.org>/) != nil)
        let literal = MessageBuilder(from: "ann@[192.0.2.1]", date: noon).to("b@c.test")
        #expect(field(.messageID, try built(literal))?.hasSuffix("@[192.0.2.1]>") == true)
        let unicode = MessageBuilder(from: "ann@bücher.example", date: noon).to("b@c.test")
        for message in [try built(unicode), try built(unicode.allowing(.smtpUTF8))] {
            #expect(field(.messageID, message)?.hasSuffix("@xn--bcher-kva.example>") == true)
        }
        let threaded = try built(
            draft().inReplyTo("<a@b.test>").references("<1@b.test>  <a@b.test>").userAgent("Café 1"))
        #expect(field(.inReplyTo, threaded) == "<a@b.test>")
        #expect(field(.references, threaded) == "<1@b.test> <a@b.test>")
        #expect(field(.userAgent, threaded) == "=?utf-8?q?Caf=C3=A9?= 1")
        for id in ["a@b.test", "<a>", "<a@b.test> <c@d.test>", "", "<a@b.test> x", "<a@b.test>(x)", "<a @b.test>"] {
            #expect(failure(draft().messageID(id)) == .invalidMessageID(in: .messageID), "\(id)")
        }
        #expect(failure(draft().references("x")) == .invalidMessageID(in: .references))
    }

    @Test("RFC 6532: with SMTPUTF8 fields and addresses keep their letters, without it domains become A-labels")
    func smtpUTF8() throws {
        let builder = MessageBuilder(from: "Jörg Müller <joerg@bücher.example>", date: noon)
            .to("Zoë <zoe@example.net>").subject("Grüße")
        let plain = try built(builder)
        #expect(field(.from, plain) == "=?utf-8?q?J=C3=B6rg_M=C3=BCller?= <joerg@xn--bcher-kva.example>")
        #expect(text(plain.envelope.reversePath.bytes) == "<joerg@xn--bcher-kva.example>")
        #expect(plain.needs == MessageNeeds(body: .sevenBit, smtpUTF8: false))
        #expect(plain.needs.extensions == [])
        let unicode = try built(builder.allowing(.smtpUTF8))
        #expect(faults(of: unicode) == [])
        #expect(field(.from, unicode) == "Jörg Müller <joerg@bücher.example>")
        #expect(field(.subject, unicode) == "Grüße")
        #expect(text(unicode.envelope.reversePath.bytes) == "<joerg@bücher.example>")
        #expect(unicode.needs == MessageNeeds(body: .sevenBit, smtpUTF8: true))
        #expect(unicode.needs.extensions == [.smtpUTF8, .eightBitMIME])
        #expect(unicode.parameters.smtpUTF8)
        // the same way, and nothing that needs it
        #expect(try built(draft().allowing(.smtpUTF8)).needs.smtpUTF8 == false)
        let local = draft().cc("jörg@example.net")
        #expect(failure(local) == .needsSMTPUTF8(.cc))
        #expect(try built(local.allowing(.smtpUTF8)).needs.smtpUTF8)
        let hidden = try built(draft().bcc("jörg@example.net").allowing(.smtpUTF8))
        #expect(hidden.needs.smtpUTF8)
        #expect(!hidden.bytes.contains { $0 >= 0x80 })
        #expect(failure(draft().header("X-A", .structured("é"))) == .needsSMTPUTF8(xa))
        #expect(failure(draft().header("X-A", .raw(bytes("é")))) == .needsSMTPUTF8(xa))
    }

    private var xa: HeaderFieldName { HeaderFieldName(bytes("X-A")) ?? .subject }

    @Test("typed values: mailboxes, and names that need quotes")
    func typedMailboxes() throws {
        let mailbox = try #require(Mailbox("ann@example.org"))
        let named = NamedMailbox(mailbox, name: DisplayName("Example, \"Ann\" ="))
        let builder = MessageBuilder(from: [named], date: noon).to([NamedMailbox(mailbox)]).cc([named]).bcc([named])
            .replyTo([named]).sender(named)
        let message = try built(builder)
        #expect(field(.from, message) == "\"Example, \\\"Ann\\\" =\" <ann@example.org>")
        #expect(field(.to, message) == "ann@example.org")
        #expect(message.envelope.forwardPaths == [mailbox])
        let quoted = NamedMailbox(try #require(Mailbox("\"a  b\"@example.org")))
        #expect(field(.to, try built(draft().to([quoted])))?.hasSuffix(", \"a  b\"@example.org") == true)
    }
}
