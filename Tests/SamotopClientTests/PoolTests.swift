import NIOCore
import SMTP
import Synchronization
import Testing

@testable import SamotopClient

@Suite("The pool's decisions") struct ConnectionPoolTests {
    private static func pool(_ maximum: Int, idle: Int = 0, waiting: Int = 100) -> ConnectionPool<Int> {
        var configuration = PoolConfiguration()
        configuration.maximumConnections = maximum
        configuration.minimumIdle = idle
        configuration.maximumWaiting = waiting
        configuration.idleTimeout = .seconds(60)
        return ConnectionPool(configuration)
    }

    private static func word(_ lease: ConnectionPool<Int>.Lease) -> String {
        switch lease {
        case .use(let connection): "use \(connection)"
        case .connect: "connect"
        case .wait: "wait"
        case .full: "full"
        case .shutDown: "shut down"
        }
    }

    private static func word(_ handover: ConnectionPool<Int>.Handover) -> String {
        switch handover {
        case .waiter(let waiter, let connection): "waiter \(waiter) \(connection.map { "\($0)" } ?? "connects")"
        case .idle: "idle"
        case .close(let isLast): isLast ? "close, the last" : "close"
        }
    }

    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    @Test("no more than the maximum; who waits is served in turn, and gets the place of a broken one")
    func turns() {
        var pool = Self.pool(2, waiting: 2)
        #expect(Self.word(pool.lease { _ in true }.lease) == "connect")
        #expect(Self.word(pool.lease { _ in true }.lease) == "connect")
        #expect(Self.word(pool.lease { _ in true }.lease) == "wait")
        let first = pool.enqueue()
        let second = pool.enqueue()
        #expect(Self.word(pool.lease { _ in true }.lease) == "full")
        #expect(Self.word(pool.giveBack(7, now: Self.start)) == "waiter \(first) 7")
        #expect(Self.word(pool.giveBack(nil, now: Self.start)) == "waiter \(second) connects")
        #expect(pool.open == 2)
        #expect(Self.word(pool.giveBack(nil, now: Self.start)) == "close")
        #expect(pool.open == 1)
        #expect(Self.word(pool.giveBack(8, now: Self.start)) == "idle")
        #expect(Self.word(pool.lease { _ in true }.lease) == "use 8")
        let leaving = pool.enqueue()
        let hasLeft = [pool.leave(leaving), pool.leave(leaving)]
        #expect(hasLeft == [true, false])
        #expect(Self.word(pool.giveBack(8, now: Self.start)) == "idle")
    }

    @Test("broken idle connections are dropped on the way to a good one")
    func broken() {
        var pool = Self.pool(3)
        for _ in 0..<3 { _ = pool.lease { _ in true } }
        for connection in 1...3 { _ = pool.giveBack(connection, now: Self.start) }
        let (lease, broken) = pool.lease { $0 == 1 }
        #expect(Self.word(lease) == "use 1")
        #expect(broken == [3, 2])
        #expect(pool.open == 1)
    }

    @Test("the oldest idle connections go when their time is over, but for the minimum")
    func expiry() {
        var pool = Self.pool(3, idle: 1)
        for _ in 0..<3 { _ = pool.lease { _ in true } }
        for connection in 1...3 { _ = pool.giveBack(connection, now: Self.start + .seconds(Int64(connection))) }
        #expect(pool.expire(now: Self.start + .seconds(60)).expired == [])
        let (expired, next) = pool.expire(now: Self.start + .seconds(61))
        #expect(expired == [1])
        #expect(next == Self.start + .seconds(62))
        let late = pool.expire(now: Self.start + .seconds(1000))
        #expect(late.expired == [2])
        #expect(late.next == nil)
        #expect(pool.idleCount == 1)
        #expect(pool.reserveIdle() == 0)
        _ = pool.lease { _ in true }
        #expect(pool.reserveIdle() == 1)
        #expect(pool.open == 2)
    }

    @Test("shut down: no more leases, idle ones to close, waiting ones in vain, the last one ends it")
    func shutDown() {
        var pool = Self.pool(2)
        for _ in 0..<2 { _ = pool.lease { _ in true } }
        _ = pool.giveBack(1, now: Self.start)
        #expect(pool.shutDown().idle == [1])
        #expect(Self.word(pool.lease { _ in true }.lease) == "shut down")
        #expect(Self.word(pool.giveBack(2, now: Self.start)) == "close, the last")
        #expect(pool.open == 0)
    }
}

@Suite("A client with a pool") struct SMTPClientTests {
    private static let content = MessageContent("Subject: x\r\n\r\nx\r\n")

    @Test("many at once over few connections, each message once")
    func many() async throws {
        let server = try await ScriptedServer.start()
        var limits = PoolConfiguration()
        limits.maximumConnections = 3
        let client = SMTPClient(server.address, configuration: .test(), pool: limits)
        let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask { try await client.send(transaction("b\(number)@x.test"), Self.content).isAcceptedForAll }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(accepted == 100)
        #expect(server.record.contents.count == 100)
        #expect(Set(server.record.lines.filter { $0.hasPrefix("RCPT") }).count == 100)
        #expect(server.record.connections <= 3)
        #expect(client.connections.open == client.connections.idle)
        await client.shutdown()
        #expect(client.connections.open == 0)
        let late = await failure { () throws(SMTPClientError) in
            try await client.send(transaction("b@x.test"), Self.content)
        }
        guard case .shutDown? = late?.reason else { return #expect(Bool(false)) }
        #expect(server.record.lines.filter { $0 == "QUIT" }.count == server.record.connections)
        await server.stop()
    }

    @Test("a connection that the server left while idle is replaced, whether it closed or says 421 to MAIL")
    func stale() async throws {
        for reaction in [ScriptedServer.Reaction.close("421 4.4.2 idle too long\r\n"), .close("")] {
            let messages = Mutex(0)
            let server = try await ScriptedServer.start {
                $0.keywords = []
                $0.respond = { line in
                    guard line.hasPrefix("MAIL") else { return nil }
                    // The second MAIL, which is the first on a used connection.
                    return messages.withLock {
                        $0 += 1; return $0 == 2
                    } ? reaction : nil
                }
            }
            let client = SMTPClient(server.address, configuration: .test())
            for _ in 0..<2 {
                #expect(try await client.send(transaction("b@x.test"), Self.content).isAcceptedForAll)
            }
            #expect(server.record.connections == 2)
            #expect(server.record.contents.count == 2)
            await client.shutdown()
            await server.stop()
        }
    }

    @Test("a message whose end was sent is never sent again by itself")
    func neverTwice() async throws {
        let ends = Mutex(0)
        let server = try await ScriptedServer.start {
            $0.respond = {
                $0 == "."
                    && ends.withLock {
                        $0 += 1; return $0 == 2
                    } ? .close("") : nil
            }
        }
        let client = SMTPClient(server.address, configuration: .test())
        #expect(try await client.send(transaction("b@x.test"), Self.content).isAcceptedForAll)
        let error = await failure { () throws(SMTPClientError) in
            try await client.send(transaction("b@x.test"), Self.content)
        }
        #expect(error?.isSafeToRetry == false)
        #expect(server.record.contents.count == 2)
        await client.shutdown()
        await server.stop()
    }

    @Test("all refused is an error with the reply; some refused is a result")
    func refused() async throws {
        let server = try await ScriptedServer.start {
            $0.respond = { $0.contains("<c@") ? .say("550 5.1.1 no\r\n") : nil }
        }
        let client = SMTPClient(server.address, configuration: .test())
        let error = await failure { () throws(SMTPClientError) in
            try await client.send(transaction("c@x.test"), Self.content)
        }
        #expect(error?.kind == .permanent)
        #expect(error?.stage == .rcpt)
        #expect(error?.reply?.code == 550)
        #expect(try await client.send(transaction("b@x.test", "c@x.test"), Self.content).isAcceptedForAny)
        #expect(server.record.connections == 1)
        await client.shutdown()
        await server.stop()
    }

    @Test("test, warm up, idle time-out, a message limit for each connection")
    func upkeep() async throws {
        let server = try await ScriptedServer.start()
        var limits = PoolConfiguration()
        limits.minimumIdle = 2
        limits.idleTimeout = .seconds(10)
        limits.maximumMessages = 2
        let client = SMTPClient(server.address, configuration: .test(), pool: limits)
        try await client.test()
        #expect(server.record.lines.contains("NOOP"))
        try await client.warmUp()
        #expect(client.connections.idle == 2)
        client.sweep(now: .now() + .hours(1))
        #expect(client.connections.idle == 2, "the minimum stays")
        for _ in 0..<2 { _ = try await client.send(transaction("b@x.test"), Self.content) }
        #expect(client.connections.open == 1, "one has carried as many as it may")
        let code = try await client.withConnection { try await $0.command(Array("NOOP".utf8)).code }
        #expect(code == 250)
        await client.shutdown()
        await server.stop()
    }

    @Test("nobody listens: every caller hears of it, and no place is lost")
    func unreachable() async throws {
        var limits = PoolConfiguration()
        limits.maximumConnections = 1
        let client = SMTPClient(.host("127.0.0.1", port: 1), configuration: .test(), pool: limits)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    await failure { () throws(SMTPClientError) in
                        try await client.send(transaction("b@x.test"), Self.content)
                    }?.stage == .connect
                }
            }
            for await isConnect in group { #expect(isConnect) }
        }
        #expect(client.connections.open == 0)
        await client.shutdown()
    }
}
