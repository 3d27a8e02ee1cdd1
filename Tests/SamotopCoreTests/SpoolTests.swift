import SMTP
import SamotopCore
import SamotopTesting
import Testing

/// The spool refuses, fails, or is full.
@Suite struct SpoolTests {
    @Test(arguments: [
        (SpoolError.insufficientStorage(cause: "PRIVATE"), "452 4.3.1"), (.failed(cause: "PRIVATE"), "451 4.3.0"),
    ]) func refusesAtOnce(_ error: SpoolError, _ code: String) throws {
        let box = mailboxes()
        let observer = RecordingObserver()
        let session = TurnedSession(try .test(box, spool: TestSpool(atOpen: error), observers: [observer]))
        session.greet()
        session.say("MAIL FROM:<a@out.test>", "RCPT TO:<u@our.test>")
        #expect(codes(session.say("DATA")) == [code])
        #expect(observer.events.contains(.failed(cause: "PRIVATE")))
        #expect(codes(session.send("BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n")) == [code, "250 2.0.0"])
        #expect(box.delivered.isEmpty && !session.output.contains("PRIVATE"))
    }

    /// The content is read to its end, so that none of it is taken for commands, and the session goes on.
    @Test(arguments: [0, 5, 12, 100, 4_000]) func refusesInTheMiddle(_ octets: Int) throws {
        let box = mailboxes()
        let spool = TestSpool(refusal: (octets, .insufficientStorage(cause: "PRIVATE")))
        let session = TurnedSession(try .test(box, spool: spool))
        session.greet()
        let content = "Subject: x\r\n\r\nRSET\r\n" + String(repeating: "QUIT\r\n", count: 1_000)
        #expect(codes(session.deliver(content)) == ["452 4.3.1"])
        session.begin()
        for line in content.split(separator: "\r\n", omittingEmptySubsequences: false) {
            #expect(session.say(String(line)).isEmpty)
        }
        #expect(codes(session.say(".")) == ["452 4.3.1"])
        #expect(codes(session.say("RCPT TO:<u@our.test>", "NOOP")) == ["503 5.5.1", "250 2.0.0"])
        session.say("MAIL FROM:<a@out.test>", "RCPT TO:<u@our.test>")
        #expect(
            codes(session.send("BDAT 4\r\na\r\n\rBDAT 6020 LAST\r\n\n\(String(repeating: "x", count: 6_019))")).first {
                $0 != "250 2.0.0"
            } == "452 4.3.1")
        #expect(codes(session.say("", "NOOP")).last == "250 2.0.0")
        #expect(box.delivered.isEmpty && !session.output.contains("PRIVATE"))
    }

    /// The last octets of a header without a body come when all is there: they may find no room either.
    @Test func refusesTheLastOctets() throws {
        let spool = TestSpool(refusal: (0, .insufficientStorage(cause: "PRIVATE")))
        let session = TurnedSession(try .test(mailboxes(), spool: spool))
        session.greet()
        session.say("MAIL FROM:<a@out.test>", "RCPT TO:<u@our.test>")
        #expect(codes(session.send("BDAT 4 LAST\r\nSubj")) == ["452 4.3.1"])
    }

    @Test func failsAtTheEnd() throws {
        let box = mailboxes()
        for (error, code): (any Error, String) in [
            (SpoolError.insufficientStorage(cause: "PRIVATE"), "452 4.3.1"),
            (SpoolError.failed(cause: "PRIVATE"), "451 4.3.0"),
            (Fault(), "451 4.3.0"),
        ] {
            let session = TurnedSession(try .test(box, spool: TestSpool(atFinish: error)))
            session.greet()
            #expect(codes(session.deliver()) == [code])
            #expect(codes(session.say("NOOP")) == ["250 2.0.0"])
        }
        #expect(box.delivered.isEmpty)
    }

    @Test func memorySpoolHasALimit() throws {
        let box = mailboxes()
        let session = TurnedSession(try .test(box, spool: MemorySpool(limit: 20)))
        session.greet()
        #expect(codes(session.deliver("12345678901234567890\r\n")) == ["452 4.3.1"])
        #expect(codes(session.deliver("123456789012345678\r\n")) == ["250 2.0.0"])
        session.say("MAIL FROM:<a@out.test> SIZE=21", "RCPT TO:<u@our.test>")
        #expect(codes(session.say("DATA")) == ["452 4.3.1"])
        #expect(box.delivered.count == 1)
    }

    /// Backpressure: a full spool makes the session wait, and nothing is lost or doubled.
    @Test func fullSpoolMakesTheSessionWait() throws {
        let box = mailboxes()
        let room = TestSpool.Room()
        let session = TurnedSession(try .test(box, spool: TestSpool(room: room)))
        session.greet()
        session.begin()
        session.send("Subject: x\r\n\r\n")
        var sent = "Subject: x\r\n\r\n"
        for number in 0..<20 {
            #expect(session.last == .wait)
            let before = room.fulls
            session.send("line \(number)\r\n")
            sent += "line \(number)\r\n"
            session.turn()
            // Not one slice more before there is room.
            #expect(session.last == .wait && room.fulls == before && session.waiting > 0)
            room.clear()
            #expect(session.wakes == number + 1)
            session.turn()
            #expect(room.fulls == before + 1)
        }
        session.send(".\r\n")
        #expect(session.last == .wait && box.delivered.isEmpty)
        room.clear()
        session.turn()
        #expect(codes(session.output).last == "250 2.0.0")
        #expect(box.delivered.map { String(decoding: $0.content, as: UTF8.self) } == [sent])
    }

    /// A session may end while its spool is full.
    @Test func endsWhileTheSpoolIsFull() throws {
        let room = TestSpool.Room()
        let session = TurnedSession(try .test(mailboxes(), spool: TestSpool(room: room)))
        session.greet()
        session.begin()
        session.send("Subject: x\r\n\r\nx\r\n.\r\n")
        #expect(session.last == .wait)
        #expect(codes(session.end(.timedOut)) == ["421 4.4.2"])
        #expect(session.isClosed)
    }
}
