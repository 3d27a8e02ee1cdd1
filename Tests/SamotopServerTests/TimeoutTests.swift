import NIOCore
import NIOEmbedded
import NIOSSL
import SamotopCore
import SamotopServer
import SamotopTesting
import Testing

/// RFC 5321 §4.5.3.2, X02, X03, T07, with the test's own time.
@Suite struct TimeoutTests {
    @Test("X02: single octets do not extend the time for a command")
    func singleOctetsDoNotExtendTheTimeForACommand() throws {
        let connection = try SimulatedConnection(try TestHouse().service())
        try connection.greet()
        for _ in 0..<29 {
            connection.pass(.seconds(10))
            try connection.send("N")
        }
        connection.pass(.seconds(9))
        #expect(try connection.replies() == "")
        connection.pass(.seconds(1))
        #expect(try connection.replies() == "421 4.4.2 Time-out, closing the connection\r\n")
        #expect(connection.wire.isOutputClosed)
    }

    @Test func aReplyStartsTheTimeForTheNextCommand() throws {
        let connection = try SimulatedConnection(try TestHouse().service())
        try connection.greet()
        for _ in 0..<5 {
            connection.pass(.seconds(299))
            #expect(try connection.say("NOOP").hasPrefix("250 "))
        }
        connection.pass(.seconds(299))
        #expect(try connection.replies() == "")
        connection.pass(.seconds(1))
        #expect(try connection.replies().hasPrefix("421 4.4.2 "))
    }

    @Test func theGreetingStartsTheTimeForTheFirstCommand() throws {
        let connection = try SimulatedConnection(try TestHouse().service())
        #expect(try connection.replies().hasPrefix("220 mx.our.test "))
        connection.pass(.seconds(300))
        #expect(try connection.replies().hasPrefix("421 4.4.2 "))
    }

    @Test func silenceInContentEndsTheSession() throws {
        let house = TestHouse()
        let connection = try contentStarted(house) { $0.minimumRate = 0 }
        connection.pass(.seconds(179))
        try connection.send("Subject: x\r\n")
        connection.pass(.seconds(179))
        #expect(try connection.replies() == "")
        connection.pass(.seconds(1))
        #expect(try connection.replies().hasPrefix("421 4.4.2 "))
        try connection.send("\r\n.\r\n")
        #expect(house.contents == [])
    }

    @Test func contentThatTricklesEndsTheSession() throws {
        let connection = try contentStarted(TestHouse())
        for _ in 0..<29 {
            connection.pass(.seconds(1))
            try connection.send(String(repeating: "x", count: 497) + "\r\n")
        }
        #expect(try connection.replies() == "")
        connection.pass(.seconds(1))
        #expect(try connection.replies().hasPrefix("421 4.4.2 "))
    }

    @Test func contentAtTheMinimumRateGoesOnForLong() throws {
        let house = TestHouse()
        let connection = try contentStarted(house)
        try connection.send("Subject: x\r\n\r\n")
        for _ in 0..<600 {
            try connection.send(String(repeating: "x", count: 498) + "\r\n")
            connection.pass(.seconds(1))
        }
        #expect(try connection.say(".").hasPrefix("250 2.0.0 "))
        #expect(house.contents.first?.utf8.count == 600 * 500 + 14)
    }

    @Test func theRateIsThatOfTheWindowNotOfTheWholeMessage() throws {
        let connection = try contentStarted(TestHouse())
        for _ in 0..<1000 { try connection.send(String(repeating: "x", count: 498) + "\r\n") }
        connection.pass(.seconds(30))
        #expect(try connection.replies() == "")
        try connection.send("x\r\n")
        connection.pass(.seconds(30))
        #expect(try connection.replies().hasPrefix("421 4.4.2 "))
    }

    @Test func timeThatTheDeskNeedsIsNotTheClients() throws {
        let gate = Gate()
        let connection = try SimulatedConnection(try TestHouse().service { SlowRecipients(gate: gate) })
        try connection.greet()
        connection.pass(.seconds(200))
        _ = try connection.say("MAIL FROM:<a@out.test>")
        try connection.send("RCPT TO:<u@our.test>\r\n")
        connection.pass(.hours(1))
        #expect(try connection.replies() == "")
        #expect(connection.isOpen)
        connection.channel.close(promise: nil)
        gate.open()
    }

    @Test func timeThatTheDeskNeedsForPipelinedCommandsIsNotTheClients() throws {
        let gate = Gate()
        let connection = try SimulatedConnection(try TestHouse().service { SlowRecipients(gate: gate) })
        try connection.greet()
        connection.pass(.seconds(299))
        // The reply to MAIL comes from the same run that then waits for the desk.
        try connection.send(Mail.envelope)
        #expect(try connection.replies().hasPrefix("250 2.1.0 "))
        connection.pass(.hours(1))
        #expect(try connection.replies() == "")
        #expect(connection.isOpen)
        connection.channel.close(promise: nil)
        gate.open()
    }

    @Test("S27: time that the spool needs is not the client's") func timeThatTheSpoolNeedsIsNotTheClients() throws {
        var house = TestHouse()
        let spool = NarrowSpool()
        house.spool = spool
        let connection = try contentStarted(house)
        try connection.send("Subject: x\r\n\r\nfirst\r\n")
        connection.pass(.hours(1))
        #expect(try connection.replies() == "")
        spool.makeRoom()
        connection.run()
        connection.pass(.seconds(29))
        #expect(try connection.replies() == "")
        connection.pass(.seconds(1))
        #expect(try connection.replies().hasPrefix("421 4.4.2 "))
    }

    @Test("T07: a handshake that stalls ends") func aHandshakeThatStallsEnds() throws {
        let folder = try CertificateFolder()
        let identities = try TLSIdentities([folder.write(.first)])
        for octetsASecond in [0, 1] {
            let connection = try SimulatedConnection(try TestHouse().service(), security: .implicit(identities))
            let hello = try Array(ClientHelloBytes.make().prefix(30))
            for second in 0..<29 {
                connection.pass(.seconds(1))
                if octetsASecond > 0 { try connection.send([hello[second]]) }
            }
            #expect(connection.isOpen)
            connection.pass(.seconds(1))
            #expect(!connection.isOpen)
            #expect(connection.closings == 1)
        }
    }

    @Test func aHandshakeThatStallsAfterTheHelloEnds() throws {
        let folder = try CertificateFolder()
        let identities = try TLSIdentities([folder.write(.first)])
        let connection = try SimulatedConnection(try TestHouse().service(), security: .implicit(identities))
        try connection.send(try ClientHelloBytes.make())
        #expect(!(try connection.octets()).isEmpty)
        // The peer gets two seconds for its part of the closing.
        connection.pass(.seconds(30))
        connection.pass(.seconds(2))
        #expect(!connection.isOpen)
        #expect(connection.closings == 1)
    }

    @Test func aHandshakeThatStallsAfterSTARTTLSEnds() throws {
        let folder = try CertificateFolder()
        let identities = try TLSIdentities([folder.write(.first)])
        let connection = try SimulatedConnection(
            try TestHouse().service(), security: .startTLS(identities, required: true))
        try connection.greet()
        #expect(try connection.say("STARTTLS").hasPrefix("220 "))
        connection.pass(.seconds(29))
        #expect(connection.isOpen)
        connection.pass(.seconds(1))
        #expect(!connection.isOpen)
        // In clear nothing may be said any more.
        #expect(try connection.octets().first != UInt8(ascii: "4"))
    }

    @Test("X03: a client that reads nothing is closed") func aClientThatReadsNothingIsClosed() throws {
        var house = TestHouse()
        house.limits.junkCommands = .max
        let connection = try SimulatedConnection(try house.service())
        try connection.greet()
        connection.setWritable(false)
        let line = Array("NOOP\r\n".utf8)
        var sent = 0
        for _ in 0..<1000 where connection.isReading {
            sent += 1
            try connection.send(Array((0..<100).map { _ in line }.joined()))
        }
        // Reading stopped after a bounded number of octets, and no command was carried out.
        #expect(sent * 600 < 128 << 10)
        #expect(!connection.isReading)
        #expect(house.record.commands == 1)
        connection.pass(.seconds(59))
        #expect(connection.isOpen)
        connection.pass(.seconds(1))
        #expect(!connection.isOpen)
        #expect(connection.closings == 1)
    }

    @Test func aClientThatStopsReadingAtTheLastReplyIsClosedAsSoon() throws {
        var house = TestHouse()
        house.limits.junkCommands = .max
        let connection = try SimulatedConnection(try house.service())
        try connection.greet()
        connection.wire.capacity = connection.wire.written + 200
        // All of these are carried out in one run; their replies don't fit.
        try connection.send(String(repeating: "NOOP\r\n", count: 100))
        connection.pass(.seconds(60))
        #expect(!connection.isOpen)
    }

    @Test func aClientThatReadsAgainGoesOn() throws {
        var house = TestHouse()
        house.limits.junkCommands = .max
        let connection = try SimulatedConnection(try house.service())
        try connection.greet()
        connection.setWritable(false)
        for _ in 0..<200 { try connection.send(String(repeating: "NOOP\r\n", count: 100)) }
        connection.pass(.seconds(59))
        connection.setWritable(true)
        #expect(connection.isReading)
        #expect(house.record.commands == 20_001)
        #expect(try connection.replies().utf8.count == 20_000 * "250 2.0.0 OK\r\n".utf8.count)
        connection.pass(.seconds(299))
        #expect(connection.isOpen)
    }

    @Test func aRefusedClientMayLingerForTwoSeconds() throws {
        let connection = try contentStarted(TestHouse())
        try connection.send("x\ny\r\n")
        #expect(try connection.replies().hasPrefix("550 5.5.2 "))
        #expect(connection.wire.isOutputClosed)
        for _ in 0..<100 { try connection.send(String(repeating: "x", count: 10_000)) }
        #expect(connection.isReading)
        connection.pass(.milliseconds(1999))
        #expect(connection.isOpen)
        connection.pass(.milliseconds(1))
        #expect(!connection.isOpen)
        #expect(connection.closings == 1)
    }

    @Test func aRefusedClientThatWasNotReadFromIsReadFromAgain() throws {
        var house = TestHouse()
        house.tarpit = .seconds(5)
        let connection = try SimulatedConnection(try house.service())
        try connection.greet()
        try connection.send("FOO\r\n")
        // While the error is held back, input piles up to a bound.
        for _ in 0..<20 where connection.isReading { try connection.send(String(repeating: "x", count: 10_000)) }
        #expect(!connection.isReading)
        connection.pass(.seconds(5))
        #expect(try connection.replies().hasPrefix("500 5.5.2 "))
        #expect(connection.wire.isOutputClosed)
        #expect(connection.isReading)
    }

    @Test func QUITClosesAtOnce() throws {
        let connection = try SimulatedConnection(try TestHouse().service())
        try connection.greet()
        #expect(try connection.say("QUIT").hasPrefix("221 "))
        #expect(!connection.isOpen)
        #expect(connection.closings == 1)
    }

    private func contentStarted(_ house: TestHouse, _ change: (inout Timeouts) -> Void = { _ in }) throws
        -> SimulatedConnection
    {
        var timeouts = Timeouts()
        change(&timeouts)
        let connection = try SimulatedConnection(try house.service(), timeouts: timeouts)
        try connection.greet()
        try connection.send(Mail.transaction)
        try #require(try connection.replies().contains("354 "))
        return connection
    }
}
