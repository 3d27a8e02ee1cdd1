import Testing

@testable import SMTP

@Suite("Transactions of a client (RFC 5321 §3.3, RFC 2920)") struct ClientTransactionTests {
    private static func outcome(_ driver: ClientDriver, _ at: Int = 0) -> [String] {
        guard driver.results.indices.contains(at) else { return ["no result"] }
        return driver.results[at].recipients.map { "\($0.stage.rawValue) \($0.reply.code)" }
    }

    @Test("pipelined: one group up to DATA, then the content in one go, and the next message without RSET")
    func pipelined() throws {
        let driver = ClientDriver(offering: "PIPELINING")
        let group = "MAIL FROM:<a@our.test>\r\nRCPT TO:<b@out.test>\r\nRCPT TO:<c@out.test>\r\nDATA\r\n"
        #expect(try driver.send(transaction("b@out.test", "c@out.test"), Array(".x\r\n".utf8)) == group)
        #expect(driver.hear("250 a", "250 b") == "")
        #expect(driver.hear("250 c", "354 go") == "..x\r\n.\r\n")
        #expect(driver.isEndSent)
        driver.hear("250 2.0.0 taken")
        #expect(Self.outcome(driver) == ["content 250", "content 250"])
        #expect(driver.results[0].isAcceptedForAll)
        #expect(
            try driver.send(transaction("b@out.test"), [])
                == "MAIL FROM:<a@our.test>\r\nRCPT TO:<b@out.test>\r\nDATA\r\n")
    }

    @Test("without PIPELINING, or with it switched off, one command at a time", arguments: [true, false])
    func lockstep(_ isOffered: Bool) throws {
        let driver =
            isOffered
            ? ClientDriver(offering: "PIPELINING") { $0.pipelining = false } : ClientDriver(offering: "8BITMIME")
        #expect(
            try driver.send(transaction("b@out.test", "c@out.test"), Array("x\r\n".utf8)).hasPrefix(
                "MAIL FROM:<a@our.test>"))
        #expect(driver.output.filter { $0 == 0x0A }.count == 1)
        #expect(driver.hear("250 a") == "RCPT TO:<b@out.test>\r\n")
        #expect(driver.hear("550 b") == "RCPT TO:<c@out.test>\r\n")
        #expect(driver.hear("250 c") == "DATA\r\n")
        #expect(driver.hear("354 go") == "x\r\n.\r\n")
        driver.hear("250 ok")
        #expect(Self.outcome(driver) == ["rcpt 550", "content 250"])
    }

    @Test("O04: 250, 450 and 550 in one transaction: each recipient has its own reply, in order")
    func mixedRecipients() throws {
        let driver = ClientDriver(offering: "PIPELINING")
        try driver.send(transaction("b@x.test", "c@x.test", "d@x.test", "e@x.test"), Array("x\r\n".utf8))
        driver.hear("250 a", "450 4.2.1 b", "250 c", "550 5.1.1 d", "251 e", "354 go", "250 taken")
        #expect(Self.outcome(driver) == ["rcpt 450", "content 250", "rcpt 550", "content 250"])
        #expect(driver.results[0].isAcceptedForAny && !driver.results[0].isAcceptedForAll)
        // The content was refused: who was refused before keeps that reply.
        try driver.send(transaction("b@x.test", "c@x.test"), Array("x\r\n".utf8))
        driver.hear("250 a", "550 5.1.1 b", "250 c", "354 go", "452 4.3.1 full")
        #expect(Self.outcome(driver, 1) == ["rcpt 550", "content 452"])
    }

    @Test("O04: all refused and DATA answered 354 all the same: a lone dot, and the next message follows")
    func loneDot() throws {
        let driver = ClientDriver(offering: "PIPELINING")
        try driver.send(transaction("b@x.test", "c@x.test"), Array("secret\r\n".utf8))
        #expect(driver.hear("250 a", "550 b", "451 c", "354 go") == ".\r\n")
        #expect(driver.results.isEmpty)
        #expect(driver.hear("250 taken") == "")
        #expect(Self.outcome(driver) == ["rcpt 550", "rcpt 451"], "what the lone dot is answered with says nothing")
        #expect(try driver.send(transaction("b@x.test"), []).hasPrefix("MAIL"))
    }

    @Test("all refused and DATA refused: RSET goes before the next MAIL, and only then")
    func resetAfterFailure() throws {
        let driver = ClientDriver(offering: "PIPELINING")
        try driver.send(transaction("b@x.test"), [])
        driver.hear("250 a", "550 b", "503 no recipients")
        #expect(Self.outcome(driver) == ["rcpt 550"])
        #expect(try driver.send(transaction("b@x.test"), []).hasPrefix("RSET\r\nMAIL FROM:<a@our.test>\r\n"))
        driver.hear("250 reset", "250 a", "250 b", "354 go", "250 taken")
        #expect(Self.outcome(driver, 1) == ["content 250"])
        #expect(try driver.send(transaction("b@x.test"), []).hasPrefix("MAIL"))
        let lockstep = ClientDriver(offering: "DSN")
        try lockstep.send(transaction("b@x.test"), [])
        lockstep.hear("250 a")
        #expect(lockstep.hear("550 b") == "", "no DATA for nobody")
        #expect(try lockstep.send(transaction("b@x.test"), []) == "RSET\r\n")
        #expect(lockstep.hear("250 reset") == "MAIL FROM:<a@our.test>\r\n")
    }

    @Test("a refused RSET is the end")
    func refusedReset() throws {
        let driver = ClientDriver(offering: "PIPELINING")
        try driver.send(transaction("b@x.test"), [])
        driver.hear("250 a", "550 b", "503 no recipients")
        try driver.send(transaction("b@x.test"), [])
        driver.hear("500 what")
        #expect(driver.failure?.stage == .mail)
    }

    @Test("MAIL refused: that is every recipient's reply, whatever RCPT and DATA say; no RSET after it")
    func refusedSender() throws {
        let driver = ClientDriver(offering: "PIPELINING")
        try driver.send(transaction("b@x.test", "c@x.test"), Array("secret\r\n".utf8))
        driver.hear("550 5.7.1 you", "503 b", "250 c")
        #expect(driver.hear("354 go") == ".\r\n", "never content")
        driver.hear("554 nothing")
        #expect(Self.outcome(driver) == ["mail 550", "mail 550"])
        #expect(try driver.send(transaction("b@x.test"), []).hasPrefix("MAIL"))
        driver.hear("451 later", "503 b", "503 c")
        #expect(Self.outcome(driver, 1) == ["mail 451"])
        let lockstep = ClientDriver(offering: "DSN")
        try lockstep.send(transaction("b@x.test"), [])
        #expect(lockstep.hear("550 you") == "")
        #expect(Self.outcome(lockstep) == ["mail 550"])
        #expect(try lockstep.send(transaction("b@x.test"), []).hasPrefix("MAIL"))
    }

    @Test("DATA refused: the accepted ones get its reply, and RSET follows")
    func refusedData() throws {
        let driver = ClientDriver(offering: "PIPELINING")
        try driver.send(transaction("b@x.test", "c@x.test"), Array("x\r\n".utf8))
        #expect(driver.hear("250 a", "250 b", "550 c", "451 4.3.0 not now") == "")
        #expect(Self.outcome(driver) == ["data 451", "rcpt 550"])
        #expect(!driver.isEndSent)
        #expect(try driver.send(transaction("b@x.test"), []).hasPrefix("RSET"))
    }

    @Test("421 at any point settles the rest and closes")
    func goodBye() throws {
        let script = ["250 a", "250 b", "250 c", "354 go", "250 taken"]
        let expected = [
            ["mail 421", "mail 421"], ["rcpt 421", "rcpt 421"], ["rcpt 421", "rcpt 421"], ["data 421", "data 421"],
            ["content 421", "content 421"],
        ]
        for index in script.indices {
            let driver = ClientDriver(offering: "PIPELINING")
            try driver.send(transaction("b@x.test", "c@x.test"), Array("x\r\n".utf8))
            for line in script[..<index] { driver.hear(line) }
            driver.hear("421 4.3.2 bye")
            #expect(Self.outcome(driver) == expected[index])
            #expect(driver.isClosed)
            #expect(!driver.takesTransaction)
        }
    }

    @Test("I07: 354 to MAIL, and whatever class a command can't have, ends the session; nothing counts as accepted")
    func wrongClass() throws {
        let good = ["250 a", "250 b", "354 go", "250 taken"]
        let bad = ["354 x", "354 x", "250 x", "354 x"]
        for index in good.indices {
            let driver = ClientDriver(offering: "PIPELINING")
            try driver.send(transaction("b@x.test"), Array("x\r\n".utf8))
            for line in good[..<index] { driver.hear(line) }
            driver.hear(bad[index])
            guard case .unexpectedReply? = driver.failure?.fault else {
                Issue.record("\(index) was taken")
                continue
            }
            #expect(driver.results.isEmpty)
            let isContentSent = String(decoding: driver.output, as: UTF8.self).contains("x\r\n.\r\n")
            #expect(isContentSent == (index == 3))
        }
    }

    @Test("I07: a reply before the end of the content: a refusal settles and closes, a yes is a broken session")
    func earlyReply() throws {
        for (line, isResult) in [("552 5.3.4 too big", true), ("421 bye", true), ("250 taken", false)] {
            var machine = ClientSession(.init(hello: ClientDriver.name, encryption: .none))
            for said in ["220 mx\r\n", "250 mx\r\n"] { _ = machine.next(Array(said.utf8).span) }
            _ = try machine.begin(transaction("b@x.test"), nil)
            for said in ["250 a\r\n", "250 b\r\n", "354 go\r\n"] { _ = machine.next(Array(said.utf8).span) }
            let action = machine.next(Array("\(line)\r\n".utf8).span).action
            if case .finished(let result) = action {
                #expect(isResult)
                #expect(result.recipients[0].stage == .content)
                #expect(!result.isAcceptedForAny)
            } else {
                #expect(!isResult)
            }
            let (isReady, isEndSent) = (machine.isReady, machine.isEndSent)
            #expect(!isReady)
            #expect(!isEndSent)
        }
    }

    @Test("a connection that breaks: whether the end was sent is known, and so is what was settled")
    func broken() throws {
        let before = ClientDriver(offering: "PIPELINING")
        try before.send(transaction("b@x.test", "c@x.test"), Array("x\r\n".utf8))
        before.hear("250 a", "550 b")
        before.disconnect()
        #expect(!before.isEndSent)
        #expect(before.settled.map { $0?.reply.code } == [550, nil])
        #expect(before.failure?.stage == .rcpt)
        let after = ClientDriver(offering: "PIPELINING")
        try after.send(transaction("b@x.test"), Array("x\r\n".utf8))
        after.hear("250 a", "250 b", "354 go")
        after.disconnect()
        #expect(after.isEndSent)
        #expect(after.failure?.stage == .content)
        let second = ClientDriver(offering: "PIPELINING")
        try second.send(transaction("b@x.test"), Array("x\r\n".utf8))
        second.hear("250 a", "250 b", "354 go", "250 taken")
        try second.send(transaction("b@x.test"), Array("x\r\n".utf8))
        second.disconnect()
        #expect(!second.isEndSent, "the end of the message before says nothing of this one")
    }

    @Test("LMTP: a reply for each accepted recipient, in order (RFC 2033 §4.2)")
    func lmtp() throws {
        let driver = ClientDriver(.none) { $0.dialect = .lmtp }
        driver.hear("220 lmtp", "250-lmtp", "250 PIPELINING")
        try driver.send(transaction("b@x.test", "c@x.test", "d@x.test", "e@x.test"), Array("x\r\n".utf8))
        driver.hear("250 a", "250 b", "550 c", "250 d", "250 e", "354 go", "250 b", "452 4.2.2 d")
        #expect(driver.results.isEmpty)
        #expect(driver.settled.map { $0?.reply.code } == [250, 550, 452, nil])
        driver.hear("250 e")
        #expect(Self.outcome(driver) == ["content 250", "rcpt 550", "content 452", "content 250"])
        // All refused, and 354 all the same: nobody knows what a lone dot is answered with.
        try driver.send(transaction("b@x.test"), Array("x\r\n".utf8))
        #expect(driver.hear("250 a", "550 b", "354 go") == "")
        #expect(Self.outcome(driver, 1) == ["rcpt 550"])
        #expect(driver.isClosed)
    }

    @Test("any split of the server's octets brings the same, for every script")
    func splits() throws {
        let scripts = [
            "250 a\r\n250 b\r\n250 c\r\n354 go\r\n250 2.0.0 ok\r\n",
            "250-x\r\n250 a\r\n550 b\r\n250 c\r\n354 go\r\n451 no\r\n",
            "250 a\r\n550 b\r\n551 c\r\n354 go\r\n250 ok\r\n", "550 a\r\n503 b\r\n503 c\r\n503 d\r\n",
        ]
        for script in scripts.map({ Array($0.utf8) }) {
            var expected: [String]?
            for size in 1...script.count {
                let driver = ClientDriver(offering: "PIPELINING")
                try driver.send(transaction("b@x.test", "c@x.test"), Array("x\r\n".utf8))
                for start in stride(from: 0, to: script.count, by: size) {
                    driver.receive(Array(script[start..<min(start + size, script.count)]))
                }
                expected = expected ?? Self.outcome(driver)
                #expect(Self.outcome(driver) == expected, "pieces of \(size)")
                #expect(driver.results.count == 1)
                #expect(driver.takesTransaction)
            }
        }
    }

    @Test(
        "I07: whatever a server says: never a trap, never content before 354, never a yes without 2yz", arguments: 0..<8
    )
    func hostile(seed: UInt64) throws {
        print("ClientTransactionTests.hostile seed \(seed)")
        var random = Pseudorandom(seed)
        let lines = [
            "250 ok", "250 ok", "250 ok", "354 go", "354 go", "550 no", "450 no", "421 bye", "250-x", "x", "334 ",
            "235 y", "220 z",
        ]
        for round in 0..<400 {
            let driver = ClientDriver(.none) {
                $0.dialect = round % 3 == 0 ? .lmtp : .smtp
                $0.chunking = round % 5 == 0 ? .whenOffered : .whenNeeded
            }
            driver.hear("220 mx", "250-mx", "250-CHUNKING", round % 2 == 0 ? "250 PIPELINING" : "250 DSN")
            try driver.send(transaction("b@x.test", "c@x.test"), Array("secret one\r\n".utf8), Array("two\r\n".utf8))
            var said: [String] = []
            for _ in 0..<12 where driver.failure == nil && !driver.isClosed && driver.results.isEmpty {
                let line = lines[Int(random.next() % UInt64(lines.count))]
                said.append(line)
                driver.hear(line)
            }
            let output = String(decoding: driver.output, as: UTF8.self)
            if output.contains("secret"), !output.contains("BDAT") { #expect(said.contains("354 go")) }
            for result in driver.results {
                #expect(result.recipients.count == 2)
                if result.isAcceptedForAny { #expect(said.last?.first == "2" || driver.isClosed) }
                if result.isAcceptedForAny { #expect(output.contains("two\r\n")) }
            }
        }
    }
}
