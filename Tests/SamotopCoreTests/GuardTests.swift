import InternetMessage
import SMTP
import SamotopCore
import SamotopTesting
import Synchronization
import Testing

/// Guards are asked in written order, and every answer is on record.
@Suite struct GuardTests {
    static let words = ReplyWords(50, 7, 1, "Public words")
    static let refusal = Refusal(words, cause: "PRIVATE cause")

    /// Says all that leads to a delivery, as far as the server goes along.
    @discardableResult static func converse(_ session: TurnedSession) -> [String] {
        for line in ["EHLO c.test", "MAIL FROM:<a@out.test>", "RCPT TO:<u@our.test>", "DATA", "x\r\n."]
        where !session.isClosed {
            session.say(line)
        }
        return codes(session.output)
    }

    @Test(
        "What is about room is asked although somebody has accepted; what is about senders isn't",
        arguments: Stage.allCases)
    func alwaysAsked(_ stage: Stage) throws {
        for (isAlwaysAsked, isTaken) in [(true, false), (false, true)] {
            let box = mailboxes()
            var last = TestGuard.saying(.reject(Self.refusal), at: stage, name: "room")
            last.isAlwaysAsked = isAlwaysAsked
            let first = TestGuard.saying(.accept(cause: "known"), at: stage, name: "list")
            let session = TurnedSession(try .test(box, first, last))
            Self.converse(session)
            #expect(box.delivered.isEmpty == !isTaken)
            #expect(session.facts.record.map(\.judge) == (isAlwaysAsked ? ["list", "room"] : ["list"]))
        }
    }

    @Test(arguments: Stage.allCases) func throwingIsPostponing(_ stage: Stage) throws {
        let box = mailboxes()
        let broken = TestGuard(name: "broken", any: { asked, _ in if asked == stage { throw Fault() } else { .pass } })
        let session = TurnedSession(try .test(box, broken))
        let said = Self.converse(session)
        // RFC 5321 §4.3.2: instead of a greeting only 421 or 554.
        #expect(said.contains(stage == .connection ? "421 4.3.0" : "451 4.3.0"))
        #expect(box.delivered.isEmpty)
        #expect(!session.output.contains("PRIVATE"))
        let record = try #require(session.facts.record.first)
        #expect(record.judge == "broken" && record.stage == stage)
        #expect(record.verdict == .postpone(Refusal(.localError, cause: "the guard failed: Fault")))
    }

    /// What an answer becomes at each stage: the reply, and whether the session goes on.
    @Test(arguments: Stage.allCases) func answersBecomeReplies(_ stage: Stage) throws {
        let connection = stage == .connection
        for (verdict, code, closes): (Verdict, String, Bool) in [
            (.postpone(Self.refusal), connection ? "421 4.7.1" : "450 4.7.1", connection),
            (.reject(Self.refusal), connection ? "554 5.7.1" : "550 5.7.1", connection),
            (.disconnect(Self.refusal), "421 4.7.1", true),
        ] {
            let box = mailboxes()
            let observer = RecordingObserver()
            let session = TurnedSession(
                try .test(box, observers: [observer], TestGuard.saying(verdict, at: stage, name: "a")))
            #expect(Self.converse(session).contains(code), "\(verdict)")
            #expect(session.isClosed == closes)
            #expect(box.delivered.isEmpty)
            #expect(session.output.contains("Public words") && !session.output.contains("PRIVATE"))
            #expect(session.facts.record == [JudgementRecord(stage: stage, judge: "a", verdict: verdict)])
            #expect(observer.events.contains(.judged(JudgementRecord(stage: stage, judge: "a", verdict: verdict))))
        }
        for verdict: Verdict in [.pass, .accept(cause: "PRIVATE")] {
            let box = mailboxes()
            let session = TurnedSession(try .test(box, TestGuard.saying(verdict, at: stage, name: "a")))
            #expect(Self.converse(session).last == "250 2.0.0")
            #expect(box.delivered.count == 1 && !session.output.contains("PRIVATE"))
            #expect(session.facts.record.map(\.verdict) == (verdict == .pass ? [] : [verdict]))
        }
    }

    @Test(arguments: Stage.allCases) func theFirstAnswerIsFinal(_ stage: Stage) throws {
        let refuse = Verdict.reject(Self.refusal)
        for (first, second, isDelivered): (Verdict, Verdict, Bool) in [
            (.accept(cause: "known"), refuse, true), (refuse, .accept(cause: "known"), false), (.pass, refuse, false),
        ] {
            let box = mailboxes()
            let asked = Bell()
            let counting = TestGuard(
                name: "last",
                any: { at, _ in
                    if at == stage { asked.ring() }
                    return .pass
                })
            let session = TurnedSession(
                try .test(
                    box, TestGuard.saying(first, at: stage, name: "1"), TestGuard.saying(second, at: stage, name: "2"),
                    counting))
            Self.converse(session)
            #expect(box.delivered.count == (isDelivered ? 1 : 0))
            #expect(asked.rings == 0)
            #expect(session.facts.record.map(\.judge) == [first == .pass ? "2" : "1"])
        }
    }

    /// R27: nobody's `.accept` makes an open relay.
    @Test(arguments: [
        "b@out.test", "b%out.test@our.test", "out.test!b@our.test", "\"b@out.test\"@our.test", "b@[192.0.2.1]",
    ])
    func acceptNeverLiftsTheRelayRule(_ recipient: String) throws {
        let box = mailboxes()
        let session = TurnedSession(try .test(box, TestGuard(any: { _, _ in .accept(cause: "all are welcome") })))
        session.greet()
        session.say("MAIL FROM:<u@our.test>")
        #expect(codes(session.say("RCPT TO:<\(recipient)>")) == ["550 5.7.1"])
        #expect(session.facts.record.last?.judge == "relay rule")
        #expect(codes(session.say("DATA")) == ["503 5.5.1"])
        #expect(box.delivered.isEmpty)
    }

    @Test func theDirectoryAnswersFirst() throws {
        let asked = Bell()
        let guardian = TestGuard(any: { stage, _ in
            if stage == .recipient { asked.ring() }
            return .pass
        })
        let agent = TestAgent(
            mailboxes: mailboxes(),
            atResolve: { path in
                if path.mailbox?.localPart.content == Array("broken".utf8) { throw Fault() }
                return nil
            })
        let session = TurnedSession(try .test(agent, guardian))
        session.greet()
        session.say("MAIL FROM:<a@out.test>")
        #expect(codes(session.say("RCPT TO:<broken@our.test>")) == ["451 4.3.0"])
        #expect(
            session.facts.record.last?.verdict == .postpone(Refusal(.localError, cause: "the directory failed: Fault")))
        #expect(codes(session.say("RCPT TO:<no@our.test>")) == ["550 5.1.1"])
        #expect(codes(session.say("RCPT TO:<full@our.test>")) == ["452 4.2.2"])
        #expect(asked.rings == 0)
        #expect(session.facts.record.map(\.judge) == ["directory", "directory", "directory"])
        #expect(codes(session.say("RCPT TO:<u@our.test>")) == ["250 2.1.5"])
        #expect(asked.rings == 1)
        #expect(!session.output.contains("Fault") && !session.output.contains("PRIVATE"))
    }

    @Test func deliveryThatFails() throws {
        let box = mailboxes()
        let observer = RecordingObserver()
        for (error, code): (any Error, String) in [
            (DeliveryError.insufficientStorage(cause: "PRIVATE"), "452 4.3.1"),
            (DeliveryError.failed(cause: "PRIVATE"), "451 4.3.0"), (Fault(), "451 4.3.0"),
            (CancellationError(), "451 4.3.0"),
        ] {
            let agent = TestAgent(mailboxes: box, atDelivery: { _ in throw error })
            let session = TurnedSession(try .test(agent, observers: [observer]))
            session.greet()
            #expect(codes(session.deliver()) == [code])
            // RFC 5321 §4.1.1.4: the transaction is over, the session isn't.
            #expect(codes(session.say("RCPT TO:<u@our.test>", "NOOP")) == ["503 5.5.1", "250 2.0.0"])
            #expect(!session.output.contains("PRIVATE"))
        }
        #expect(box.delivered.isEmpty)
        #expect(observer.events.count { if case .failed = $0 { true } else { false } } == 4)
    }

    @Test func partsInAnOrderThatCannotWork() throws {
        let spf = TestGuard(name: "spf", provides: ["spf"])
        let dmarc = TestGuard(name: "dmarc", needs: ["spf", "dkim"], provides: ["dmarc"])
        let dkim = TestGuard(name: "dkim", provides: ["dkim"])
        #expect(throws: CompositionError.missingEvidence(guard: "dmarc", method: "dkim")) {
            try MailService.test(mailboxes(), spf, dmarc, dkim)
        }
        #expect(throws: CompositionError.missingEvidence(guard: "dmarc", method: "dkim")) {
            try MailService.test(mailboxes(), dmarc, spf, dkim)
        }
        #expect(throws: CompositionError.missingEvidence(guard: "a", method: "x")) {
            try MailService.test(mailboxes(), TestGuard(name: "a", needs: ["x"], provides: ["x"]))
        }
        _ = try MailService.test(mailboxes(), dkim, spf, dmarc)
        for name in ["", "mx our test", "mx.our.test.", "-x.test", "1.2.3.4"] {
            #expect(throws: CompositionError.invalidName(name)) { try MailService(name, delivering: mailboxes()) }
        }
    }

    @Test func guardsAreComposedInWrittenOrder() throws {
        let isStrict = true
        let order = RecordedOrder()
        let service = try MailService("mx.our.test", delivering: mailboxes()) {
            order.named("1")
            if isStrict { order.named("2") }
            if isStrict { order.named("3") } else { order.named("never") }
            [order.named("4"), order.named("5")]
            for name in ["6", "7"] { order.named(name) }
        }
        _ = TurnedSession(service)
        #expect(order.names == ["1", "2", "3", "4", "5", "6", "7"])
    }

    /// The conducts of all guards are merged to the strictest.
    @Test func conductIsMerged() {
        var patient = Conduct()
        patient.greetingDelay = .seconds(5)
        patient.maximumErrors = 3
        patient.longLines = .refuse
        var strict = Conduct()
        strict.errorDelay = .seconds(1)
        strict.earlyTalker = .refuse
        strict.illegalPipelining = .refuse
        strict.maximumErrors = 7
        strict.maximumJunkCommands = 20
        let merged = patient.merged(with: strict)
        #expect(merged == strict.merged(with: patient))
        #expect(merged.greetingDelay == .seconds(5) && merged.errorDelay == .seconds(1))
        #expect(merged.earlyTalker == .refuse && merged.illegalPipelining == .refuse && merged.longLines == .refuse)
        #expect(merged.maximumErrors == 3 && merged.maximumJunkCommands == 20)
        #expect(Conduct().merged(with: Conduct()) == Conduct())
    }

    /// Each guard learns what became of a message, whoever refused it, and of nothing that guards weren't asked about.
    @Test func messagesAreSettled() throws {
        let box = mailboxes()
        let (first, last) = (SettlingGuard(), SettlingGuard())
        let refusing = Bell()
        let service = try MailService.test(
            box, first,
            TestGuard(
                name: "refusing",
                any: { stage, _ in
                    stage == .message && refusing.rings == 1 ? .reject(Self.refusal) : .pass
                }), last)
        Self.converse(TurnedSession(service))
        #expect(first.told == [true] && last.told == [true])
        refusing.ring()
        Self.converse(TurnedSession(service))
        #expect(first.told == [true, false] && last.told == first.told)
        refusing.ring()
        box.fail(with: .insufficientStorage(cause: "full"))
        Self.converse(TurnedSession(service))
        #expect(first.told == [true, false, false] && last.told == first.told)
        let session = TurnedSession(service)
        for line in ["EHLO c.test", "MAIL FROM:<a@out.test>", "RCPT TO:<nobody@our.test>", "DATA", "RSET"] {
            session.say(line)
        }
        #expect(first.told.count == 3)
    }

    @Test func theMachineEnforcesTheConduct() throws {
        var conduct = Conduct()
        conduct.greetingDelay = .seconds(2)
        conduct.errorDelay = .seconds(3)
        conduct.maximumErrors = 1
        let session = TurnedSession(try .test(mailboxes(), TestGuard(conduct: conduct), TestGuard()))
        #expect(session.pauses == [.seconds(2)] && session.output.isEmpty)
        session.pauseEnds()
        session.say("FOO")
        #expect(session.pauses == [.seconds(2), .seconds(3)])
        session.pauseEnds()
        #expect(codes(session.say("FOO")) == ["421 4.7.0"])
    }
}

/// A guard that remembers whether messages were taken.
private final class SettlingGuard: MailGuard {
    private let all = Mutex<[Bool]>([])
    var told: [Bool] { all.withLock { $0 } }
    func settled(_ message: ReceivedMessage, isTaken: Bool, _ session: Session) async {
        all.withLock { $0.append(isTaken) }
    }
}

/// Guards that tell when they are asked.
private final class RecordedOrder: Sendable {
    private let log = RecordingLog()
    var names: [String] { log.names }
    func named(_ name: String) -> TestGuard {
        let log = log
        return TestGuard(
            name: name,
            any: { _, _ in
                log.add(name)
                return .pass
            })
    }
}
