import InternetMessage
import SMTP
import Testing

/// Text of a program that is to go into a header field, with something in it that ends a line for some reader.
@Suite struct BuilderThreatTests {
    static let breaks = ["\r\n", "\n", "\r", "\0", "\r\n ", "\u{0B}", "\u{0C}", "\u{1B}", "\u{7F}", "\u{1}"]

    static func builders(_ evil: String) -> [(String, MessageBuilder)] {
        let base = draft()
        return [
            ("from", MessageBuilder(from: evil, date: noon).to("b@c.test")), ("from 2", base.from(evil)),
            ("sender", base.sender(evil)), ("replyTo", base.replyTo(evil)), ("to", base.to(evil)),
            ("cc", base.cc(evil)),
            ("bcc", base.bcc(evil)), ("subject", base.subject(evil)), ("messageID", base.messageID(evil)),
            ("inReplyTo", base.inReplyTo(evil)), ("references", base.references(evil)),
            ("userAgent", base.userAgent(evil)),
            ("header", base.header("X-A", evil)), ("name", base.header(evil, "x")),
            ("structured", base.header("X-A", .structured(evil))),
            ("value", base.header("X-A", .parameters(evil, []))),
            ("parameter name", base.header("X-A", .parameters("x", [FieldParameter(evil, "y")]))),
            ("parameter value", base.header("X-A", .parameters("x", [FieldParameter("y", evil)]))),
            ("raw", base.header("X-A", .raw(bytes(evil + "X-B: y")))),
            ("addresses", base.header("X-A", .addresses([evil]))),
            ("setting", base.setting(.subject, .text(evil))),
            ("file name", base.body(.attachment(evil, type: "text/csv", content: []))),
            ("type", base.body(.attachment("a", type: evil, content: []))),
            ("type parameter", base.body(.octets([], type: "text/csv; x=\"" + evil + "\""))),
            ("parameter", base.body(.plain("").parameter("x", evil))),
            ("parameter name 2", base.body(.plain("").parameter(evil, "x"))),
            ("content ID", base.body(.inline(contentID: evil, type: "image/png", content: []))),
            ("description", base.body(.plain("").described(evil))),
            ("disposition", base.body(.plain("").disposed(evil))),
            ("subtype", base.body(.multipart(evil, [.plain("")]))),
            ("container parameter", base.body(.multipart("x", [.plain("")], parameters: [FieldParameter("y", evil)]))),
            ("protocol", base.body(.signed(.plain(""), protocol: evil, micalg: "x") { _ in .plain("") })),
            ("micalg", base.body(.signed(.plain(""), protocol: "x", micalg: evil) { _ in .plain("") })),
        ]
    }

    @Test("I06: a line end or control in anything that goes into a header throws", arguments: breaks)
    func controls(evil: String) {
        for text in ["a@b.test" + evil + "Bcc: eve@evil.test", evil, "\"a" + evil + "\"@b.test", "x" + evil] {
            for (place, builder) in Self.builders(text) {
                // a fold is what such a body may have
                if place == "raw", evil == "\r\n " { continue }
                if place == "raw", ["\u{0B}", "\u{0C}", "\u{1B}", "\u{7F}", "\u{1}"].contains(evil) { continue }
                #expect(failure(builder) != nil, "\(place): \(text.debugDescription)")
            }
        }
    }

    @Test("I06: the error tells the field and nothing of the text")
    func error() {
        #expect(failure(draft().subject("secret\r\nBcc: x")) == .controlCharacter(in: .subject))
        #expect(failure(draft().to("secret@b.test\r\n")) == .controlCharacter(in: .to))
        #expect(!"\(String(describing: failure(draft().subject("secret\n"))))".contains("secret"))
        #expect("\(MessageEnvelope(reversePath: .null, forwardPaths: []))" == "MessageEnvelope(0 recipients)")
    }

    @Test("I06: mailboxes and literals that were built by hand cannot break out either")
    func typed() throws {
        let literal = AddressLiteral.general(tag: bytes("x"), content: bytes("a]\r\nBcc: eve@evil.test"))
        let local = try #require(LocalPart(bytes("ann")))
        let mailbox = NamedMailbox(Mailbox(localPart: local, domain: .literal(literal)))
        #expect(failure(draft().to([mailbox])) != nil)
        #expect(DisplayName("a\r\nb") == nil)
        #expect(DisplayName("a\0b") == nil)
        #expect(throws: AddressSyntaxError.self) { try NamedMailbox("Ann\r\n <ann@b.test>") }
    }

    @Test("I06: what some readers take for a line end is encoded in text and refused in structure")
    func unicodeLineEnds() throws {
        for evil in ["\u{85}", "\u{2028}", "\u{2029}"] {
            let text = "a\(evil)Bcc: eve@evil.test"
            for message in [try built(draft().subject(text)), try built(draft().subject(text).allowing(.smtpUTF8))] {
                #expect(!message.bytes.contains { $0 >= 0x80 })
            }
            for builder in [
                draft().to("\(text) <a@b.test>"), draft().to("a\(evil)@b.test"), draft().messageID("<a\(evil)@b.test>"),
                draft().header("X-A", .structured(text)),
                draft().body(.attachment(text, type: "text/csv", content: [])),
            ] {
                #expect(failure(builder.allowing(.smtpUTF8)) != nil)
            }
        }
    }

    @Test("I06: a field given as it is stays one field")
    func rawFields() throws {
        let name = try #require(HeaderFieldName(bytes("X-A")))
        #expect(raw(name, try built(draft().adding(name, .raw(bytes("a;\r\n b=c"))))) == "X-A: a;\r\n b=c\r\n")
        for evil in ["a\r\n", "a\nb", "a\rb", "a\0b", "a\r\nb", "a\r\n \r\n b", "a\r\n\t", "\r\n \r\n"] {
            #expect(
                failure(draft().adding(name, .raw(bytes(evil)))) == .malformedRawField(name), "\(evil.debugDescription)"
            )
        }
        #expect(failure(draft().adding(name, .raw([0xFF]))) == .malformedRawField(name))
        #expect(
            failure(draft().adding(name, .raw(bytes(String(repeating: "x", count: 995))))) == .lineTooLong(in: name))
        #expect(failure(draft().adding(name, .raw(bytes(String(repeating: "x", count: 993))))) == nil)
    }

    @Test("I06: an encoded-word in an address would be another address to some readers")
    func encodedAddress() {
        #expect(failure(draft().to("=?utf-8?q?eve=40evil=2Etest?=@b.test")) != nil)
    }

    @Test("I06: content cannot end its part: boundaries are random and looked for in the parts")
    func boundaries() throws {
        struct Fixed: RandomNumberGenerator {
            mutating func next() -> UInt64 { 0 }
        }
        var fixed = Fixed()
        let message = try draft().body(.mixed(.plain("a"))).build(using: &fixed)
        let boundary = try #require(MIMEMessage(message.bytes).entities[0].mediaType.parameters["boundary"])
        let evil = draft().body(.mixed(.plain("a\r\n--\(text(boundary.value))--\r\nb")))
        #expect(throws: MessageBuilderError.noBoundary) { try evil.build(using: &fixed) }
        // one after the other takes another
        #expect(throws: MessageBuilderError.noBoundary) {
            try draft().body(.mixed(.mixed(.plain("")))).build(using: &fixed)
        }
        #expect(try built(evil).bytes.count > 0)
    }
}
