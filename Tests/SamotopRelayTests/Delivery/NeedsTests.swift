import SMTP
import SamotopClient
import SamotopCore
import SamotopQueue
import Testing

@testable import SamotopRelay

@Suite struct NeedsTests {
    private static let eightBit = Array("Subject: x\r\n\r\nGrüße\r\n".utf8)
    private static let converted = Array("Subject: x\r\n\r\nGr=C3=BC=C3=9Fe\r\n".utf8)

    private func server(_ keywords: [String]) async throws -> ScriptedServer {
        let server = try await ScriptedServer()
        server.change { $0.keywords = keywords }
        return server
    }

    @Test("O05: 8-bit content is converted for a server without 8BITMIME, and only for it", arguments: [true, false])
    func conversion(_ isDeclared: Bool) async throws {
        let server = try await server(["SIZE 1000"])
        let stand = try Stand(
            servers("127.0.0.1"), port: server.port, conversion: { _ in MemoryContent(Self.converted) })
        let job = try stand.job { if isDeclared { $0.body = .eightBitMIME } }
        #expect(await stand.deliver(job, Self.eightBit).outcomes.map(\.text) == ["delivered relayed"])
        #expect(server.seen.messages.map(\.content) == [Self.converted])
        #expect(server.seen.messages.first?.sender.contains("BODY=8BITMIME") == false)
        server.change { $0.keywords = ["8BITMIME"] }
        stand.relay.shutDown()
        #expect(await stand.deliver(job, Self.eightBit).outcomes.map(\.text) == ["delivered relayed"])
        #expect(server.seen.messages.last?.content == Self.eightBit)
        #expect(server.seen.messages.last?.sender.contains("BODY=8BITMIME") == true)
    }

    @Test(
        "O05: without a conversion, or when it fails, the message is refused with 5.6.3, unless another server takes it"
    )
    func noConversion() async throws {
        let server = try await server([])
        let without = try Stand(servers("127.0.0.1"), port: server.port)
        #expect(await without.deliver(try without.job(), Self.eightBit).outcomes.map(\.text) == ["refused 5.6.3 mail"])
        let failing = try Stand(
            servers("127.0.0.1"), port: server.port, conversion: { _ in throw TestProblem("not convertible") })
        #expect(await failing.deliver(try failing.job(), Self.eightBit).outcomes.map(\.text) == ["refused 5.6.3 mail"])
        // A conversion that doesn't convert is called once.
        let idle = try Stand(servers("127.0.0.1"), port: server.port, conversion: { $0 })
        #expect(await idle.deliver(try idle.job(), Self.eightBit).outcomes.map(\.text) == ["refused 5.6.3 mail"])
        let second = try await ScriptedServer("127.0.0.2", port: server.port)
        let two = try Stand(servers("127.0.0.1", "127.0.0.2"), port: server.port)
        #expect(await two.deliver(try two.job(), Self.eightBit).outcomes.map(\.text) == ["delivered"])
        #expect(server.seen.messages.isEmpty && second.seen.messages.count == 1)
        // 7-bit content goes to any server.
        #expect(await without.deliver(try without.job()).outcomes.map(\.text) == ["delivered relayed"])
    }

    @Test("O05: what is too large is refused with 5.3.4 before it is sent")
    func size() async throws {
        let server = try await server(["SIZE 100"])
        let stand = try Stand(servers("127.0.0.1"), port: server.port)
        let large = [UInt8]("x: y\r\n\r\n".utf8) + [UInt8](repeating: 0x61, count: 93)
        #expect(await stand.deliver(try stand.job(), large).outcomes.map(\.text) == ["refused 5.3.4 mail"])
        #expect(!server.seen.commands.contains { $0.hasPrefix("MAIL") })
        #expect(
            await stand.deliver(try stand.job(), Array(large.dropLast())).outcomes.map(\.text) == ["delivered relayed"])
        #expect(server.seen.messages.first?.sender.contains(" SIZE=100") == true)
    }

    @Test("O05: internationalized mail is refused with 5.6.7 where SMTPUTF8 is lacking")
    func internationalized() async throws {
        let server = try await server(["8BITMIME"])
        let stand = try Stand(servers("127.0.0.1"), port: server.port)
        let report = await stand.deliver(try stand.job(to: ["bøb@example.test"]))
        #expect(report.outcomes.map(\.text) == ["refused 5.6.7 mail"])
        server.change { $0.keywords = ["8BITMIME", "SMTPUTF8", "DSN"] }
        stand.relay.shutDown()
        #expect(await stand.deliver(try stand.job(to: ["bøb@example.test"])).outcomes.map(\.text) == ["delivered"])
        #expect(server.seen.messages.first?.sender.contains(" SMTPUTF8") == true)
    }

    @Test("Binary content goes only by CHUNKING with BINARYMIME, else it is converted")
    func binary() async throws {
        let server = try await server(["8BITMIME", "CHUNKING"])
        let stand = try Stand(
            servers("127.0.0.1"), port: server.port, conversion: { _ in MemoryContent(Self.converted) })
        let binary = Array("Subject: x\r\n\r\n".utf8) + [0, 10, 13, 255]
        let job = try stand.job { $0.body = .binaryMIME }
        #expect(await stand.deliver(job, binary).outcomes.map(\.text) == ["delivered relayed"])
        #expect(server.seen.messages.map(\.content) == [Self.converted])
        #expect(server.seen.commands.contains("DATA") && !server.seen.commands.contains { $0.contains("BINARYMIME") })
    }

    @Test(
        "Long content comes over in pieces, whole, and is looked at before it is sent",
        arguments: [100, 4_096, 1 << 20])
    func long(_ buffer: Int) async throws {
        let server = try await server(["8BITMIME", "DSN"])
        let line = Array((String(repeating: "Grüße ", count: 20) + "\r\n.x\r\n").utf8)
        let content = Array([[UInt8]](repeating: line, count: 2_000).joined())
        let stand = try Stand(servers("127.0.0.1"), port: server.port) { $0.contentBuffer = buffer }
        #expect(await stand.deliver(try stand.job(), content).outcomes.map(\.text) == ["delivered"])
        #expect(server.seen.messages.first?.content == content)
        #expect(server.seen.messages.first?.sender.hasSuffix(" BODY=8BITMIME") == true)
        server.change { $0.keywords = ["SIZE 5000000"] }
        stand.relay.shutDown()
        #expect(await stand.deliver(try stand.job(), content).outcomes.map(\.text) == ["refused 5.6.3 mail"])
    }

    @Test("Content that can't be read is held when it is damaged, and waits otherwise; no server gets the end of it")
    func unreadable() async throws {
        let server = try await server(["DSN"])
        let stand = try Stand(servers("127.0.0.1"), port: server.port) { $0.contentBuffer = 1_000 }
        for (size, failsAt) in [(100, 0), (100_000, 1), (100_000, 2)] {
            let damaged = FailingContent(
                count: size, failsAtReading: failsAt, error: QueueStoreError.damaged(cause: "x"))
            let held = await stand.relay.deliver(try stand.job(), content: damaged)
            #expect(held.outcomes.map(\.text) == ["held damaged"])
            let failing = FailingContent(count: size, failsAtReading: failsAt, error: TestProblem("disk"))
            let postponed = await stand.relay.deliver(try stand.job(), content: failing)
            #expect(postponed.outcomes.map(\.text) == ["postponed 4.3.0 content"])
        }
        #expect(server.seen.messages.isEmpty)
    }

    @Test("More recipients than a server takes go in several transactions over one connection")
    func manyRecipients() async throws {
        let server = try await server(["PIPELINING", "DSN", "LIMITS RCPTMAX=3"])
        let stand = try Stand(servers("127.0.0.1"), port: server.port)
        let report = await stand.deliver(try stand.job(to: (0..<8).map { "r\($0)@example.test" }))
        #expect(report.outcomes.map(\.text) == [String](repeating: "delivered", count: 8))
        #expect(server.seen.messages.map(\.recipients.count) == [3, 3, 2])
        #expect(server.seen.connections == 1)
        server.change { $0.keywords = ["DSN"] }
        stand.relay.shutDown()
        let many = await stand.deliver(try stand.job(to: (0..<250).map { "r\($0)@example.test" }))
        #expect(many.outcomes.allSatisfy { $0.text == "delivered" } && many.outcomes.count == 250)
        #expect(server.seen.messages.dropFirst(3).map(\.recipients.count) == [100, 100, 50])
    }

    @Test("AUTH of the submission isn't told to others")
    func noAuthParameter() async throws {
        let server = try await server(["AUTH PLAIN", "DSN"])
        let stand = try Stand(servers("127.0.0.1"), port: server.port)
        let job = try stand.job { $0.auth = Mailbox("ann@b.test").map { .mailbox($0) } }
        #expect(await stand.deliver(job).outcomes.map(\.text) == ["delivered"])
        #expect(server.seen.messages.first?.sender.contains("AUTH=") == false)
    }
}

/// Content of lines that fails at one of its readings, the first being 0; at later ones behind the middle.
private final class FailingContent: MailContent {
    let count: Int
    private let failsAtReading: Int
    private let error: any Error & Sendable
    private let readings = TurnedClock()

    init(count: Int, failsAtReading: Int, error: any Error & Sendable) {
        self.count = count
        self.failsAtReading = failsAtReading
        self.error = error
    }

    func read(_ body: (Span<UInt8>) throws -> Void) throws {
        let reading = Int(readings.now().seconds)
        readings.turn(by: 1)
        let line = [UInt8](repeating: 0x61, count: 98) + [13, 10]
        for _ in 0..<(count / 100 / 2) { try body(line.span) }
        if reading >= failsAtReading { throw error }
        for _ in 0..<(count / 100 - count / 100 / 2) { try body(line.span) }
    }
}
