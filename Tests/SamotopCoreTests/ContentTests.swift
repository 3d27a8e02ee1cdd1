import SMTP
import SamotopCore
import SamotopTesting
import Testing

/// What becomes of a message's header section on its way in.
@Suite struct ContentTests {
    private let box = mailboxes()

    private func session(_ change: (inout SessionLimits) -> Void = { _ in }) throws -> TurnedSession {
        var limits = SessionLimits()
        change(&limits)
        let session = TurnedSession(try .test(box, limits: limits))
        session.greet()
        return session
    }

    private var stored: [String] { box.delivered.map { String(decoding: $0.content, as: UTF8.self) } }

    /// M25
    @Test func headerOverItsLimit() throws {
        let session = try session { $0.headerSize = 1_000 }
        let line = "X: \(String(repeating: "x", count: 95))\r\n"
        #expect(
            codes(session.deliver(String(repeating: line, count: 9) + "\r\n" + String(repeating: line, count: 50))) == [
                "250 2.0.0"
            ])
        #expect(codes(session.deliver(String(repeating: line, count: 11) + "\r\nbody\r\n")) == ["552 5.3.4"])
        #expect(codes(session.say("NOOP")) == ["250 2.0.0"])
        let fields = try self.session { $0.headerFields = 3 }
        #expect(codes(fields.deliver("A: 1\r\nB: 2\r\nC: 3\r\n\r\n")) == ["250 2.0.0"])
        #expect(codes(fields.deliver("A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n")) == ["552 5.3.4"])
        #expect(box.delivered.count == 2)
    }

    /// RFC 5321 §6.3
    @Test func fiftyReceivedFieldsAreALoop() throws {
        let session = try session()
        func content(_ count: Int) -> String {
            String(repeating: "Received: from a by b;\r\n x\r\n", count: count) + "\r\n"
                + String(repeating: "Received: x\r\n", count: 60)
        }
        #expect(codes(session.deliver(content(49))) == ["250 2.0.0"])
        #expect(codes(session.deliver(content(50))) == ["554 5.4.6"])
        #expect(codes(session.deliver(content(200))) == ["554 5.4.6"])
        #expect(codes(session.say("NOOP")) == ["250 2.0.0"])
        #expect(box.delivered.count == 1)
    }

    /// M23: fields that would be taken for ours.
    @Test func forgedTraceFieldsAreRemoved() throws {
        let session = try session()
        let content = """
            Return-Path: <forged@x.test>\r
            return-path : <forged@x.test>\r
            Authentication-Results: mx.our.test; dmarc=pass\r
            AUTHENTICATION-RESULTS: MX.Our.Test 1;\r
             spf=pass\r
            Authentication-Results:\r
             (c) "mx.our.test"; dkim=pass\r
            Authentication-Results: other.test; dkim=pass\r
            Received: from a by b; x\r
            Subject: kept\r
            \r
            Return-Path: <body@x.test>\r
            Authentication-Results: mx.our.test; body\r

            """
        #expect(codes(session.deliver(content)) == ["250 2.0.0"])
        let kept = """
            Authentication-Results: other.test; dkim=pass\r
            Received: from a by b; x\r
            Subject: kept\r
            \r
            Return-Path: <body@x.test>\r
            Authentication-Results: mx.our.test; body\r

            """
        #expect(stored == [kept])
        // Octet by octet it is the same.
        session.begin()
        for octet in content.unicodeScalars { session.send(String(octet)) }
        session.send(".\r\n")
        #expect(stored == [kept, kept])
    }

    /// D7: what came in goes out.
    @Test(arguments: [
        "", "\r\n", "x\r\n", "no header\r\n\r\nbody\r\n", "A: b\r\n", "A: b\r\n\r\n", "\r\n\r\n\r\n", ": x\r\n",
        " x\r\n\r\n",
    ])
    func otherContentIsUntouched(_ content: String) throws {
        let session = try session()
        #expect(codes(session.deliver(content)) == ["250 2.0.0"])
        session.say("MAIL FROM:<a@out.test>", "RCPT TO:<u@our.test>")
        #expect(codes(session.send("BDAT \(content.utf8.count) LAST\r\n" + content)) == ["250 2.0.0"])
        #expect(stored == [content, content])
    }

    /// S25: nothing of a message that was not complete.
    @Test(arguments: ["x\r\n", "x\r\n.", "x\r\n.\r"]) func connectionDiesInTheContent(_ content: String) throws {
        let session = try session()
        session.begin()
        session.send(content)
        session.drop()
        #expect(box.delivered.isEmpty)
    }

    /// S14: the second message of a session is its own.
    @Test func messagesDoNotMix() throws {
        let session = try session()
        session.deliver("Subject: 1\r\n\r\none\r\n", to: ["u@our.test", "v@our.test"], from: "<a@out.test>")
        session.deliver("Subject: 2\r\n\r\ntwo\r\n", to: ["w@our.test"], from: "<>")
        #expect(box.delivered.map(\.mailbox) == ["u", "v", "w"])
        #expect(stored.suffix(1) == ["Subject: 2\r\n\r\ntwo\r\n"])
        #expect(box.delivered.last?.reversePath == .null)
        #expect(Set(box.delivered.map(\.id)).count == 2)
    }

    /// Observers see the session in the order of the wire, and everything that was decided.
    @Test func observersSeeEverything() throws {
        let observer = RecordingObserver()
        let session = TurnedSession(
            try .test(box, observers: [observer], TestGuard.saying(.accept(cause: "known"), at: .sender)))
        session.greet()
        session.deliver("x\r\n")
        session.say("QUIT")
        let kinds = observer.events.map { event in
            switch event {
            case .received(let line): String(decoding: line.prefix(4), as: UTF8.self)
            case .sent(let bytes): String(decoding: bytes.prefix(3), as: UTF8.self)
            case .judged(let record): record.judge
            case .content(let octets): "content \(octets)"
            case .delivered(_, let recipients, _): "delivered \(recipients)"
            default: "\(event)"
            }
        }
        #expect(
            kinds == [
                "opened", "220", "EHLO", "250", "MAIL", "test", "250", "RCPT", "250", "DATA", "354", "content 3",
                "delivered 1",
                "250", "QUIT", "221", "closed",
            ])
    }
}
