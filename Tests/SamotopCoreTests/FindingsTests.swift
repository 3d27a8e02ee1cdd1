import InternetMessage
import SMTP
import SamotopCore
import SamotopTesting
import Testing

/// Evidence and record: seen by those who come later, and by nobody whom they don't concern.
@Suite struct FindingsTests {
    static func result(_ method: String, _ result: String = "pass") -> AuthenticationResult? {
        guard let method = AuthenticationKeyword(Array(method.utf8)),
            let result = AuthenticationKeyword(Array(result.utf8))
        else { return nil }
        return AuthenticationResult(method: method, result: result)
    }

    /// Adds a result named after the stage and a number, at every stage.
    static func adding(_ counter: Bell) -> TestGuard {
        TestGuard(
            name: "adding",
            any: { stage, session in
                counter.ring()
                session.evidence += [result("\(stage)-\(counter.rings)")].compactMap { $0 }
                return .accept(cause: "\(stage)-\(counter.rings)")
            })
    }

    private static func methods(_ session: TurnedSession) -> [String] {
        session.facts.evidence.map { String(decoding: $0.method.bytes, as: UTF8.self) }
    }

    @Test func evidenceIsSeenByTheNextGuard() throws {
        let first = TestGuard(
            name: "spf", provides: ["spf"],
            any: { stage, session in
                if stage == .sender { session.evidence += [Self.result("spf", "fail")].compactMap { $0 } }
                return .pass
            })
        let second = TestGuard(
            name: "dmarc", needs: ["spf"],
            any: { stage, session in
                guard stage == .sender, session.evidence == [Self.result("spf", "fail")] else { return .pass }
                return .reject(GuardTests.refusal)
            })
        let session = TurnedSession(try .test(mailboxes(), first, second))
        session.greet()
        #expect(codes(session.say("MAIL FROM:<a@out.test>")) == ["550 5.7.1"])
    }

    /// A guard that throws halfway leaves nothing half-said behind.
    @Test func evidenceOfAFailedGuardIsForgotten() throws {
        let broken = TestGuard(any: { stage, session in
            session.evidence += [Self.result("spf")].compactMap { $0 }
            if stage == .sender { throw Fault() }
            return .pass
        })
        let session = TurnedSession(try .test(mailboxes(), broken))
        session.greet()
        session.say("MAIL FROM:<a@out.test>")
        #expect(session.facts.evidence.count == 2)
    }

    /// S14: what was proved of one message proves nothing of the next.
    @Test(arguments: ["message", "RSET", "EHLO", "refused"]) func findingsEndWithTheTransaction(_ end: String) throws {
        let session = TurnedSession(try .test(mailboxes(), Self.adding(Bell())))
        session.greet()
        session.begin()
        #expect(Self.methods(session) == ["connection-1", "hello-2", "sender-3", "recipient-4"])
        session.say("x\r\n.")
        #expect(Self.methods(session) == ["connection-1", "hello-2", "sender-3", "recipient-4", "message-5"])
        switch end {
        case "RSET": session.say("MAIL FROM:<b@out.test>", "RSET")
        case "EHLO": session.say("EHLO c.test")
        case "refused": session.say("MAIL FROM:<b@out.test>", "RCPT TO:<no@our.test>", "RSET")
        default: break
        }
        session.say("MAIL FROM:<b@out.test>")
        let methods = Self.methods(session)
        #expect(methods.count == 3 && methods[0] == "connection-1" && methods[1].hasPrefix("hello-"))
        #expect(session.facts.record.map(\.stage) == [.connection, .hello, .sender])
    }

    /// What was proved of one message is not told of the next.
    @Test func theTraceTellsOfItsOwnMessage() throws {
        let box = mailboxes()
        let session = TurnedSession(try .test(box, Self.adding(Bell())))
        session.greet()
        session.deliver()
        session.deliver()
        let traces = box.delivered.map { String(decoding: $0.trace, as: UTF8.self) }
        #expect(traces.count == 2 && traces[0].contains("message-5") && traces[1].contains("message-8"))
        #expect(!traces[1].contains("message-5") && !traces[1].contains("sender-3"))
        #expect(traces[1].contains("connection-1") && traces[1].contains("hello-2"))
    }

    @Test func findingsOfAGreetingEndWithTheNext() throws {
        let session = TurnedSession(try .test(mailboxes(), Self.adding(Bell())))
        session.greet()
        session.greet("other.test")
        #expect(Self.methods(session) == ["connection-1", "hello-3"])
        #expect(session.facts.record.count == 2)
    }

    /// RFC 3207 §4.2: what the client said is forgotten; what its connection told is not.
    @Test func tlsForgetsTheGreeting() throws {
        let session = TurnedSession(try .test(mailboxes(), Self.adding(Bell())), encryption: .offered)
        session.greet()
        session.say("STARTTLS")
        session.secure()
        #expect(Self.methods(session) == ["connection-1"])
        #expect(session.facts.record.map(\.stage) == [.connection])
        #expect(session.facts.hello == nil && session.facts.tls == TurnedSession.tls)
        session.greet()
        #expect(Self.methods(session) == ["connection-1", "hello-3"])
    }

    /// RFC 5321 §4.1.4: a refused EHLO changes nothing, but it is on record.
    @Test func aRefusedGreetingChangesNothing() throws {
        let guardian = TestGuard(any: { stage, session in
            session.evidence += [Self.result("iprev")].compactMap { $0 }
            guard stage == .hello, case .name(let name) = session.hello?.domain, name == DomainName("bad.test") else {
                return .pass
            }
            return .reject(GuardTests.refusal)
        })
        let session = TurnedSession(try .test(mailboxes(), guardian))
        session.greet("good.test")
        session.begin()
        session.say("x\r\n.")
        session.say("MAIL FROM:<b@out.test>", "RCPT TO:<u@our.test>")
        let before = session.facts
        #expect(codes(session.say("EHLO bad.test")) == ["550 5.7.1"])
        #expect(session.facts.hello == before.hello && session.facts.evidence == before.evidence)
        #expect(session.facts.record.last?.verdict == .reject(GuardTests.refusal))
        #expect(codes(session.say("DATA")) == ["354"])
        #expect(codes(session.say("x\r\n.")) == ["250 2.0.0"])
    }

    /// However long a session lasts, its facts don't grow.
    @Test func findingsAreBounded() throws {
        let session = TurnedSession(try .test(mailboxes(), Self.adding(Bell())))
        session.greet()
        for _ in 0..<50 { #expect(codes(session.deliver()) == ["250 2.0.0"]) }
        #expect(session.facts.record.count == 5 && session.facts.evidence.count == 5)
    }
}
