import Testing

@testable import SMTP

@Suite("The next transaction behind the content of one (RFC 2920 §3.1)") struct NextTransactionTests {
    /// Content was sent, and its reply is awaited.
    private func ending(_ keywords: String = "PIPELINING") throws -> ClientDriver {
        let driver = ClientDriver(offering: keywords)
        try driver.send(transaction("b@out.test"), Array("1\r\n".utf8))
        driver.hear("250 a", "250 b", "354 go")
        return driver
    }

    private func codes(_ driver: ClientDriver) -> [[Int]] {
        driver.results.map { $0.recipients.map { Int($0.reply.code) } }
    }

    @Test("its commands follow the content at once; each has its own result, whatever the one before came to")
    func follows() throws {
        for end in ["250 taken", "552 5.2.2 full", "451 later"] {
            let driver = try ending()
            #expect(driver.takesNext)
            let group = "MAIL FROM:<a@our.test>\r\nRCPT TO:<c@out.test>\r\nRCPT TO:<d@out.test>\r\nDATA\r\n"
            #expect(try driver.sendNext(transaction("c@out.test", "d@out.test"), Array("2\r\n".utf8)) == group)
            #expect(!driver.takesNext && driver.results.isEmpty, "one at a time")
            #expect(driver.hear(end) == "")
            #expect(driver.stage == .mail && !driver.isEndSent && driver.settled == [nil, nil])
            #expect(driver.hear("250 a", "250 c", "550 d", "354 go") == "2\r\n.\r\n")
            #expect(driver.isEndSent && driver.takesNext)
            driver.hear("250 taken")
            #expect(codes(driver) == [[Int(end.prefix(3)) ?? 0], [250, 550]])
            #expect(driver.takesTransaction)
        }
    }

    @Test("all replies in one piece")
    func inOnePiece() throws {
        let driver = try ending()
        try driver.sendNext(transaction("c@out.test"), Array("2\r\n".utf8))
        #expect(driver.hear("250 taken", "250 a", "250 c", "354 go") == "2\r\n.\r\n")
        driver.hear("250 taken")
        #expect(codes(driver) == [[250], [250]])
    }

    @Test("nobody takes it: RSET before the one after")
    func refused() throws {
        let driver = try ending()
        try driver.sendNext(transaction("c@out.test"), Array("2\r\n".utf8))
        driver.hear("250 taken", "250 a", "550 c", "503 no recipients")
        #expect(codes(driver) == [[250], [550]])
        #expect(try driver.send(transaction("d@out.test"), []).hasPrefix("RSET\r\nMAIL"))
    }

    @Test("421 instead of the reply, or a connection that breaks: it was never under way")
    func broken() throws {
        let driver = try ending()
        try driver.sendNext(transaction("c@out.test"), [])
        driver.hear("421 4.3.2 bye")
        #expect(codes(driver) == [[421]] && driver.isClosed && !driver.isIdle)
        let other = try ending()
        try other.sendNext(transaction("c@out.test"), [])
        other.disconnect()
        #expect(other.failure?.fault == .connectionClosed && other.failure?.stage == .content)
        #expect(other.settled == [nil] && other.isEndSent && other.results.isEmpty)
    }

    @Test("only to a server that pipelines SMTP, after the whole content, and as often as it allows")
    func conditions() throws {
        let early = ClientDriver(offering: "PIPELINING")
        #expect(!early.takesNext)
        try early.send(transaction("b@out.test"), Array("1\r\n".utf8))
        #expect(!early.takesNext)
        #expect(throws: ClientFault.badSequence) { try early.sendNext(transaction("c@out.test")) }
        #expect(try !ending("8BITMIME").takesNext)
        let chunks = ClientDriver(offering: "PIPELINING", "CHUNKING") { $0.chunking = .whenOffered }
        try chunks.send(transaction("b@out.test"), Array("1\r\n".utf8))
        chunks.hear("250 a", "250 b")
        #expect(chunks.isEndSent && !chunks.takesNext)
        let lmtp = ClientDriver(offering: "PIPELINING") { $0.dialect = .lmtp }
        try lmtp.send(transaction("b@out.test"), Array("1\r\n".utf8))
        lmtp.hear("250 a", "250 b", "354 go")
        #expect(lmtp.isEndSent && !lmtp.takesNext)
        let limited = ClientDriver(offering: "PIPELINING", "LIMITS MAILMAX=2")
        try limited.send(transaction("b@out.test"), Array("1\r\n".utf8))
        limited.hear("250 a", "250 b", "354 go")
        try limited.sendNext(transaction("c@out.test"), Array("2\r\n".utf8))
        limited.hear("250 taken", "250 a", "250 c", "354 go")
        #expect(limited.isEndSent && !limited.takesNext)
        limited.hear("250 taken")
        #expect(codes(limited) == [[250], [250]] && limited.isIdle && !limited.takesTransaction)
    }

    @Test("what the server lacks is said, and the one under way goes on")
    func lacking() throws {
        let driver = try ending()
        #expect(throws: ClientFault.needsSMTPUTF8) { try driver.sendNext(transaction("ü@out.test")) }
        #expect(driver.takesNext)
        driver.hear("250 taken")
        #expect(codes(driver) == [[250]] && driver.takesTransaction)
    }
}
