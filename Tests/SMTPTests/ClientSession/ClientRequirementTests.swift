import Testing

@testable import SMTP

@Suite("O05: what a message needs and a server lacks is known before MAIL") struct RequirementTests {
    private static func refusal(
        _ driver: ClientDriver, _ transaction: MailTransaction, _ content: String? = nil
    ) -> ClientFault? {
        do throws(ClientFault) {
            try driver.send(transaction, survey: content.map { ContentSurvey(Array($0.utf8).span) })
            return nil
        } catch {
            #expect(driver.output.isEmpty, "nothing was sent")
            #expect(driver.takesTransaction, "and the session goes on")
            return error
        }
    }

    private static func said(_ driver: ClientDriver, _ transaction: MailTransaction, _ content: String? = nil) -> String
    {
        let fault = refusal(driver, transaction, content)
        #expect(fault == nil)
        return String(decoding: driver.output.prefix { $0 != 0x0D }, as: UTF8.self)
    }

    @Test("O05: SIZE 100: a larger message is not begun, one of 100 octets is")
    func size() {
        let big = String(repeating: "a", count: 99) + "\r\n"
        #expect(
            Self.refusal(ClientDriver(offering: "SIZE 100"), transaction("b@x.test"), big) == .messageTooBig(limit: 100)
        )
        let fits = String(repeating: "a", count: 98) + "\r\n"
        #expect(
            Self.said(ClientDriver(offering: "SIZE 100"), transaction("b@x.test"), fits)
                == "MAIL FROM:<a@our.test> SIZE=100")
        #expect(
            Self.said(ClientDriver(offering: "SIZE"), transaction("b@x.test"), big) == "MAIL FROM:<a@our.test> SIZE=101"
        )
        #expect(Self.said(ClientDriver(offering: "DSN"), transaction("b@x.test"), big) == "MAIL FROM:<a@our.test>")
        var declared = transaction("b@x.test")
        declared.parameters.size = 101
        #expect(Self.refusal(ClientDriver(offering: "SIZE 100"), declared) == .messageTooBig(limit: 100))
    }

    @Test("O05: no 8BITMIME: 8-bit content is for the caller to convert; 7-bit content goes, whatever was declared")
    func eightBit() {
        var declared = transaction("b@x.test")
        declared.parameters.body = .eightBitMIME
        #expect(Self.refusal(ClientDriver(offering: "DSN"), transaction("b@x.test"), "é\r\n") == .needsEightBitMIME)
        #expect(Self.refusal(ClientDriver(offering: "DSN"), declared) == .needsEightBitMIME)
        #expect(Self.said(ClientDriver(offering: "DSN"), declared, "e\r\n") == "MAIL FROM:<a@our.test>")
        #expect(
            Self.said(ClientDriver(offering: "8BITMIME"), transaction("b@x.test"), "é\r\n")
                == "MAIL FROM:<a@our.test> BODY=8BITMIME")
        #expect(Self.said(ClientDriver(offering: "8BITMIME"), declared, "e\r\n") == "MAIL FROM:<a@our.test>")
        var seven = transaction("b@x.test")
        seven.parameters.body = .sevenBit
        #expect(Self.said(ClientDriver(offering: "8BITMIME"), seven, "e\r\n") == "MAIL FROM:<a@our.test> BODY=7BIT")
        #expect(Self.said(ClientDriver(offering: "DSN"), seven, "e\r\n") == "MAIL FROM:<a@our.test>")
        // Streamed and not declared: it may be 8-bit.
        #expect(
            Self.said(ClientDriver(offering: "8BITMIME"), transaction("b@x.test"))
                == "MAIL FROM:<a@our.test> BODY=8BITMIME")
    }

    @Test("O05: no SMTPUTF8: addresses and declared messages that aren't ASCII are not begun")
    func international() {
        var declared = transaction("b@x.test")
        declared.parameters.smtpUTF8 = true
        for lacking in [
            transaction("é@x.test"), transaction("b@é.test"), transaction("b@x.test", from: "é@our.test"), declared,
        ] {
            #expect(Self.refusal(ClientDriver(offering: "8BITMIME"), lacking, "é\r\n") == .needsSMTPUTF8)
            let offering = ClientDriver(offering: "8BITMIME", "SMTPUTF8")
            #expect(Self.said(offering, lacking, "é\r\n").hasSuffix("BODY=8BITMIME SMTPUTF8"))
        }
        #expect(Self.said(ClientDriver(offering: "8BITMIME"), declared, "e\r\n") == "MAIL FROM:<a@our.test>")
        #expect(Self.refusal(ClientDriver(offering: "8BITMIME"), declared) == .needsSMTPUTF8)
    }

    @Test("binary content needs CHUNKING and BINARYMIME, and goes with BDAT")
    func binary() throws {
        var declared = transaction("b@x.test")
        declared.parameters.body = .binaryMIME
        for keywords in ["CHUNKING", "BINARYMIME", "8BITMIME"] {
            #expect(Self.refusal(ClientDriver(offering: keywords), declared, "a\n\0") == .needsBinaryMIME)
        }
        let never = ClientDriver(offering: "CHUNKING", "BINARYMIME") { $0.chunking = .never }
        #expect(Self.refusal(never, declared, "a\n\0") == .needsBinaryMIME)
        let driver = ClientDriver(offering: "CHUNKING", "BINARYMIME", "8BITMIME")
        try driver.send(declared, [0x61, 0x0A], [0, 0x0D], survey: ContentSurvey([0x61, 0x0A, 0, 0x0D].span))
        driver.hear("250 a")
        #expect(driver.hear("250 b") == "BDAT 2\r\na\n")
        #expect(driver.hear("250 2") == "BDAT 2 LAST\r\n\0\r")
        driver.hear("250 taken")
        #expect(driver.results.first?.isAcceptedForAll == true)
        #expect(String(decoding: driver.output, as: UTF8.self).hasPrefix("MAIL FROM:<a@our.test> BODY=BINARYMIME\r\n"))
        // What was declared binary and is text goes to every server.
        #expect(Self.said(ClientDriver(offering: "DSN"), declared, "a\r\n") == "MAIL FROM:<a@our.test>")
    }

    @Test("bare line ends, NUL and long lines are refused before MAIL; long lines go if the caller says so")
    func content() {
        let long = String(repeating: "a", count: 999) + "\r\n"
        for (text, fault) in [
            ("a\nb\r\n", ClientFault.bareNewline), ("a\r", .bareNewline), ("\0\r\n", .nulInContent),
            (long, .lineTooLong),
        ] {
            for keywords in ["DSN", "CHUNKING"] {
                let driver = ClientDriver(offering: keywords, "8BITMIME") { $0.chunking = .whenOffered }
                #expect(Self.refusal(driver, transaction("b@x.test"), text) == fault)
            }
        }
        let allowing = ClientDriver(offering: "DSN") { $0.longLines = .send }
        #expect(Self.refusal(allowing, transaction("b@x.test"), long) == nil)
    }

    @Test("REQUIRETLS needs the extension and TLS (RFC 8689)")
    func requireTLS() {
        var wanting = transaction("b@x.test")
        wanting.parameters.requireTLS = true
        #expect(Self.refusal(ClientDriver(offering: "DSN"), wanting) == .needsRequireTLS)
        #expect(Self.refusal(ClientDriver(offering: "REQUIRETLS"), wanting) == .needsRequireTLS, "in clear")
        let secure = ClientDriver(.active)
        secure.hear("220 mx", "250-mx", "250 REQUIRETLS")
        #expect(throws: Never.self) { try secure.send(wanting, []) }
        #expect(String(decoding: secure.output, as: UTF8.self).contains("MAIL FROM:<a@our.test> REQUIRETLS\r\n"))
    }

    @Test("A later release, a return in time and a priority: who can't do without them isn't served by less")
    func schedule() {
        var later = transaction("b@x.test")
        later.parameters.release = .after(seconds: 60)
        #expect(Self.refusal(ClientDriver(offering: "DSN"), later) == .needsFutureRelease)
        #expect(Self.refusal(ClientDriver(offering: "FUTURERELEASE 3600 2030-01-01T00:00:00Z"), later) == nil)
        var returned = transaction("b@x.test")
        returned.parameters.deliverBy = DeliverBy(seconds: 60, mode: .return)
        #expect(Self.refusal(ClientDriver(offering: "DSN"), returned) == .needsDeliverBy)
        #expect(Self.refusal(ClientDriver(offering: "DELIVERBY"), returned) == nil)
        var told = transaction("b@x.test")
        told.parameters.deliverBy = DeliverBy(seconds: 60, mode: .notify)
        told.parameters.priority = 4
        for (keywords, line) in [
            (["DSN"], "MAIL FROM:<a@our.test>\r\n"),
            (["DELIVERBY", "MT-PRIORITY"], "MAIL FROM:<a@our.test> BY=60;N MT-PRIORITY=4\r\n"),
        ] {
            let driver = ClientDriver(.active)
            driver.hear("220 mx", "250-mx", "250-" + keywords.joined(separator: "\r\n250-"), "250 HELP")
            #expect(throws: Never.self) { try driver.send(told, []) }
            #expect(String(decoding: driver.output, as: UTF8.self).contains(line))
        }
    }

    @Test("DSN: parameters go where it is offered; where it isn't they are left out, and the result says so")
    func notifications() throws {
        var wanting = transaction("b@x.test")
        wanting.parameters.ret = .headers
        wanting.parameters.envelopeID = Array("a b".utf8)
        wanting.recipients[0].parameters.notify = [.success, .failure]
        wanting.recipients[0].parameters.originalRecipient = OriginalRecipient(
            addressType: Array("rfc822".utf8), address: Array("o@x.test".utf8))
        let offering = ClientDriver(offering: "PIPELINING", "DSN")
        let said = try offering.send(wanting, Array("x\r\n".utf8))
        #expect(said.hasPrefix("MAIL FROM:<a@our.test> RET=HDRS ENVID=a+20b\r\n"))
        #expect(said.contains("RCPT TO:<b@x.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;o@x.test\r\n"))
        offering.hear("250 a", "250 b", "354 go", "250 taken")
        #expect(offering.results.first?.notifiesItself == true)
        let lacking = ClientDriver(offering: "PIPELINING")
        #expect(
            try lacking.send(wanting, Array("x\r\n".utf8)).hasPrefix("MAIL FROM:<a@our.test>\r\nRCPT TO:<b@x.test>\r\n")
        )
        lacking.hear("250 a", "250 b", "354 go", "250 taken")
        #expect(lacking.results.first?.notifiesItself == false)
        wanting.recipients[0].parameters.notify = []
        #expect(throws: Never.self) { try ClientDriver(offering: "DSN").send(wanting, []) }
    }

    @Test("LIMITS: too many recipients, and too many messages on a connection (RFC 9422)")
    func limits() throws {
        let driver = ClientDriver(offering: "PIPELINING", "LIMITS RCPTMAX=2 MAILMAX=1")
        #expect(Self.refusal(driver, transaction("b@x.test", "c@x.test", "d@x.test")) == .tooManyRecipients(limit: 2))
        try driver.send(transaction("b@x.test", "c@x.test"), [])
        driver.hear("250 a", "250 b", "250 c", "354 go", "250 taken")
        #expect(!driver.takesTransaction)
        #expect(throws: ClientFault.messageLimitReached) { try driver.send(transaction("b@x.test"), []) }
    }

    @Test("no recipient, or values that can't be written as one line")
    func unwritable() {
        #expect(Self.refusal(ClientDriver(offering: "DSN"), MailTransaction(from: .null, to: [])) == .noRecipients)
        var odd = transaction("b@x.test")
        odd.parameters.envelopeID = [0x0D, 0x0A]
        #expect(Self.refusal(ClientDriver(offering: "DSN"), odd) == .unwritable)
        let literal = Domain.literal(.general(tag: Array("x".utf8), content: Array("y]>\r\nDATA".utf8)))
        let local = LocalPart(Array("b".utf8))
        if let local {
            let path = ForwardPath.mailbox(Mailbox(localPart: local, domain: literal))
            #expect(
                Self.refusal(ClientDriver(offering: "DSN"), MailTransaction(from: .null, to: [.init(path)]))
                    == .unwritable)
        }
    }

    // MARK: chunks

    @Test("chunks: in flight together where pipelining allows it, refused ones are told and RSET follows")
    func chunks() throws {
        let driver = ClientDriver(offering: "PIPELINING", "CHUNKING") { $0.chunking = .whenOffered }
        let slices = (0..<7).map { Array("line \($0)\r\n".utf8) }
        #expect(!(try driver.send(transaction("b@x.test"))).contains("DATA"))
        driver.slices = slices
        let first = driver.hear("250 a", "250 b")
        #expect(first == (0..<4).map { "BDAT 8\r\nline \($0)\r\n" }.joined())
        #expect(driver.hear("250 0") == "BDAT 8\r\nline 4\r\n")
        #expect(driver.hear("552 too big") == "")
        #expect(driver.results.isEmpty, "the replies to the others are still to come")
        driver.hear("503 x", "503 x", "503 x")
        #expect(driver.results.first?.recipients.first?.reply.code == 552)
        #expect(!driver.isEndSent)
        #expect(try driver.send(transaction("b@x.test")).hasPrefix("RSET\r\nMAIL"))
    }

    @Test("chunks of LMTP: one at a time, and a reply for each recipient at the end")
    func chunksOfLMTP() throws {
        let driver = ClientDriver(.none) {
            $0.dialect = .lmtp
            $0.chunking = .whenOffered
        }
        driver.hear("220 x", "250-x", "250-CHUNKING", "250 PIPELINING")
        try driver.send(transaction("b@x.test", "c@x.test"), Array("1\r\n".utf8), Array("2\r\n".utf8))
        #expect(driver.hear("250 a", "250 b", "250 c") == "BDAT 3\r\n1\r\n")
        #expect(driver.hear("250 1") == "BDAT 3 LAST\r\n2\r\n")
        driver.hear("250 b")
        #expect(driver.results.isEmpty)
        driver.hear("452 c")
        #expect(driver.results.first?.recipients.map(\.reply.code) == [250, 452])
    }

    @Test("the last chunk refused: told, and RSET before the next message")
    func lastChunkRefused() throws {
        let driver = ClientDriver(offering: "CHUNKING") { $0.chunking = .whenOffered }
        try driver.send(transaction("b@x.test"), Array("1\r\n".utf8))
        driver.hear("250 a", "250 b")
        #expect(driver.isEndSent)
        driver.hear("554 5.6.0 no")
        #expect(driver.results.first?.recipients.map(\.reply.code) == [554])
        #expect(try driver.send(transaction("b@x.test")) == "RSET\r\n")
    }
}
