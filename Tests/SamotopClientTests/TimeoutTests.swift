import NIOCore
import NIOEmbedded
import SMTP
import Testing

@testable import SamotopClient

/// A handler on a channel whose time a test turns.
final class SimulatedServer {
    let channel = EmbeddedChannel()
    let handler: ConnectionHandler
    var answers: [Result<ConnectionAnswer, SMTPClientError>] = []

    init(_ timeouts: ClientTimeouts, pipelining: Bool = true) throws {
        var configuration = ClientSession.Configuration(
            hello: Domain("client.our.test") ?? .literal(.ipv4(127, 0, 0, 1)), encryption: .none)
        configuration.pipelining = pipelining
        handler = ConnectionHandler(configuration, timeouts: timeouts)
        try channel.pipeline.syncOperations.addHandler(handler)
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 25), promise: nil)
    }

    func wish(_ wish: ConnectionWish) { handler.carryOut(wish) { self.answers.append($0) } }
    func say(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }
    func pass(_ seconds: Int64) { channel.embeddedEventLoop.advanceTime(by: .seconds(seconds)) }

    var output: String {
        get throws {
            var text = ""
            while let buffer = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: buffer) }
            return text
        }
    }

    var failure: SMTPClientError? {
        guard case .failure(let error)? = answers.last else { return nil }
        return error
    }
}

@Suite("O03: a slow server has the time of RFC 5321 §4.5.3.2 and no more") struct TimeoutTests {
    /// A different number of seconds for each stage.
    private static var timeouts: ClientTimeouts {
        var timeouts = ClientTimeouts()
        timeouts.greeting = .seconds(10)
        timeouts.hello = .seconds(11)
        timeouts.mail = .seconds(12)
        timeouts.recipient = .seconds(13)
        timeouts.data = .seconds(14)
        timeouts.block = .seconds(15)
        timeouts.end = .seconds(16)
        timeouts.command = .seconds(17)
        timeouts.quit = .seconds(18)
        timeouts.authentication = .seconds(19)
        return timeouts
    }

    private static let script = ["220 mx\r\n", "250-mx\r\n250 PIPELINING\r\n", "250 a\r\n", "250 b\r\n", "354 go\r\n"]

    @Test("O03: silence at each stage ends it at its own time, to the second", arguments: 0..<6)
    func silence(_ stage: Int) throws {
        let times: [Int64] = [10, 11, 12, 13, 14, 16]
        let stages: [ClientStage] = [.greeting, .ehlo, .mail, .rcpt, .data, .content]
        let server = try SimulatedServer(Self.timeouts)
        server.wish(.open)
        for (index, line) in Self.script[..<stage].enumerated() {
            // What has passed at one stage isn't taken from the next.
            server.pass(9)
            try server.say(line)
            guard index == 1 else { continue }
            server.pass(1000)
            let content = Array("x\r\n".utf8)
            server.wish(
                .send(transaction("b@x.test"), .memory(ByteBuffer(bytes: content), ContentSurvey(content.span))))
        }
        server.pass(times[stage] - 1)
        #expect(server.failure == nil)
        server.pass(1)
        let error = try #require(server.failure)
        #expect(error.kind == .timeout)
        #expect(error.stage == stages[stage])
        #expect(error.isSafeToRetry == (stage < 5))
        #expect(!server.channel.isActive)
    }

    @Test("O03: a reply that trickles in octet by octet has the time of one reply")
    func trickle() throws {
        let server = try SimulatedServer(Self.timeouts)
        server.wish(.open)
        for octet in "220-mx.out.test\r\n220-more".prefix(9) {
            try server.say(String(octet))
            server.pass(1)
            #expect(server.failure == nil)
        }
        try server.say("x")
        server.pass(1)
        #expect(server.failure?.kind == .timeout)
    }

    @Test("O03: a server that always answers in the last moment is bounded by the time of the transaction")
    func transactionLimit() throws {
        var timeouts = Self.timeouts
        timeouts.transaction = .seconds(100)
        let server = try SimulatedServer(timeouts)
        server.wish(.open)
        try server.say("220 mx\r\n")
        try server.say("250-mx\r\n250 PIPELINING\r\n")
        let recipients = (0..<50).compactMap { Mailbox("r\($0)@x.test") }.map {
            MailTransaction.Recipient(.mailbox($0))
        }
        server.wish(
            .send(MailTransaction(from: .null, to: recipients), .memory(ByteBuffer(), ContentSurvey())))
        try server.say("250 a\r\n")
        var passed = 0
        while server.failure == nil, passed < 1000 {
            server.pass(12)
            passed += 12
            if server.failure == nil { try server.say("250 r\r\n") }
        }
        #expect((100...112).contains(passed))
        #expect(server.failure?.kind == .timeout)
        #expect(server.failure?.stage == .rcpt)
    }

    @Test("an idle connection has no time-out of its own, and notices the server's good-bye")
    func idle() throws {
        let server = try SimulatedServer(Self.timeouts)
        server.wish(.open)
        try server.say("220 mx\r\n")
        try server.say("250 mx\r\n")
        #expect(server.handler.status.isReusable)
        server.pass(100_000)
        #expect(server.channel.isActive)
        try server.say("421 4.3.2 bye\r\n")
        #expect(!server.handler.status.isReusable)
        #expect(!server.channel.isActive)
    }

    @Test("a source that brings nothing more ends the transaction too")
    func slowSource() throws {
        let server = try SimulatedServer(Self.timeouts)
        server.wish(.open)
        for line in Self.script[..<2] { try server.say(line) }
        server.wish(.send(transaction("b@x.test"), .streamed(size: nil)))
        for line in Self.script[2...] { try server.say(line) }
        guard case .success(.content)? = server.answers.last else { return #expect(Bool(false)) }
        server.pass(14)
        server.wish(.feed(ByteBuffer(string: "x\r\n")))
        server.pass(14)
        #expect(server.channel.isActive)
        server.pass(1)
        #expect(!server.channel.isActive)
        server.wish(.end)
        #expect(server.failure?.kind == .timeout)
        #expect(server.failure?.isSafeToRetry == true)
    }

    @Test("one write for a group of commands, one for content and its end")
    func writes() throws {
        let server = try SimulatedServer(Self.timeouts)
        server.wish(.open)
        for line in Self.script[..<2] { try server.say(line) }
        _ = try server.output
        let content = Array("x\r\n".utf8)
        server.wish(.send(transaction("b@x.test"), .memory(ByteBuffer(bytes: content), ContentSurvey(content.span))))
        let group = try server.channel.readOutbound(as: ByteBuffer.self).map { String(buffer: $0) }
        #expect(group == "MAIL FROM:<a@our.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n")
        for line in Self.script[2...] { try server.say(line) }
        #expect(try server.output == "x\r\n.\r\n")
        try server.say("250 ok\r\n")
        guard case .success(.finished(let result))? = server.answers.last else { return #expect(Bool(false)) }
        #expect(result.isAcceptedForAll)
    }

    @Test("T02: octets behind the 220 of STARTTLS in one read: no handshake, no command")
    func injection() throws {
        var configuration = ClientSession.Configuration(
            hello: Domain("client.our.test") ?? .literal(.ipv4(127, 0, 0, 1)), encryption: .required)
        configuration.pipelining = true
        let channel = EmbeddedChannel()
        let handler = ConnectionHandler(
            configuration, timeouts: Self.timeouts, tls: try TLSPreparation(ClientTLS(.required)))
        try channel.pipeline.syncOperations.addHandler(handler)
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 25), promise: nil)
        var answer: Result<ConnectionAnswer, SMTPClientError>?
        handler.carryOut(.open) { answer = $0 }
        for text in ["220 mx\r\n", "250-mx\r\n250 STARTTLS\r\n", "220 go\r\n250-AUTH\r\n250 ok\r\n"] {
            try channel.writeInbound(ByteBuffer(string: text))
        }
        guard case .failure(let error)? = answer else { return #expect(Bool(false)) }
        #expect(error.fault == .responseInjection)
        #expect(error.kind == .tls)
        var output = ""
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { output += String(buffer: buffer) }
        #expect(output.hasSuffix("STARTTLS\r\n"))
        #expect(!channel.isActive)
    }
}
