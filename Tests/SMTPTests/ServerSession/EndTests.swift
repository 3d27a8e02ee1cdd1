import Testing

@testable import SMTP

/// Pauses, time-outs, TLS: what comes from outside the command stream.
@Suite struct EndTests {
    private static func paused(_ change: (inout ServerSession.Configuration) -> Void) -> Driver {
        var configuration = Driver.configuration()
        change(&configuration)
        let driver = Driver(configuration)
        driver.run()
        return driver
    }

    /// S09: who speaks while the greeting is held back is an early talker.
    @Test(arguments: ServerSession.Treatment.allCases) func speaksBeforeTheGreeting(
        _ treatment: ServerSession.Treatment
    ) {
        let driver = Self.paused {
            $0.greetingDelay = .seconds(2)
            $0.earlyTalker = treatment
        }
        #expect(driver.output.isEmpty && driver.pauses == [.seconds(2)])
        let said = driver.say("EHLO c.test")
        #expect(driver.violations == [.earlyTalker])
        switch treatment {
        case .refuse:
            #expect(codes(said) == ["554 5.5.0"] && driver.isClosed)
        case .note:
            #expect(said.isEmpty)
            driver.pauseEnds()
            #expect(codes(driver.output.text) == ["220", "250"])
        }
    }

    /// S09: so is who speaks while policy takes its time over the connection.
    @Test(arguments: ServerSession.Treatment.allCases) func speaksWhilePolicyWaits(
        _ treatment: ServerSession.Treatment
    ) {
        var configuration = Driver.configuration()
        configuration.earlyTalker = treatment
        let driver = Driver(configuration) { $0 == .connection ? nil : .proceed }
        // A loop that asks policy holds the input back meanwhile.
        driver.answer(.proceed)
        driver.say("EHLO c.test")
        #expect(driver.violations == [.earlyTalker])
        #expect(codes(driver.output.text) == (treatment == .refuse ? ["554 5.5.0"] : ["220", "250"]))
        #expect(driver.isClosed == (treatment == .refuse))
    }

    /// RFC 5321 §3.8: 421 is the last word, whatever was held back.
    @Test func endsInTheGreetingsPause() {
        let driver = Self.paused { $0.greetingDelay = .seconds(2) }
        driver.end(.shuttingDown)
        #expect(driver.isClosed)
        driver.pauseEnds()
        #expect(codes(driver.output.text) == ["421 4.3.2"])
    }

    @Test func endsInAnErrorsPause() {
        let driver = Self.paused { $0.errorDelay = .seconds(5) }
        driver.say("XYZZY")
        #expect(driver.pauses == [.seconds(5)])
        driver.end(.timedOut)
        #expect(driver.isClosed)
        driver.pauseEnds()
        #expect(codes(driver.output.text) == ["220", "421 4.4.2"])
    }

    @Test func errorsAreHeldBackAndInputWaits() {
        let driver = Self.paused { $0.errorDelay = .seconds(5) }
        #expect(driver.say("XYZZY", "NOOP").isEmpty)
        #expect(driver.waiting == 6)
        driver.pauseEnds()
        #expect(codes(driver.output.text) == ["220", "500 5.5.2", "250 2.0.0"])
        driver.pauseEnds()
        #expect(driver.pauses.count == 1)
    }

    @Test(
        arguments: StateTableTests.cells.map(\.state).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    )
    func endsInAnyState(_ state: String) {
        let driver = StateTableTests.driver(in: state)
        let before = driver.output.count
        driver.end(.timedOut)
        #expect(driver.isClosed && driver.state == "closed")
        // Inside the handshake, and after the last word, there is nobody to say it to.
        let isSilent = ["securing", "closing", "closed"].contains(state)
        #expect(codes(Array(driver.output[before...]).text) == (isSilent ? [] : ["421 4.4.2"]))
        #expect(driver.messages.isEmpty)
    }

    @Test(
        arguments: StateTableTests.cells.map(\.state).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    )
    func lateEventsDoNothingToAClosedSession(_ state: String) {
        let driver = StateTableTests.driver(in: state)
        let before = driver.output
        driver.disconnect()
        driver.answer(.proceed)
        driver.pauseEnds()
        driver.secured()
        driver.refuseContent(.shuttingDown)
        driver.say("NOOP")
        #expect(driver.output == before)
        #expect(driver.state == "closed")
    }

    /// CVE-2011-0411: octets that come before the handshake, together with STARTTLS or after it, mean nothing.
    @Test func plaintextBeforeTheHandshake() {
        let together = Self.paused { $0.illegalPipelining = .note }
        together.say("EHLO c.test")
        #expect(codes(together.say("STARTTLS", "NOOP")) == ["554 5.5.0"] && together.isClosed && !together.isSecuring)

        let driver = Self.paused { _ in }
        driver.say("EHLO c.test")
        driver.say("STARTTLS")
        #expect(driver.isSecuring)
        #expect(driver.say("MAIL FROM:<eve@out.test>").isEmpty && driver.isClosed)
    }

    /// Octets that come between the 220 and the handshake: the loop is told to close, not to begin TLS.
    @Test func plaintextWhileTheReplyIsSent() {
        var machine = ServerSession(Driver.configuration())
        let nothing: [UInt8] = []
        let hello = Array("EHLO c.test\r\n".utf8)
        let startTLS = Array("STARTTLS\r\n".utf8)
        let injected = Array("NOOP\r\n".utf8)
        _ = machine.open()
        _ = machine.answer(.proceed)
        _ = machine.next(nothing.span)
        _ = machine.next(hello.span)
        _ = machine.answer(.proceed)
        let reply = machine.next(startTLS.span)
        #expect(reply.action == .send(Reply.readyForTLS.bytes))
        let step = machine.next(injected.span)
        #expect(step.action == .close && step.consumed == injected.count)
    }

    /// RFC 3207 §4.2: after the handshake everything said before is forgotten.
    @Test func tlsForgets() {
        let driver = Self.paused { _ in }
        driver.begin()
        driver.say("STARTTLS")
        driver.secured()
        #expect(driver.state == "greeting" && !driver.inTransaction)
        #expect(codes(driver.say("MAIL FROM:<a@out.test>")) == ["503 5.5.1"])
        let offered = driver.say("EHLO c.test")
        #expect(!offered.contains("STARTTLS") && offered.contains("REQUIRETLS"))
        #expect(codes(driver.say("STARTTLS")) == ["503 5.5.1"])
    }

    /// RFC 3207 §4: what works before TLS where TLS is required.
    @Test(arguments: StateTableTests.commands.keys.sorted()) func requiredTLS(_ command: String) {
        let allowed = [
            "EHLO": "250", "NOOP": "250 2.0.0", "QUIT": "221 2.0.0", "LHLO": "500 5.5.2", "bad EHLO": "501 5.5.4",
        ]
        let anyway = [
            "unknown": "500 5.5.2", "empty": "500 5.5.2", "control": "501 5.5.2", "long": "500 5.5.2",
            "endless": "500 5.5.2",
            "bare LF": "500 5.5.2", "HTTP": "554 5.5.0", "TLS": "554 5.5.0", "STARTTLS": "503 5.5.1",
        ]
        let driver = Self.paused { $0.encryption = .required }
        let said = driver.send(Array((StateTableTests.commands[command] ?? "").utf8))
        #expect(codes(said) == [allowed[command] ?? anyway[command] ?? "530 5.7.0"])
        #expect(driver.questions.allSatisfy { if case .hello = $0 { true } else { $0 == .connection } })
    }
}
