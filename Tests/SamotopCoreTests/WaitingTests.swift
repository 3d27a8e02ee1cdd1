import InternetMessage
import SMTP
import SamotopCore
import SamotopTesting
import Testing

/// Guards and deliveries that really wait for something.
/// The limit turns a wake that never comes into a failure.
@Suite(.timeLimit(.minutes(10))) struct WaitingTests {
    private static func waiting(at stage: Stage, _ gate: Gate) -> TestGuard {
        TestGuard(
            name: "slow",
            any: { asked, _ in
                if asked == stage { await gate.pass() }
                return .pass
            })
    }

    /// The session waits, what was pipelined keeps its order, and one wake is enough.
    @Test(arguments: [Stage.sender, .recipient]) func pipelinedInputKeepsItsOrder(_ stage: Stage) async throws {
        let gate = Gate()
        let session = TurnedSession(try .test(mailboxes(), Self.waiting(at: stage, gate)))
        session.greet()
        let said = session.say(
            "MAIL FROM:<a@out.test>", "RCPT TO:<no@our.test>", "RCPT TO:<u@our.test>", "NOOP", "RSET", "VRFY u")
        #expect(codes(said) == (stage == .sender ? [] : ["250 2.1.0", "550 5.1.1"]))
        #expect(session.last == .wait && session.session.isDeciding && session.waiting > 0)
        await gate.arrived()
        // Turning without an answer changes nothing.
        session.turn()
        session.turn()
        #expect(session.last == .wait && session.wakes == 0)
        gate.open()
        await session.turn(afterWake: 1)
        #expect(
            codes(session.output).suffix(6) == [
                "250 2.1.0", "550 5.1.1", "250 2.1.5", "250 2.0.0", "250 2.0.0", "252 2.1.5",
            ])
        #expect(session.wakes == 1 && session.waiting == 0)
    }

    @Test func everyStageMayWait() async throws {
        for stage in Stage.allCases {
            let box = mailboxes()
            let gate = Gate()
            let session = TurnedSession(try .test(box, Self.waiting(at: stage, gate)))
            // Nothing is pipelined where it is not allowed: each line waits for its reply.
            for line in ["EHLO c.test", "MAIL FROM:<a@out.test>", "RCPT TO:<u@our.test>", "DATA", "x\r\n."] {
                session.say(line)
                guard session.last == .wait else { continue }
                gate.open()
                await session.turn(afterWake: 1)
            }
            #expect(codes(session.output) == ["220", "250", "250 2.1.0", "250 2.1.5", "354", "250 2.0.0"], "\(stage)")
            #expect(session.wakes == 1 && box.delivered.count == 1)
        }
    }

    /// S09: whoever speaks while the connection's guards wait has not waited for the greeting.
    @Test func speaksWhileTheConnectionIsJudged() async throws {
        var conduct = Conduct()
        conduct.earlyTalker = .refuse
        let gate = Gate()
        let guards: [any MailGuard] = [Self.waiting(at: .connection, gate), TestGuard(conduct: conduct)]
        let service = try MailService("mx.our.test", delivering: mailboxes()) { guards }
        let session = TurnedSession(service)
        await gate.arrived()
        #expect(session.say("EHLO c.test").isEmpty)
        gate.open()
        await session.turn(afterWake: 1)
        #expect(codes(session.output) == ["554 5.5.0"] && session.isClosed)
    }

    /// D5: the client left before its message was on its way into a mailbox: it isn't there.
    @Test(arguments: ["gone", "timed out"]) func clientLeavesWhileAGuardWaits(_ how: String) async throws {
        let box = mailboxes()
        let gate = Gate()
        let released = Bell()
        let session = TurnedSession(
            try .test(box, spool: TestSpool(released: released), Self.waiting(at: .message, gate)))
        session.greet()
        #expect(session.deliver().isEmpty)
        await gate.arrived()
        if how == "gone" { session.drop() } else { #expect(codes(session.end(.timedOut)) == ["421 4.4.2"]) }
        gate.open()
        // The content is let go when the guard's answer has had its effect.
        await released.heard()
        #expect(box.delivered.isEmpty)
    }

    /// S26: the client left while its message was being written: it is there once, and a resend finds it.
    @Test(arguments: ["gone", "timed out"]) func clientLeavesWhileTheDeliveryWaits(_ how: String) async throws {
        let box = mailboxes()
        let gate = Gate()
        let agent = TestAgent(mailboxes: box, atDelivery: { _ in await gate.pass() })
        let released = Bell()
        let service = try MailService.test(agent, spool: TestSpool(released: released))
        let session = TurnedSession(service)
        session.greet()
        #expect(session.deliver().isEmpty)
        await gate.arrived()
        if how == "gone" { session.drop() } else { #expect(codes(session.end(.timedOut)) == ["421 4.4.2"]) }
        gate.open()
        await released.heard()
        #expect(box.delivered.count == 1)

        let again = TurnedSession(service)
        again.greet()
        again.deliver()
        if again.last == .wait { await again.turn(afterWake: 1) }
        #expect(codes(again.output).last == "250 2.0.0")
        #expect(box.delivered.count == 1)
    }

    /// A wake that comes late, or for nothing, does no harm.
    @Test func uselessTurns() async throws {
        let gate = Gate()
        let session = TurnedSession(try .test(mailboxes(), Self.waiting(at: .sender, gate)))
        session.greet()
        session.say("MAIL FROM:<a@out.test>")
        await gate.arrived()
        session.drop()
        gate.open()
        session.turn()
        #expect(session.isClosed)
        session.drop()
        #expect(session.end(.timedOut).isEmpty)
    }
}
