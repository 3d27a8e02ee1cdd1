import Testing

@testable import SMTP

/// Every limit has a number and a reply.
@Suite struct BudgetTests {
    private static func driver(
        _ change: (inout ServerSession.Configuration) -> Void,
        policy: @escaping (ServerSession.Question) -> ServerSession.Answer? = { _ in .proceed }
    ) -> Driver {
        var configuration = Driver.configuration()
        change(&configuration)
        let driver = Driver(configuration, policy: policy)
        driver.say("EHLO c.test")
        return driver
    }

    /// S21
    @Test func errorsAreCounted() {
        let driver = Self.driver { $0.maximumErrors = 3 }
        let said = driver.say("FOO", "MAIL FROM:<", "RCPT TO:<u@our.test>", "FOO", "NOOP")
        #expect(codes(said) == ["500 5.5.2", "501 5.1.7", "503 5.5.1", "421 4.7.0"])
        #expect(driver.isClosed)
    }

    /// S21: NOOP, RSET, EHLO, VRFY, HELP; a message taken sets the budget back.
    @Test(arguments: ["NOOP", "RSET", "EHLO c.test", "VRFY u", "HELP"]) func idleCommandsAreCounted(_ command: String) {
        let driver = Self.driver { $0.maximumJunkCommands = 5 }
        for _ in 0..<5 { #expect(driver.say(command).hasPrefix("2")) }
        #expect(codes(driver.say(command)) == ["421 4.7.0"] && driver.isClosed)

        let busy = Self.driver { $0.maximumJunkCommands = 5 }
        for _ in 0..<4 {
            for _ in 0..<4 { busy.say(command) }
            busy.say("MAIL FROM:<a@out.test>")
            busy.say("RCPT TO:<u@our.test>")
            busy.say("DATA")
            #expect(codes(busy.say(".")) == ["250 2.0.0"])
        }
    }

    /// RFC 5321 §4.5.3.1.10: too many recipients are no error, and the transaction goes on with those that were taken.
    @Test func excessRecipients() {
        let driver = Self.driver {
            $0.maximumRecipients = 3
            $0.maximumErrors = 2
        }
        driver.say("MAIL FROM:<a@out.test>")
        for index in 0..<20 {
            #expect(codes(driver.say("RCPT TO:<u\(index)@our.test>")) == [index < 3 ? "250 2.1.5" : "452 4.5.3"])
        }
        #expect(codes(driver.say("DATA")) == ["354"])
    }

    @Test func excessRecipientsHaveAnEndToo() {
        let driver = Self.driver { $0.maximumRecipients = 2 }
        driver.say("MAIL FROM:<a@out.test>")
        var count = 0
        while !driver.isClosed, count < 1_000 {
            driver.say("RCPT TO:<u@our.test>")
            count += 1
        }
        #expect(driver.isClosed && count <= 203)
    }

    /// U02: a valid recipient doesn't buy endless guesses.
    @Test func refusedRecipientsHaveAnEnd() {
        let driver = Self.driver {
            $0.maximumRecipients = 100
            $0.maximumErrors = 10
        } policy: {
            if case .recipient(.mailbox(let mailbox), _) = $0, mailbox.localPart.content != Array("u".utf8) {
                .reply(ReplyWords.unknownMailbox.rejecting)
            } else {
                .proceed
            }
        }
        driver.say("MAIL FROM:<a@out.test>", "RCPT TO:<u@our.test>")
        for index in 0..<100 { #expect(codes(driver.say("RCPT TO:<x\(index)@our.test>")) == ["550 5.1.1"]) }
        for _ in 0..<10 { #expect(codes(driver.say("RCPT TO:<x@our.test>")) == ["550 5.1.1"]) }
        #expect(codes(driver.say("RCPT TO:<x@our.test>")) == ["421 4.7.0"] && driver.isClosed)
    }

    /// S22: 552 behind the final dot; content without end isn't read for ever.
    @Test func sizeIsWhatComesNotWhatWasSaid() {
        let driver = Self.driver { $0.maximumMessageSize = 10 }
        #expect(codes(driver.say("MAIL FROM:<a@out.test> SIZE=11")) == ["552 5.3.4"])
        driver.say("MAIL FROM:<a@out.test> SIZE=10", "RCPT TO:<u@our.test>")
        driver.say("DATA")
        #expect(codes(driver.say("123456789", ".")) == ["552 5.3.4"])
        driver.say("MAIL FROM:<a@out.test>", "RCPT TO:<u@our.test>")
        driver.say("DATA")
        #expect(codes(driver.say("12345678", ".")) == ["250 2.0.0"])
        #expect(driver.messages == [Array("12345678\r\n".utf8)])

        driver.say("MAIL FROM:<a@out.test>", "RCPT TO:<u@our.test>")
        driver.say("DATA")
        let slice = [UInt8](repeating: 0x61, count: 1 << 20)
        var megabytes = 0
        while !driver.isClosed, megabytes < 100 {
            driver.send(slice)
            megabytes += 1
        }
        #expect(driver.isClosed && megabytes <= 18)
        #expect(driver.output.text.hasSuffix("\(ReplyWords.messageTooBig.rejecting.bytes.text)"))
    }

    /// S18: memory for a line without end is bounded: at 4096 octets the session is over.
    @Test(arguments: [511, 512, 513, 4_095]) func commandLines(_ length: Int) {
        let line = Array("NOOP ".utf8) + [UInt8](repeating: 0x78, count: length - 7) + [0x0D, 0x0A]
        for piece in [1, line.count] {
            let driver = Self.driver { _ in }
            var said = ""
            for start in stride(from: 0, to: line.count, by: piece) {
                said += driver.send(Array(line[start..<min(start + piece, line.count)]))
            }
            #expect(codes(said) == [length <= 512 ? "250 2.0.0" : "500 5.5.2"])
            #expect(!driver.isClosed)
        }
    }

    /// S20: neither another protocol nor anything else of the input is ever reflected.
    @Test(arguments: [
        "GET /canary HTTP/1.1", "SSH-2.0-canary", "Subject: canary", "canary", "EHLO canary..x",
        "MAIL FROM:<canary@@x>",
    ])
    func nothingIsReflected(_ line: String) {
        let driver = Self.driver { _ in }
        #expect(!driver.say(line).contains("canary"))
    }
}

extension Array where Element == UInt8 {
    var text: String { String(decoding: self, as: UTF8.self) }
}
