import NIOCore
import NIOPosix
import SMTP
import Testing

@testable import SamotopClient

@Suite("Messages over one connection") struct ConnectionTests {
    @Test("greeting, extensions, two messages with dots, QUIT")
    func messages() async throws {
        let server = try await ScriptedServer.start()
        let connection = try await server.connect()
        #expect(connection.greeting.code == 220)
        #expect(connection.capabilities.extensions.contains(.pipelining))
        #expect(connection.tls == nil)
        #expect(connection.isReusable)
        for text in ["Subject: x\r\n\r\n.\r\n..a\r\nlast", "Subject: y\r\n\r\nno dots\r\n"] {
            let result = try await connection.send(transaction("b@out.test", "c@out.test"), MessageContent(text))
            #expect(result.isAcceptedForAll)
            #expect(result.recipients.count == 2)
        }
        await connection.quit()
        #expect(!connection.isReusable)
        #expect(
            server.record.contents.map { String(decoding: $0, as: UTF8.self) } == [
                "Subject: x\r\n\r\n.\r\n..a\r\nlast\r\n", "Subject: y\r\n\r\nno dots\r\n",
            ])
        #expect(server.record.lines.first == "EHLO client.our.test")
        #expect(server.record.lines.last == "QUIT")
        #expect(!server.record.lines.contains("RSET"))
        await server.stop()
    }

    @Test("O04: 250, 450 and 550 in one transaction, each recipient its own")
    func mixed() async throws {
        let server = try await ScriptedServer.start {
            $0.respond = { line in
                if line.contains("<c@") { return .say("450 4.2.1 later\r\n") }
                return line.contains("<d@") ? .say("550 5.1.1 nobody\r\n") : nil
            }
        }
        let connection = try await server.connect()
        let result = try await connection.send(transaction("b@x.test", "c@x.test", "d@x.test"), MessageContent("x\r\n"))
        #expect(result.recipients.map(\.reply.code) == [250, 450, 550])
        #expect(result.recipients.map(\.isAccepted) == [true, false, false])
        #expect(result.recipients[2].reply.status == EnhancedStatusCode(5, 1, 1))
        let none = try await connection.send(transaction("c@x.test", "d@x.test"), MessageContent("x\r\n"))
        #expect(!none.isAcceptedForAny)
        #expect(server.record.contents.last == [], "DATA was pipelined and answered: a lone dot")
        #expect(connection.isReusable)
        await server.stop()
    }

    @Test("O05: what the server lacks is said before MAIL, and the connection goes on")
    func lacking() async throws {
        let server = try await ScriptedServer.start { $0.keywords = ["PIPELINING", "SIZE 10"] }
        let connection = try await server.connect()
        let big = await failure { () throws(SMTPClientError) in
            try await connection.send(transaction("b@x.test"), MessageContent("123456789\r\n"))
        }
        #expect(big?.fault == .messageTooBig(limit: 10))
        #expect(big?.kind == .client)
        #expect(big?.isSafeToRetry == true)
        let eight = await failure { () throws(SMTPClientError) in
            try await connection.send(transaction("b@x.test"), MessageContent("é\r\n"))
        }
        #expect(eight?.fault == .needsEightBitMIME)
        #expect(!server.record.lines.contains { $0.hasPrefix("MAIL") })
        #expect(connection.isReusable)
        #expect(try await connection.send(transaction("b@x.test"), MessageContent("1\r\n")).isAcceptedForAll)
        await server.stop()
    }

    @Test("content from a blocking reader and from an async sequence, larger than the socket's buffers")
    func streams() async throws {
        let server = try await ScriptedServer.start()
        let connection = try await server.connect()
        let line = Array(".0123456789012345678901234567890123456789012345678901234567\r\n".utf8)
        let slice = Array(repeatElement(line, count: 4000).joined())
        let whole = Array(repeatElement(slice, count: 30).joined())
        let reader = MessageContent(size: UInt64(whole.count)) {
            SliceReader(slices: Array(repeating: slice, count: 30))
        }
        #expect(try await connection.send(transaction("b@x.test"), reader).isAcceptedForAll)
        let stream = AsyncStream<ByteBuffer> { continuation in
            for _ in 0..<30 { continuation.yield(ByteBuffer(bytes: slice)) }
            continuation.finish()
        }
        #expect(try await connection.send(transaction("b@x.test"), MessageContent(size: nil, stream)).isAcceptedForAll)
        #expect(try await connection.send(transaction("b@x.test"), MessageContent(whole)).isAcceptedForAll)
        #expect(server.record.contents.map { $0 == whole } == [true, true, true])
        #expect(server.record.lines.contains("MAIL FROM:<a@our.test> SIZE=\(whole.count) BODY=8BITMIME"))
        await server.stop()
    }

    @Test("a source that fails, breaks its promise of a size, or brings what can't be sent: no final dot")
    func brokenSources() async throws {
        let server = try await ScriptedServer.start()
        let sources: [(MessageContent, ClientFault?)] = [
            (MessageContent(size: nil) { SliceReader(slices: [[0x61, 0x0D, 0x0A]], failsAtEnd: true) }, nil),
            (MessageContent(size: 4) { SliceReader(slices: [[0x61, 0x0D, 0x0A]]) }, nil),
            (MessageContent(size: 2) { SliceReader(slices: [[0x61, 0x0D, 0x0A]]) }, nil),
            (MessageContent(size: nil) { throw SliceReader.Broken() }, nil),
            (MessageContent(size: nil) { SliceReader(slices: [[0x61, 0x0D], [0x61]]) }, .bareNewline),
            (MessageContent(size: nil) { SliceReader(slices: [[0x61, 0x0D, 0x0A, 0x0A]]) }, .bareNewline),
            (MessageContent(size: nil) { SliceReader(slices: [[0x61, 0x0D]]) }, .bareNewline),
        ]
        for (source, fault) in sources {
            let connection = try await server.connect()
            let error = await failure { () throws(SMTPClientError) in
                try await connection.send(transaction("b@x.test"), source)
            }
            #expect(error?.stage == .content)
            #expect(error?.kind == .client)
            #expect(error?.fault == fault)
            #expect(error?.isSafeToRetry == true)
            #expect(!connection.isReusable)
        }
        #expect(server.record.contents.isEmpty)
        await server.stop()
    }

    @Test("a server that gives up in the middle of content is heard")
    func earlyRefusal() async throws {
        let server = try await ScriptedServer.start {
            $0.respond = { $0 == "DATA" ? .say("354 go\r\n552 5.3.4 too big already\r\n") : nil }
        }
        let connection = try await server.connect()
        let content = MessageContent(size: nil) {
            SliceReader(slices: Array(repeating: [0x61, 0x0D, 0x0A], count: 50))
        }
        let result = try await connection.send(transaction("b@x.test"), content)
        #expect(result.recipients.map(\.reply.code) == [552])
        #expect(!connection.isReusable)
        await server.stop()
    }

    @Test("chunks (RFC 3030): content from memory and from a stream arrives as it was")
    func chunks() async throws {
        let server = try await ScriptedServer.start {
            $0.keywords = ["CHUNKING", "PIPELINING", "8BITMIME"]
            // Its content is read as lines, which these are.
            $0.respond = {
                $0.hasPrefix("BDAT") || $0.hasPrefix("line") ? .say($0.hasPrefix("BDAT") ? "250 ok\r\n" : "") : nil
            }
        }
        let connection = try await server.connect(.test { $0.chunking = .whenOffered })
        #expect(
            try await connection.send(transaction("b@x.test"), MessageContent("line 1\r\nline .\r\n")).isAcceptedForAll)
        let stream = MessageContent(size: nil) { SliceReader(slices: (0..<9).map { Array("line \($0)\r\n".utf8) }) }
        #expect(try await connection.send(transaction("b@x.test"), stream).isAcceptedForAll)
        let lines = server.record.lines
        #expect(lines.contains("BDAT 16 LAST"))
        #expect(lines.filter { $0 == "BDAT 8" }.count == 9)
        #expect(lines.last == "BDAT 0 LAST")
        await server.stop()
    }

    @Test("raw commands and the test of a connection")
    func commands() async throws {
        let server = try await ScriptedServer.start()
        let connection = try await server.connect()
        #expect(try await connection.command(Array("VRFY ann".utf8)).code == 500)
        try await connection.test()
        let error = await failure { () throws(SMTPClientError) in try await connection.command(Array("DATA".utf8)) }
        #expect(error?.fault == .unsuitableCommand)
        #expect(connection.isReusable)
        await server.stop()
    }

    @Test("the connection breaks: before the end of the content it is safe to send again, after it it isn't")
    func broken() async throws {
        for (command, isSafe, stage) in [
            ("MAIL", true, ClientStage.mail), ("RCPT", true, .rcpt), ("DATA", true, .data), (".", false, .content),
        ] {
            let server = try await ScriptedServer.start {
                $0.respond = { $0.hasPrefix(command) ? .close("") : nil }
            }
            let connection = try await server.connect(.test { $0.pipelining = false })
            let error = await failure { () throws(SMTPClientError) in
                try await connection.send(transaction("b@x.test"), MessageContent("x\r\n"))
            }
            #expect(error?.isSafeToRetry == isSafe, "\(command)")
            #expect(error?.stage == stage, "\(command)")
            #expect(error?.kind == .transient)
            #expect(error?.recipients.count == 1)
            #expect(!connection.isReusable)
            let again = await failure { () throws(SMTPClientError) in
                try await connection.send(transaction("b@x.test"), MessageContent("x\r\n"))
            }
            #expect(again != nil)
            await server.stop()
        }
    }

    @Test("what was settled for some recipients is known when the connection breaks")
    func partial() async throws {
        let server = try await ScriptedServer.start {
            $0.respond = { $0.hasPrefix("RCPT") ? ($0.contains("<b@") ? .say("550 5.1.1 no\r\n") : .close("")) : nil }
        }
        let connection = try await server.connect(.test { $0.pipelining = false })
        let error = await failure { () throws(SMTPClientError) in
            try await connection.send(transaction("b@x.test", "c@x.test"), MessageContent("x\r\n"))
        }
        #expect(error?.recipients.map { $0?.reply.code } == [550, nil])
        await server.stop()
    }

    @Test("nobody listens; the greeting refuses; a stranger's protocol")
    func noServer() async throws {
        let refused = await failure { () throws(SMTPClientError) in
            try await SMTPConnection.connect(
                to: .host("127.0.0.1", port: 1), configuration: .test(), on: MultiThreadedEventLoopGroup.singleton)
        }
        #expect(refused?.stage == .connect)
        #expect(refused?.kind == .transient)
        for (greeting, kind) in [
            ("554 5.7.1 go away\r\n", SMTPClientError.Kind.permanent), ("421 busy\r\n", .transient),
            ("HTTP/1.1 200 OK\r\n", .transient), ("SSH-2.0-x\r\n", .transient),
        ] {
            let odd = try await ScriptedServer.start { $0.greeting = greeting }
            let error = await failure { () throws(SMTPClientError) in try await odd.connect() }
            #expect(error?.stage == .greeting)
            #expect(error?.kind == kind, "\(greeting)")
            await odd.stop()
        }
    }

    @Test("I07: hostile replies end in an error: endless, codes that change, a line without end, NUL, an early 354")
    func hostile() async throws {
        let cases: [(String, ClientFault)] = [
            (String(repeating: "250-more\r\n", count: 10_000), .malformedReply(.tooManyLines)),
            ("250-a\r\n550 b\r\n", .malformedReply(.codeChanged)),
            (String(repeating: "2", count: 100_000), .malformedReply(.lineTooLong)),
            ("250 a\0\r\n", .malformedReply(.control)), ("hello\r\n", .malformedReply(.noCode)),
            ("354 go\r\n", .unexpectedReply(ServerReply(code: 354, text: Array("go".utf8)))),
        ]
        for (reply, fault) in cases {
            let server = try await ScriptedServer.start { $0.respond = { $0.hasPrefix("MAIL") ? .say(reply) : nil } }
            let connection = try await server.connect()
            let error = await failure { () throws(SMTPClientError) in
                try await connection.send(transaction("b@x.test"), MessageContent("x\r\n"))
            }
            #expect(error?.fault == fault)
            #expect(error?.kind == .transient)
            #expect(error?.isSafeToRetry == true)
            #expect(!connection.isReusable)
            #expect(server.record.contents.isEmpty)
            await server.stop()
        }
    }

    @Test("two messages at once on one connection: the second is told so")
    func notAtOnce() async throws {
        let server = try await ScriptedServer.start { $0.respond = { $0 == "NOOP" ? .say("") : nil } }
        let connection = try await server.connect()
        async let waiting = failure { () throws(SMTPClientError) in try await connection.test() }
        while !server.record.lines.contains("NOOP") { await Task.yield() }
        let error = await failure { () throws(SMTPClientError) in
            try await connection.send(transaction("b@x.test"), MessageContent("x\r\n"))
        }
        #expect(error?.fault == .badSequence)
        connection.close()
        #expect(await waiting != nil)
        await server.stop()
    }

    @Test("a cancelled task closes the connection")
    func cancellation() async throws {
        let server = try await ScriptedServer.start { $0.respond = { $0.hasPrefix("MAIL") ? .say("") : nil } }
        let connection = try await server.connect(.test { $0.pipelining = false })
        let task = Task {
            await failure { () throws(SMTPClientError) in
                try await connection.send(transaction("b@x.test"), MessageContent("x\r\n"))
            }
        }
        while !server.record.lines.contains(where: { $0.hasPrefix("MAIL") }) { await Task.yield() }
        task.cancel()
        let error = await task.value
        guard case .cancelled? = error?.reason else { return #expect(Bool(false), "\(String(describing: error))") }
        #expect(!connection.isReusable)
        await server.stop()
    }

    @Test("a task that was cancelled before sends nothing, and the connection goes on")
    func cancelledBefore() async throws {
        let server = try await ScriptedServer.start()
        let connection = try await server.connect()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await failure { () throws(SMTPClientError) in
                try await connection.send(transaction("b@x.test"), MessageContent("x\r\n"))
            }
        }
        guard case .cancelled? = await task.value?.reason else { return #expect(Bool(false)) }
        #expect(!server.record.lines.contains { $0.hasPrefix("MAIL") })
        #expect(try await connection.send(transaction("b@x.test"), MessageContent("x\r\n")).isAcceptedForAll)
        await server.stop()
    }

    @Test("no address is in a description")
    func privacy() async throws {
        let server = try await ScriptedServer.start {
            $0.respond = { $0.hasPrefix("RCPT") ? .say("550 5.1.1 <b@x.test> from 192.0.2.7\r\n") : nil }
        }
        let client = SMTPClient(server.address, configuration: .test())
        let error = await failure { () throws(SMTPClientError) in
            try await client.send(transaction("b@x.test"), MessageContent("Subject: secret\r\n"))
        }
        let text = "\(try #require(error)) \(transaction("b@x.test")) \(server.address) \(try #require(error?.reply))"
        for secret in ["x.test", "our.test", "127.0.0.1", "192.0.2.7", "secret"] {
            #expect(!text.contains(secret), "\(text)")
        }
        #expect(text.contains("550 5.1.1"))
        await client.shutdown()
        await server.stop()
    }
}
