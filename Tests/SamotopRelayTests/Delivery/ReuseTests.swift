import SMTP
import SamotopCore
import SamotopQueue
import Testing

@testable import SamotopRelay

@Suite struct ReuseTests {
    private func deliver(_ count: Int, _ stand: Stand) async throws -> Set<String> {
        var texts: Set<String> = []
        for _ in 0..<count { texts.insert(try await stand.deliver().text) }
        return texts
    }

    @Test("Many messages to one server go over one connection, up to the most that it shall carry")
    func many() async throws {
        let server = try await ScriptedServer()
        let stand = try Stand(servers("127.0.0.1"), port: server.port) { $0.maximumMessagesOfConnection = 40 }
        #expect(try await deliver(100, stand) == ["delivered"])
        #expect(server.seen.connections == 3 && server.seen.messages.count == 100)
        #expect(stand.witness.connected == 3 && stand.witness.reused == 97)
    }

    @Test("Messages at the same time have connections of their own, and few are kept for longer than a second")
    func parallel() async throws {
        let server = try await ScriptedServer()
        let stand = try Stand(servers("127.0.0.1"), port: server.port) { $0.maximumIdleConnectionsOfServer = 3 }
        for _ in 0..<3 {
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<10 { group.addTask { try await stand.deliver().text } }
                for try await text in group { #expect(text == "delivered") }
            }
            stand.relay.closeIdleConnections()
            #expect((1...10).contains(stand.relay.connections.count))
            stand.clock.turn(by: 1)
            stand.relay.closeIdleConnections()
            #expect((1...3).contains(stand.relay.connections.count))
        }
        #expect(server.seen.messages.count == 30)
        #expect(server.seen.connections < 30)
    }

    @Test(
        "A server that has closed the connection meanwhile, or says 421, gets a new one; nothing is lost and nothing doubled",
        arguments: [true, false])
    func closedMeanwhile(_ says421: Bool) async throws {
        let server = try await ScriptedServer()
        server.change { script in
            if says421 { script.messagesUntilGoodBye = 2 } else { script.messagesUntilClose = 2 }
        }
        let stand = try Stand(servers("127.0.0.1"), port: server.port)
        #expect(try await deliver(9, stand) == ["delivered"])
        #expect(server.seen.messages.count == 9)
        #expect(server.seen.connections == 5)
    }

    @Test(
        "A connection that goes away under a reused MAIL is replaced; under the dot it isn't",
        arguments: [
            ("MAIL", "", "delivered"), ("MAIL", "421 4.4.2 idle", "delivered"), ("RCPT", "", "delivered"),
            (".", "", "postponed 4.4.2 content hostWide"),
        ])
    func goesUnder(_ verb: String, _ answer: String, _ expected: String) async throws {
        let server = try await ScriptedServer()
        let stand = try Stand(servers("127.0.0.1"), port: server.port)
        let times = TurnedClock()
        server.change { script in
            script.reply = { said, _ in
                guard said == verb else { return nil }
                times.turn(by: 1)
                return times.now().seconds == 2 ? answer : nil
            }
        }
        #expect(try await stand.deliver().text == "delivered")
        #expect(try await stand.deliver().text == expected)
        #expect(stand.witness.reused == 1)
        #expect(server.seen.messages.count == (verb == "." ? 1 : 2))
    }

    @Test("Idle for too long, or too old, a connection isn't used again", arguments: [(21, 100), (10, 31)])
    func age(_ step: Int64, _ total: Int64) async throws {
        let server = try await ScriptedServer()
        let stand = try Stand(servers("127.0.0.1"), port: server.port) { settings in
            settings.idleTime = 20
            settings.connectionLifetime = 30
        }
        #expect(try await deliver(1, stand) == ["delivered"])
        for _ in 0..<(total / step) {
            stand.clock.turn(by: step)
            #expect(try await deliver(1, stand) == ["delivered"])
        }
        #expect(server.seen.connections == (step == 21 ? 5 : 1))
        stand.clock.turn(by: step)
        #expect(try await deliver(1, stand) == ["delivered"])
        #expect(server.seen.connections == (step == 21 ? 6 : 2))
        // A clock that is set back makes everything old.
        stand.clock.turn(by: -1_000)
        #expect(try await deliver(1, stand) == ["delivered"])
        #expect(server.seen.connections == (step == 21 ? 7 : 3))
    }

    @Test("Idle connections end when they are due, and all at the end")
    func sweeping() async throws {
        let server = try await ScriptedServer()
        let stand = try Stand(servers("127.0.0.1"), port: server.port)
        #expect(try await deliver(1, stand) == ["delivered"])
        stand.relay.closeIdleConnections()
        #expect(stand.relay.connections.count == 1)
        stand.clock.turn(by: 21)
        stand.relay.closeIdleConnections()
        #expect(stand.relay.connections.count == 0)
        #expect(try await deliver(1, stand) == ["delivered"])
        stand.relay.shutDown()
        #expect(stand.relay.connections.count == 0)
    }

    @Test("No more connections are kept in all than the settings say")
    func total() async throws {
        let first = try await ScriptedServer()
        let second = try await ScriptedServer("127.0.0.2", port: first.port)
        let resolver = try zone([
            ("a.test", "MX", "1 mx.a.test"), ("mx.a.test", "A", "127.0.0.1"), ("b.test", "MX", "1 mx.b.test"),
            ("mx.b.test", "A", "127.0.0.2"),
        ])
        let stand = try Stand(resolver, port: first.port) { $0.maximumIdleConnections = 1 }
        for domain in ["a.test", "b.test"] {
            #expect(await stand.deliver(try stand.job(to: ["x@\(domain)"])).outcomes.map(\.text) == ["delivered"])
        }
        #expect(stand.relay.connections.count == 1)
        #expect(second.seen.messages.count == 1)
    }

    @Test("A domain's connection isn't used for another domain with the same server")
    func perDomain() async throws {
        let server = try await ScriptedServer()
        let resolver = try zone([
            ("a.test", "MX", "1 mx.test"), ("b.test", "MX", "1 mx.test"), ("mx.test", "A", "127.0.0.1"),
        ])
        let stand = try Stand(resolver, port: server.port)
        for domain in ["a.test", "b.test", "a.test", "b.test"] {
            #expect(await stand.deliver(try stand.job(to: ["x@\(domain)"])).outcomes.map(\.text) == ["delivered"])
        }
        #expect(server.seen.connections == 2)
    }
}
