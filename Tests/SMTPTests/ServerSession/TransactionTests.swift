import Testing

@testable import SMTP

@Suite struct TransactionTests {
    /// RFC 5321 §4.1.4: a refused EHLO leaves everything as it was; an accepted one is RSET.
    @Test func refusedHelloChangesNothing() {
        let driver = Driver {
            if case .hello(_, .name(let name)) = $0, name.bytes.starts(with: Array("bad".utf8)) {
                .reply(Reply(550, EnhancedStatusCode(5, 7, 1), "No"))
            } else {
                .proceed
            }
        }
        #expect(codes(driver.say("EHLO bad.test")) == ["550 5.7.1"])
        #expect(codes(driver.say("MAIL FROM:<a@out.test>")) == ["503 5.5.1"])
        driver.begin()
        #expect(codes(driver.say("EHLO bad.test")) == ["550 5.7.1"])
        #expect(driver.state == "recipients" && driver.inTransaction)
        #expect(codes(driver.say("DATA")) == ["354"])
        #expect(codes(driver.say(".")) == ["250 2.0.0"])
        #expect(codes(driver.say("EHLO bad.test")) == ["550 5.7.1"])
        #expect(driver.state == "ready")
    }

    /// S11: the replies to pipelined commands come in order, and each stands for itself.
    @Test func pipelinedAfterARefusal() {
        let driver = Driver {
            if case .sender = $0 { .reply(Reply(550, EnhancedStatusCode(5, 7, 1), "No")) } else { .proceed }
        }
        driver.say("EHLO c.test")
        let said = driver.say("MAIL FROM:<a@out.test>", "RCPT TO:<u@our.test>", "DATA")
        #expect(codes(said) == ["550 5.7.1", "503 5.5.1", "503 5.5.1"])
    }

    /// S14: whatever becomes of the content, the transaction is over.
    @Test(arguments: ["250 2.0.0", "450 4.7.1", "550 5.7.1", "refused"]) func endsWithTheContent(_ fate: String) {
        let driver = Driver { question in
            guard question == .message else { return .proceed }
            switch fate {
            case "450 4.7.1": return .reply(ReplyWords(50, 7, 1, "No").postponing)
            case "550 5.7.1": return .reply(ReplyWords(50, 7, 1, "No").rejecting)
            default: return .proceed
            }
        }
        driver.begin()
        driver.say("DATA")
        if fate == "refused" { driver.refuseContent(ReplyWords.headerTooBig.rejecting) }
        #expect(codes(driver.say("x", ".")) == [fate == "refused" ? "552 5.3.4" : fate])
        #expect(codes(driver.say("RCPT TO:<u@our.test>", "DATA")) == ["503 5.5.1", "503 5.5.1"])
        #expect(!driver.inTransaction)
    }

    /// Questions and answers: the input waits meanwhile, in order, and each question is asked once.
    @Test func inputWaitsForTheAnswer() {
        let driver = Driver { if case .recipient = $0 { nil } else { .proceed } }
        driver.say("EHLO c.test")
        let said = driver.say("MAIL FROM:<a@out.test>", "RCPT TO:<u@our.test>", "RCPT TO:<v@our.test>", "NOOP")
        #expect(codes(said) == ["250 2.1.0"])
        #expect(driver.questions.count == 4)
        driver.run()
        driver.run()
        #expect(driver.questions.count == 4)
        driver.answer(.reply(ReplyWords.unknownMailbox.rejecting))
        driver.run()
        #expect(driver.questions.count == 5)
        driver.answer(.proceed)
        driver.run()
        #expect(codes(driver.output.text).suffix(3) == ["550 5.1.1", "250 2.1.5", "250 2.0.0"])
        // An answer that nobody asked for does nothing.
        driver.answer(.reply(ReplyWords.relayingDenied.rejecting))
        #expect(driver.say("NOOP").hasPrefix("250 2.0.0"))
    }

    @Test(arguments: ["connection", "hello", "sender", "recipient", "content", "message"])
    func anyAnswerMayDisconnect(_ stage: String) {
        let reply = ReplyWords(50, 7, 1, "Go").disconnecting(permanent: false)
        let driver = Driver { "\($0)".hasPrefix(stage) ? .disconnect(reply) : .proceed }
        driver.run()
        if !driver.isClosed { driver.say("EHLO c.test") }
        for line in ["MAIL FROM:<a@out.test>", "RCPT TO:<u@our.test>", "DATA", "."] where !driver.isClosed {
            driver.say(line)
        }
        #expect(driver.isClosed)
        #expect(driver.output.text.hasSuffix("421 4.7.1 Go\r\n"))
        #expect(driver.messages.isEmpty)
    }

    /// RFC 2033 §4.2: a reply for each recipient, whatever the fate.
    @Test func lmtpOwesAReplyForEachRecipient() {
        var configuration = Driver.configuration()
        configuration.dialect = .lmtp
        for (answer, expected): (ServerSession.Answer, [String]) in [
            (.proceed, ["250 2.0.0", "250 2.0.0"]),
            (.reply(ReplyWords.localError.postponing), ["451 4.3.0", "451 4.3.0"]),
            (.replies([.done, ReplyWords.mailboxFull.postponing]), ["250 2.0.0", "452 4.2.2"]),
        ] {
            let driver = Driver(configuration) { $0 == .message ? answer : .proceed }
            driver.run()
            #expect(codes(driver.say("EHLO c.test")) == ["500 5.5.1"])
            driver.say("LHLO c.test")
            driver.say("MAIL FROM:<a@out.test>")
            driver.say("RCPT TO:<u@our.test>", "RCPT TO:<v@our.test>")
            driver.say("DATA")
            #expect(codes(driver.say("x", ".")) == expected)
            #expect(driver.state == "ready")
        }
        // Content that the machine itself refuses, too.
        let driver = Driver(configuration)
        driver.say("LHLO c.test")
        driver.say("MAIL FROM:<a@out.test>")
        driver.say("RCPT TO:<u@our.test>", "RCPT TO:<v@our.test>")
        driver.say("DATA")
        #expect(codes(driver.say("a\0b", ".")) == ["550 5.6.0", "550 5.6.0"])
    }
}
