import Testing

@testable import SMTP

/// What the table can't say: the words, what is asked, and what waits.
@Suite("AUTH in the session machine") struct AuthenticationTests {
    private static func driver(
        _ encryption: ServerSession.Encryption = .active, _ answer: @escaping (Int) -> ServerSession.Answer?
    ) -> Driver {
        var asked = 0
        let driver = Driver(AuthenticationTableTests.configuration(encryption)) { question in
            switch question {
            case .authentication, .authenticationResponse:
                asked += 1
                return answer(asked)
            default: return .proceed
            }
        }
        driver.say("EHLO c.test")
        return driver
    }

    @Test("U05: AUTH is offered inside TLS only, and what was said before is forgotten")
    func offered() {
        let clear = Self.driver(.required) { _ in .proceed }
        #expect(!clear.say("EHLO c.test").contains("AUTH"))
        #expect(codes(clear.say("AUTH LOGIN")) == ["538 5.7.11"])
        clear.say("STARTTLS")
        clear.secured()
        #expect(clear.say("EHLO c.test").contains("250-AUTH SCRAM-SHA-256 LOGIN\r\n"))
        #expect(codes(clear.say("MAIL FROM:<a@our.test>")) == ["530 5.7.0"])
        #expect(codes(clear.say("AUTH LOGIN")) == ["235 2.7.0"])
    }

    @Test("Challenges and responses are base64; an initial response may be empty")
    func exchange() {
        let driver = Self.driver { $0 < 3 ? .challenge(Array("Ask \($0)".utf8)) : .proceed }
        #expect(driver.say("AUTH LOGIN =") == "334 QXNrIDE=\r\n")
        #expect(driver.say("dXNlcg==") == "334 QXNrIDI=\r\n")
        #expect(codes(driver.say("")) == ["235 2.7.0"])
        #expect(
            driver.questions.suffix(3) == [
                .authentication(mechanism: "LOGIN", response: []), .authenticationResponse(Array("user".utf8)),
                .authenticationResponse([]),
            ])
    }

    @Test("Commands that were sent behind AUTH wait for its answer, and go by it")
    func pipelined() {
        let driver = Self.driver { _ in nil }
        #expect(driver.say("AUTH LOGIN AGEAYg==", "MAIL FROM:<a@our.test>", "RCPT TO:<u@our.test>") == "")
        #expect(driver.waiting > 0)
        driver.answer(.reply(ReplyWords.credentialsInvalid.rejecting))
        driver.run()
        #expect(
            codes(String(decoding: driver.output, as: UTF8.self)).suffix(3) == ["535 5.7.8", "530 5.7.0", "530 5.7.0"])
        driver.say("AUTH LOGIN AGEAYg==", "MAIL FROM:<a@our.test>")
        driver.answer(.proceed)
        driver.run()
        #expect(codes(String(decoding: driver.output, as: UTF8.self)).suffix(2) == ["235 2.7.0", "250 2.1.0"])
    }

    @Test("U06: three failures, then the next AUTH isn't looked at and ends the session")
    func budget() {
        let driver = Self.driver { _ in .reply(ReplyWords.credentialsInvalid.rejecting) }
        for _ in 0..<3 { #expect(codes(driver.say("AUTH LOGIN")) == ["535 5.7.8"]) }
        let asked = driver.questions.count
        #expect(codes(driver.say("AUTH LOGIN")) == ["421 4.7.0"])
        #expect(driver.isClosed && driver.questions.count == asked)
    }

    @Test("U07: a line of 12,288 octets is taken, a longer one is 500 5.5.6")
    func lengths() {
        let driver = Self.driver { _ in .challenge([]) }
        driver.say("AUTH LOGIN")
        #expect(driver.send(Array(repeating: 0x41, count: 12_284) + [0x0D, 0x0A]) == "334 \r\n")
        driver.say("*")
        let command = Array("AUTH LOGIN ".utf8)
        #expect(
            codes(driver.send(command + Array(repeating: 0x41, count: 12_287 - command.count) + [0x0D, 0x0A]))
                == ["500 5.5.2"] || driver.isClosed)
    }

    @Test("What isn't a challenge's answer never counts as yes")
    func strayChallenge() {
        let driver = Driver(AuthenticationTableTests.configuration()) { question in
            if case .hello = question { .challenge([]) } else { .proceed }
        }
        #expect(codes(driver.say("EHLO c.test")) == ["451 4.3.0"])
        #expect(driver.isClosed)
    }
}
