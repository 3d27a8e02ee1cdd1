import SMTP
import SamotopClient
import SamotopQueue
import Testing

@testable import SamotopRelay

@Suite struct OutcomeTests {
    @Test("A message arrives as it is, and the server's words come back")
    func delivered() async throws {
        let server = try await ScriptedServer()
        let stand = try Stand(servers("127.0.0.1"), port: server.port)
        let report = await stand.deliver(
            try stand.job(to: ["bob@example.test", "eve@example.test"]) { parameters in
                parameters.ret = .headers
                parameters.envelopeID = Array("id 1".utf8)
            } _: { parameters in
                parameters.notify = [.success, .failure]
                parameters.originalRecipient = OriginalRecipient(
                    addressType: Array("rfc822".utf8), address: Array("b@x.test".utf8))
            })
        #expect(report.outcomes.map(\.text) == ["delivered", "delivered"])
        #expect(report.tls == nil)
        guard case .delivered(let reply)? = report.outcomes.first else { return }
        #expect(
            reply.code == 250 && reply.status == EnhancedStatusCode(2, 0, 0) && reply.lines == [Array("taken".utf8)])
        let message = try #require(server.seen.messages.first)
        #expect(message.content == Stand.text)
        #expect(message.recipients.count == 2)
        #expect(message.sender.hasPrefix("MAIL FROM:<ann@b.test>"))
        #expect(message.sender.contains(" RET=HDRS") && message.sender.contains(" ENVID=id+201"))
        #expect(
            message.recipients.allSatisfy {
                $0.contains("NOTIFY=SUCCESS,FAILURE") && $0.contains("ORCPT=rfc822;b@x.test")
            })
        #expect(server.seen.commands.first == "EHLO relay.test")
    }

    @Test("To a server without DSN nothing of it is passed on, and telling of success is left to us")
    func relayed() async throws {
        let server = try await ScriptedServer()
        server.change { $0.keywords = ["PIPELINING"] }
        let stand = try Stand(servers("127.0.0.1"), port: server.port)
        let job = try stand.job {
            $0.ret = .full
        } _: {
            $0.notify = .success
        }
        #expect(await stand.deliver(job).outcomes.map(\.text) == ["delivered relayed"])
        #expect(
            server.seen.messages.first.map { $0.sender + $0.recipients.joined() }
                == "MAIL FROM:<ann@b.test>RCPT TO:<bob@example.test>")
    }

    @Test("O04: each recipient has its own outcome", arguments: [true, false])
    func mixed(_ pipelining: Bool) async throws {
        let server = try await ScriptedServer()
        server.change { script in
            if !pipelining { script.keywords = ["DSN"] }
            script.reply = { verb, line in
                guard verb == "RCPT" else { return nil }
                if line.contains("<no@") { return "550 5.1.1 nobody here" }
                if line.contains("<later@") { return "450-4.2.1 not\r\n450 4.2.1 now" }
                if line.contains("<full@") { return "552 5.2.2 full" }
                if line.contains("<many@") { return "552 too many" }
                return line.contains("<bare@") ? "553 what" : nil
            }
        }
        let stand = try Stand(servers("127.0.0.1"), port: server.port)
        let names = ["yes", "no", "later", "full", "many", "bare", "too"]
        let report = await stand.deliver(try stand.job(to: names.map { "\($0)@example.test" }))
        #expect(
            report.outcomes.map(\.text) == [
                "delivered", "refused 5.1.1 rcpt", "postponed 4.2.1 rcpt", "refused 5.2.2 rcpt", "postponed 4.0.0 rcpt",
                "refused 5.0.0 rcpt", "delivered",
            ])
        #expect(report.outcomes[2].failure?.reply?.lines == [Array("not".utf8), Array("now".utf8)])
        #expect(report.outcomes[1].failure?.remote == RemoteHost(name: "mx1.example.test", address: "127.0.0.1"))
        #expect(server.seen.messages.first?.recipients.count == 2)
        #expect(server.seen.connections == 1)
    }

    @Test(
        "O02: 4yz waits and 5yz is final at each verb; to the connection and EHLO 5yz is final only as everybody's",
        arguments: [
            ("connect", "451 4.3.2 busy", "postponed 4.3.2 greeting hostWide"),
            ("connect", "554 5.7.1 no", "refused 5.7.1 greeting hostWide"),
            ("connect", "hello", "postponed 4.5.0 greeting hostWide"),
            ("EHLO", "450 no", "postponed 4.0.0 ehlo hostWide"),
            ("EHLO", "421 4.3.2 bye", "postponed 4.3.2 ehlo hostWide"),
            ("EHLO", "", "postponed 4.4.2 ehlo hostWide"), ("EHLO", "550 5.7.1 no", "refused 5.7.1 ehlo hostWide"),
            ("MAIL", "451 4.3.0 busy", "postponed 4.3.0 mail"), ("MAIL", "550 5.7.1 no", "refused 5.7.1 mail"),
            ("MAIL", "421 4.3.2 bye", "postponed 4.3.2 mail"), ("MAIL", "", "postponed 4.4.2 mail hostWide"),
            ("RCPT", "450 4.2.0 grey", "postponed 4.2.0 rcpt"), ("RCPT", "550 5.1.1 no", "refused 5.1.1 rcpt"),
            ("RCPT", "421 4.3.2 bye", "postponed 4.3.2 rcpt"), ("RCPT", "", "postponed 4.4.2 rcpt hostWide"),
            ("DATA", "451 4.3.0 busy", "postponed 4.3.0 data"), ("DATA", "554 5.5.1 no", "refused 5.5.1 data"),
            ("DATA", "", "postponed 4.4.2 data hostWide"),
            (".", "452 4.3.1 full", "postponed 4.3.1 content"), (".", "554 5.6.0 no", "refused 5.6.0 content"),
            (".", "421 4.3.2 bye", "postponed 4.3.2 content"), (".", "", "postponed 4.4.2 content hostWide"),
        ])
    func verbs(_ verb: String, _ answer: String, _ expected: String) async throws {
        let server = try await ScriptedServer()
        server.change { script in
            if verb == "connect" { script.greeting = answer }
            script.reply = { said, _ in said == verb || verb == "EHLO" && said == "HELO" ? answer : nil }
        }
        let stand = try Stand(servers("127.0.0.1"), port: server.port)
        #expect(try await stand.deliver().text == expected)
        #expect(server.seen.messages.isEmpty)
    }

    @Test("O02: a server that closes the connection at once lets the message wait, whether it is noticed early or late")
    func closedAtOnce() async throws {
        let server = try await ScriptedServer()
        server.change { $0.greeting = "" }
        let outcome = try await Stand(servers("127.0.0.1"), port: server.port).deliver()
        #expect(["postponed 4.4.1 connect hostWide", "postponed 4.4.2 greeting hostWide"].contains(outcome.text))
    }

    @Test("O01: when the server goes after the dot, the message waits and no other server gets it")
    func goneAfterTheDot() async throws {
        let server = try await ScriptedServer()
        let second = try await ScriptedServer("127.0.0.2", port: server.port)
        server.change { $0.reply = { verb, _ in verb == "." ? "" : nil } }
        let stand = try Stand(servers("127.0.0.1", "127.0.0.2"), port: server.port)
        #expect(try await stand.deliver().text == "postponed 4.4.2 content hostWide")
        #expect(server.seen.connections == 1 && second.seen.connections == 0)
    }

    @Test(
        "O03: a server that never answers costs no more than the time for the stage",
        arguments: ["connect", "EHLO", "MAIL", "RCPT", "DATA", "."])
    func silent(_ verb: String) async throws {
        let server = try await ScriptedServer()
        server.change { script in
            if verb == "connect" { script.greeting = "…" }
            script.reply = { said, _ in said == verb ? "…" : nil }
        }
        let stand = try Stand(servers("127.0.0.1"), port: server.port) { settings in
            settings.timeouts.greeting = .milliseconds(50)
            settings.timeouts.hello = .milliseconds(50)
            settings.timeouts.mail = .milliseconds(50)
            settings.timeouts.recipient = .milliseconds(50)
            settings.timeouts.data = .milliseconds(50)
            settings.timeouts.end = .milliseconds(50)
        }
        let outcome = try await stand.deliver()
        #expect(outcome.failure?.status == EnhancedStatusCode(4, 4, 2))
        #expect(outcome.text.hasPrefix("postponed"))
    }

    @Test("Texts that errors and events print hold no address")
    func privacy() async throws {
        let server = try await ScriptedServer()
        server.change { $0.reply = { verb, _ in verb == "RCPT" ? "550 5.1.1 <bob@example.test> unknown" : nil } }
        let stand = try Stand(servers("127.0.0.1"), port: server.port)
        let outcome = try await stand.deliver()
        let failure = try #require(outcome.failure)
        let host = MailHost(source: .literal, name: nil, endpoints: [.unix(path: "/secret")])
        let texts = [
            failure.words, "\(failure)", "\(host)", "\(host.endpoints)", "\(failure.remote.map { "\($0)" } ?? "")",
        ]
        for text in texts {
            #expect(!text.contains("bob") && !text.contains("127.0.0") && !text.contains("secret"))
        }
    }
}
