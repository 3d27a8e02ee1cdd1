import InternetMessage
import SMTP
import Testing

struct TraceFieldTests {
    static func field(
        greeting: String = "client.example", hostName: String? = "mail.client.example",
        with: TransmissionType = .init(greeting: .ehlo, isSecured: true), id: String = "4X7f2k",
        recipients: [String] = ["bob@example.org"],
        tls: ReceivedField.TLS? = .init(version: bytes("TLS1.3"), cipherSuite: bytes("TLS_AES_256_GCM_SHA384"))
    ) throws -> ReceivedField {
        ReceivedField(
            from: .init(
                greeting: Hello(bytes(greeting)), address: .ipv4(192, 0, 2, 1),
                hostName: hostName.flatMap { DomainName(bytes($0)) }),
            by: try #require(DomainName(bytes("mx.example.org"))), with: with, tls: tls, id: bytes(id),
            recipients: recipients.compactMap { Mailbox(bytes($0)) },
            date: try #require(InternetDate(bytes("Tue, 1 Jul 2003 10:52:37 +0200"))))
    }

    @Test("RFC 5321 §4.4: all facts in their clauses, folded")
    func full() throws {
        #expect(
            text(try Self.field().bytes()) == """
                Received: from client.example (mail.client.example [192.0.2.1])\r
                 by mx.example.org with ESMTPS id 4X7f2k for <bob@example.org>\r
                 tls TLS_AES_256_GCM_SHA384 (TLS1.3);\r
                 Tue, 1 Jul 2003 10:52:37 +0200\r

                """)
    }

    @Test("what was built is read again")
    func readAgain() throws {
        let section = HeaderSection(try Self.field().bytes() + bytes("\r\n"))
        #expect(section.findings.isEmpty)
        let received = Received(try #require(section.fields.first).body)
        #expect(text(received.from) == "client.example")
        #expect(received.clientAddress == .ipv4(192, 0, 2, 1))
        #expect(text(received.by) == "mx.example.org")
        #expect(text(received.with) == "ESMTPS")
        #expect(text(received.id) == "4X7f2k")
        #expect(text(received.recipient) == "bob@example.org")
        #expect(text(received.tlsCipher) == "TLS_AES_256_GCM_SHA384")
        #expect(received.date?.secondsSince1970 == 1_057_049_557)
    }

    @Test("RFC 5321 §7.2: for names a recipient only when it is the only one")
    func recipients() throws {
        let two = text(try Self.field(recipients: ["bob@example.org", "eve@example.org"]).bytes())
        #expect(!two.contains("for <") && !two.contains("bob") && !two.contains("eve"))
        #expect(!text(try Self.field(recipients: []).bytes()).contains("for <"))
    }

    @Test("privacy leaves client, recipient and precise time out")
    func privacy() throws {
        let field = text(try Self.field().bytes(privacy: .full))
        for secret in ["client", "192.0.2.1", "bob", "10:52", "+0200", "52:37"] { #expect(!field.contains(secret)) }
        #expect(field.hasPrefix("Received: from unknown\r\n by mx.example.org with ESMTPS"))
        #expect(field.hasSuffix("Tue, 1 Jul 2003 08:00:00 +0000\r\n"))
    }

    @Test(
        "I04, D14: names that are no names do not get in",
        arguments: [
            "<script>alert(1)</script>", "a\r\nX: y", "%s${run{x}}", "a)b", "a(b", "a;b", "a b", "a\u{1B}[2J", "a\0b",
            String(repeating: "a", count: 300), "", "a\"b", "a\\b", "[192.0.2.1", "[x\r\n]", "[a:b)c]",
        ])
    func injection(name: String) throws {
        let field = try Self.field(greeting: name, hostName: name).bytes()
        #expect(text(field).hasPrefix("Received: from unknown (unknown [192.0.2.1])\r\n by mx.example.org"))
        let section = HeaderSection(field + bytes("\r\n"))
        #expect(section.findings.isEmpty && section.fields.count == 1)
    }

    @Test("I04: a literal, id or cipher made by hand cannot break the field")
    func handMade() throws {
        var field = try Self.field(id: "a\r\nX: y")
        field.tls = .init(version: bytes("1)\r\nX: y"), cipherSuite: bytes("a;b"))
        field.client?.address = .general(tag: bytes("x"), content: bytes("a)\r\nX: y"))
        field.client?.greeting = .literal(.general(tag: bytes("x"), content: bytes("a;\r\nX: y")))
        let local = try #require(LocalPart(bytes("bob")))
        let broken = Mailbox(
            localPart: local, domain: .literal(.general(tag: bytes("x"), content: bytes("y\r\nX: y"))))
        field.recipient = broken
        for built in [field.bytes(), ReturnPathField(.mailbox(broken)).bytes] {
            let section = HeaderSection(built + bytes("\r\n"))
            #expect(section.findings.isEmpty && section.fields.count == 1)
        }
        field.recipient = nil
        let written = text(field.bytes())
        #expect(written.hasPrefix("Received: from unknown (mail.client.example unknown)\r\n"))
        #expect(!written.contains("X: y") && !written.contains(" id ") && !written.contains(" tls "))
    }

    @Test("RFC 6531 §3.7.3: UTF-8 only in an internationalised message")
    func utf8() throws {
        #expect(!text(try Self.field(greeting: "møx.example", hostName: nil).bytes()).contains("ø"))
        let with = TransmissionType(greeting: .ehlo, isInternationalized: true)
        #expect(
            text(try Self.field(greeting: "møx.example", with: with).bytes()).hasPrefix("Received: from møx.example ("))
    }

    @Test("no line is longer than 78 columns when its words are not, and never than 998")
    func width() throws {
        let long = String(repeating: "a", count: 60) + "." + String(repeating: "b", count: 60) + ".example"
        let field = try Self.field(greeting: long, hostName: long, recipients: ["bob@" + long])
        for line in text(field.bytes()).split(separator: "\r\n") {
            #expect(line.utf8.count <= 998)
            #expect(line.utf8.count <= 78 || line.contains(long))
        }
    }

    @Test(
        "RFC 3848, RFC 6531 §4.3: the keyword tells the facts",
        arguments: [
            (TransmissionType(greeting: .helo), "SMTP"), (.init(greeting: .ehlo), "ESMTP"),
            (.init(greeting: .ehlo, isSecured: true), "ESMTPS"),
            (.init(greeting: .ehlo, isAuthenticated: true), "ESMTPA"),
            (.init(greeting: .ehlo, isSecured: true, isAuthenticated: true), "ESMTPSA"),
            (.init(greeting: .lhlo), "LMTP"), (.init(greeting: .lhlo, isSecured: true), "LMTPS"),
            (.init(greeting: .ehlo, isSecured: true, isInternationalized: true), "UTF8SMTPS"),
            (.init(greeting: .lhlo, isAuthenticated: true, isInternationalized: true), "UTF8LMTPA"),
        ])
    func keyword(type: TransmissionType, keyword: String) {
        #expect(text(type.keyword) == keyword)
    }

    @Test("Return-Path")
    func returnPath() throws {
        #expect(text(ReturnPathField(.null).bytes) == "Return-Path: <>\r\n")
        let path = ReversePath.mailbox(try #require(Mailbox(bytes("\"a b\"@example.org"))))
        #expect(text(ReturnPathField(path).bytes) == "Return-Path: <\"a b\"@example.org>\r\n")
    }
}
