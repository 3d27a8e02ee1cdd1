import NameResolution
import SMTP
import SamotopQueue
import Testing

@testable import SamotopRelay

@Suite struct NextServerTests {
    /// Two servers, and what the first one does.
    private func two(
        _ change: @escaping @Sendable (inout ScriptedServer.Script) -> Void
    ) async throws -> (ScriptedServer, ScriptedServer, Stand) {
        let first = try await ScriptedServer()
        first.change { change(&$0) }
        let second = try await ScriptedServer("127.0.0.2", port: first.port)
        return (first, second, try Stand(servers("127.0.0.1", "127.0.0.2"), port: first.port))
    }

    @Test("Without a connection the next server gets the message")
    func noConnection() async throws {
        let server = try await ScriptedServer()
        let stand = try Stand(servers("127.0.0.3", "127.0.0.1"), port: server.port)
        #expect(try await stand.deliver().text == "delivered")
        #expect(stand.witness.failures.map(\.text) == ["4.4.1 connect hostWide"])
    }

    @Test("Of one server all addresses are tried, IPv6 too")
    func allAddresses() async throws {
        let server = try await ScriptedServer("::1")
        var resolver = try servers("::1")
        try resolver.add(name("mx1.example.test"), .a, .address(#require(IPAddress("127.0.0.3"))))
        let stand = try Stand(resolver, port: server.port) { $0.prefersIPv6 = false }
        #expect(try await stand.deliver().text == "delivered")
        #expect(stand.witness.failures.map(\.text) == ["4.4.1 connect hostWide"])
    }

    @Test(
        "The next server gets what the first one can't take now",
        arguments: [
            ("connect", "421 busy"), ("connect", "554 no"), ("connect", ""), ("EHLO", "451 no"), ("EHLO", ""),
            ("MAIL", "452 4.3.1 full"), ("MAIL", "421 bye"), ("MAIL", ""), ("RCPT", ""), ("RCPT", "421 bye"),
            ("DATA", "451 4.3.0 busy"), ("DATA", ""),
        ])
    func next(_ verb: String, _ answer: String) async throws {
        let (first, second, stand) = try await two { script in
            if verb == "connect" { script.greeting = answer }
            script.reply = { said, _ in said == verb || verb == "EHLO" && said == "HELO" ? answer : nil }
        }
        #expect(try await stand.deliver().text == "delivered")
        #expect(first.seen.connections == 1 && first.seen.messages.isEmpty && second.seen.messages.count == 1)
    }

    @Test(
        "What the first one says of the recipient or the content holds",
        arguments: [
            ("MAIL", "550 5.7.1 no", "refused 5.7.1 mail"), ("RCPT", "550 5.1.1 no", "refused 5.1.1 rcpt"),
            ("RCPT", "450 4.2.0 grey", "postponed 4.2.0 rcpt"), ("DATA", "554 5.5.0 no", "refused 5.5.0 data"),
            (".", "554 5.6.0 no", "refused 5.6.0 content"), (".", "451 4.3.0 later", "postponed 4.3.0 content"),
        ])
    func final(_ verb: String, _ answer: String, _ expected: String) async throws {
        let (_, second, stand) = try await two { script in
            script.reply = { said, _ in said == verb ? answer : nil }
        }
        #expect(try await stand.deliver().text == expected)
        #expect(second.seen.connections == 0)
    }

    @Test("Recipients that are settled aren't offered to the next server")
    func settledRecipients() async throws {
        let (_, second, stand) = try await two { script in
            script.keywords = []
            script.reply = { verb, line in
                if verb == "DATA" { return "" }
                return verb == "RCPT" && line.contains("<no@") ? "550 5.1.1 no" : nil
            }
        }
        let report = await stand.deliver(try stand.job(to: ["no@example.test", "yes@example.test"]))
        #expect(report.outcomes.map(\.text) == ["refused 5.1.1 rcpt", "delivered"])
        #expect(second.seen.messages.first?.recipients == ["RCPT TO:<yes@example.test>"])
    }

    @Test("A server that wants nothing of us refuses the mail only when all say so")
    func unwelcome() async throws {
        let (first, second, stand) = try await two { $0.greeting = "554 5.7.1 no" }
        second.change { $0.greeting = "554 5.3.2 no" }
        #expect(try await stand.deliver().text == "refused 5.3.2 greeting hostWide")
        try await second.stop()
        #expect(try await stand.deliver().text == "postponed 4.4.1 connect hostWide")
        #expect(first.seen.connections == 2)
    }

    @Test("A server that can't take the message is believed unless a better one is unreachable")
    func unsuitable() async throws {
        let server = try await ScriptedServer()
        server.change { $0.keywords = ["SIZE 10"] }
        #expect(
            try await Stand(servers("127.0.0.1", "127.0.0.3"), port: server.port).deliver().text == "refused 5.3.4 mail"
        )
        #expect(
            try await Stand(servers("127.0.0.3", "127.0.0.1"), port: server.port).deliver().text
                == "postponed 4.4.1 connect hostWide")
    }

    @Test("No more servers are offered a message than the settings say, and none after the time is over")
    func bounds() async throws {
        var addresses: [ScriptedServer] = [try await ScriptedServer("127.0.0.1")]
        let port = addresses[0].port
        for last in 2...3 { addresses.append(try await ScriptedServer("127.0.0.\(last)", port: port)) }
        for server in addresses { server.change { $0.reply = { verb, _ in verb == "MAIL" ? "451 4.3.0 no" : nil } } }
        let resolver = try servers("127.0.0.1", "127.0.0.2", "127.0.0.3")
        let stand = try Stand(resolver, port: port) { $0.maximumTransactions = 2 }
        #expect(try await stand.deliver().text == "postponed 4.3.0 mail")
        #expect(addresses.map(\.seen.connections) == [1, 1, 0])
        let clock = TurnedClock(Stand.realTime)
        let hasty = try Stand(resolver, port: port, clock: clock) { $0.searchTime = 10 }
        addresses[0].change { script in
            script.reply = { verb, _ in
                if verb == "MAIL" { clock.turn(by: 11) }
                return verb == "MAIL" ? "451 4.3.0 no" : nil
            }
        }
        #expect(try await hasty.deliver().text == "postponed 4.3.0 mail")
        #expect(addresses.map(\.seen.connections) == [2, 1, 0])
    }

    @Test("A cancelled attempt ends, with everybody postponed")
    func cancelled() async throws {
        let server = try await ScriptedServer()
        server.change { $0.reply = { verb, _ in verb == "MAIL" ? "…" : nil } }
        let stand = try Stand(servers("127.0.0.1", "127.0.0.1"), port: server.port)
        let job = try stand.job()
        let task = Task { await stand.deliver(job) }
        while !server.seen.commands.contains(where: { $0.hasPrefix("MAIL") }) { await Task.yield() }
        task.cancel()
        #expect(await task.value.outcomes.first?.text.hasPrefix("postponed") == true)
        #expect(server.seen.connections == 1)
    }

    @Test("What the DNS says no to is refused or postponed without a connection")
    func dns() async throws {
        let resolver = try zone([
            ("null.test", "MX", "0 ."), ("empty.test", "TXT", "x"), ("down.test", "MX", "SERVFAIL"),
            ("inside.test", "MX", "1 mx.inside.test"), ("mx.inside.test", "A", "10.0.0.1"),
        ])
        let stand = try Stand(resolver, port: 25)
        for (domain, expected) in [
            ("null.test", "refused 5.1.10 dns hostWide"), ("gone.test", "refused 5.1.2 dns hostWide"),
            ("empty.test", "refused 5.4.4 dns hostWide"), ("down.test", "postponed 4.4.3 dns hostWide"),
            ("inside.test", "refused 5.4.4 dns hostWide"), ("relay.test", "refused 5.1.2 dns hostWide"),
        ] {
            let report = await stand.deliver(try stand.job(to: ["bob@\(domain)"]))
            #expect(report.outcomes.map(\.text) == [expected])
        }
    }
}
