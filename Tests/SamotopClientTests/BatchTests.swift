import NIOCore
import SMTP
import Synchronization
import Testing

@testable import SamotopClient

@Suite("Messages one behind the other") struct BatchTests {
    typealias Message = (transaction: MailTransaction, content: MessageContent)

    private func message(_ number: Int, _ recipient: String = "b@out.test") -> Message {
        (transaction(recipient), MessageContent("\(number)\r\n"))
    }

    private func codes(_ results: [Result<SendResult, SMTPClientError>]) -> [String] {
        results.map { result in
            switch result {
            case .success(let result): result.recipients.map { String($0.reply.code) }.joined(separator: " ")
            case .failure(let error): "\(error.reason) \(error.isSafeToRetry ? "safe" : "unsafe")"
            }
        }
    }

    private func contents(_ server: ScriptedServer) -> [String] {
        server.record.contents.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("the commands of each go out with the content of the one before: this server answers content only then")
    func together() async throws {
        let mails = Mutex(0)
        let server = try await ScriptedServer.start {
            $0.respond = { line in
                // The reply to content comes with the reply to the next MAIL; the last of three has none behind it.
                if line.hasPrefix("MAIL") {
                    let count = mails.withLock { count in
                        count += 1
                        return count
                    }
                    return .say(count == 1 || count > 3 ? "250 ok\r\n" : "250 2.0.0 taken\r\n250 ok\r\n")
                }
                return line == "." && mails.withLock { $0 } < 3 ? .say("") : nil
            }
        }
        let connection = try await server.connect()
        let results = await connection.send((1...3).map { message($0) })
        #expect(codes(results) == ["250", "250", "250"])
        #expect(contents(server) == ["1\r\n", "2\r\n", "3\r\n"])
        #expect(connection.isReusable)
        #expect(try await connection.send(transaction("b@out.test"), MessageContent("4\r\n")).isAcceptedForAll)
        #expect(await connection.send([]).isEmpty)
        await server.stop()
    }

    @Test("without PIPELINING, too; what can't be sent and what is refused is told in its place")
    func refusals() async throws {
        for keywords in [["PIPELINING", "SIZE 20"], ["SIZE 20"]] {
            let server = try await ScriptedServer.start {
                $0.keywords = keywords
                $0.respond = { $0.contains("<x@") ? .say("550 5.1.1 nobody\r\n") : nil }
            }
            let connection = try await server.connect()
            let big: Message = (transaction("b@out.test"), MessageContent(String(repeating: "x", count: 30) + "\r\n"))
            let results = await connection.send([big, message(1), message(2, "x@out.test"), big, message(3), big])
            let tooBig = "messageTooBig(limit: 20) safe"
            #expect(codes(results) == [tooBig, "250", "550", tooBig, "250", tooBig])
            #expect(contents(server).filter { !$0.isEmpty } == ["1\r\n", "3\r\n"])
            #expect(connection.isReusable)
            await server.stop()
        }
    }

    @Test("O08: a connection that breaks: the one whose end was sent may be there, those behind it are not")
    func broken() async throws {
        let server = try await ScriptedServer.start {
            $0.respond = { $0.hasPrefix("MAIL FROM:<third@") ? .close("") : nil }
        }
        let connection = try await server.connect()
        let third = transaction("b@out.test", from: "third@our.test")
        let results = await connection.send([message(1), message(2), (third, MessageContent("3\r\n")), message(4)])
        #expect(Array(codes(results).prefix(2)) == ["250", "250"])
        for result in results.dropFirst(2) {
            guard case .failure(let error) = result else {
                Issue.record("sent over a broken connection")
                continue
            }
            #expect(error.isSafeToRetry && error.isBrokenConnection)
        }
        let silent = try await ScriptedServer.start { $0.respond = { $0 == "." ? .close("") : nil } }
        let answers = codes(await (try await silent.connect()).send([message(1), message(2), message(3)]))
        #expect(answers.map { $0.hasSuffix("unsafe") } == [true, false, false], "\(answers)")
        await server.stop()
        await silent.stop()
    }

    @Test("421 to content: the rest is safe to be sent again")
    func goodBye() async throws {
        let server = try await ScriptedServer.start { $0.respond = { $0 == "." ? .close("421 4.3.2 bye\r\n") : nil } }
        let answers = codes(await (try await server.connect()).send([message(1), message(2)]))
        #expect(answers.first == "421" && answers.last?.hasSuffix(" safe") == true, "\(answers)")
        await server.stop()
    }

    @Test("streamed content goes by itself between the others")
    func streamed() async throws {
        let server = try await ScriptedServer.start()
        let connection = try await server.connect()
        let stream = AsyncStream<ByteBuffer> { continuation in
            continuation.yield(ByteBuffer(string: "stream\r\n"))
            continuation.finish()
        }
        let streamed: Message = (transaction("b@out.test"), MessageContent(size: nil, stream))
        let results = await connection.send([message(1), message(2), streamed, message(3)])
        #expect(codes(results) == ["250", "250", "250", "250"])
        #expect(contents(server) == ["1\r\n", "2\r\n", "stream\r\n", "3\r\n"])
        await server.stop()
    }

    @Test("a client takes another connection for what the first one left")
    func overConnections() async throws {
        let taken = Mutex(0)
        let server = try await ScriptedServer.start {
            $0.respond = { line in
                guard line == "." else { return line.contains("<x@") ? .say("550 no\r\n") : nil }
                let isSecond = taken.withLock { taken in
                    taken += 1
                    return taken % 2 == 0
                }
                return isSecond ? .close("250 2.0.0 taken\r\n") : nil
            }
        }
        let client = SMTPClient(.host("127.0.0.1", port: server.port), configuration: ClientConfiguration(tls: .none))
        let results = await client.send((1...5).map { message($0) })
        #expect(codes(results) == Array(repeating: "250", count: 5))
        #expect(contents(server) == (1...5).map { "\($0)\r\n" } && server.record.connections == 3)
        let refused = await client.send([message(6, "x@out.test")])
        #expect(codes(refused) == ["every recipient was refused safe"])
        await client.shutdown()
        await server.stop()
        let none = SMTPClient(.host("127.0.0.1", port: server.port), configuration: ClientConfiguration(tls: .none))
        let unsent = codes(await none.send([message(7), message(8)]))
        #expect(unsent.count == 2 && unsent.allSatisfy { $0.hasSuffix(" safe") }, "\(unsent)")
    }

    @Test("LIMITS MAILMAX: as many over each connection as the server allows")
    func limited() async throws {
        let server = try await ScriptedServer.start { $0.keywords = ["PIPELINING", "LIMITS MAILMAX=2"] }
        let client = SMTPClient(.host("127.0.0.1", port: server.port), configuration: ClientConfiguration(tls: .none))
        #expect(codes(await client.send((1...5).map { message($0) })) == Array(repeating: "250", count: 5))
        #expect(server.record.connections == 3)
        await client.shutdown()
        await server.stop()
    }
}
