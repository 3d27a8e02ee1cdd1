import SMTP
import SamotopCore
import SamotopTesting
import Synchronization
import Testing

/// Whose mail goes out to other servers.
@Suite struct RelayTests {
    private static let trusted = ClientAddress.ipv4([192, 0, 2, 9])
    private static let rule = RelayRule(
        submitter: { $0.client == trusted ? Submitter(.local, name: "office") : nil },
        permits: { $0.domain != .literal(.ipv4(10, 0, 0, 1)) })

    /// Remembers where mail went.
    private final class Places: Sendable {
        private let places = Mutex<[Destination]>([])
        var all: [Destination] { places.withLock { $0 } }
        func add(_ more: [Destination]) { places.withLock { $0 += more } }
    }

    private static func agent(_ places: Places) -> RelayAgent { RelayAgent(mailboxes: mailboxes(), places: places) }

    private struct RelayAgent: DeliveryAgent {
        let mailboxes: MemoryMailboxes
        let places: Places
        func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { try await mailboxes.resolve(path) }
        func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
            places.add(recipients.flatMap(\.destinations))
        }
    }

    @Test("R27: who isn't trusted relays nothing, whoever they say they are")
    func strangers() throws {
        for client in [ClientAddress.ipv4([192, 0, 2, 8]), .local, .ipv6([UInt8](repeating: 0, count: 16))] {
            let session = TurnedSession(try .test(Self.agent(Places()), relaying: Self.rule), client: client)
            session.greet()
            session.say("MAIL FROM:<u@our.test>")
            #expect(codes(session.say("RCPT TO:<b@out.test>")) == ["550 5.7.1"])
            #expect(session.facts.submitter == nil)
        }
    }

    @Test("what a trusted client sends to others goes out, and to us it stays")
    func trusted() throws {
        let places = Places()
        let session = TurnedSession(try .test(Self.agent(places), relaying: Self.rule), client: Self.trusted)
        session.greet()
        session.say("MAIL FROM:<u@our.test>")
        for recipient in ["b@out.test", "u@our.test"] {
            #expect(codes(session.say("RCPT TO:<\(recipient)>")) == ["250 2.1.5"])
        }
        session.say("DATA")
        #expect(codes(session.say("Subject: x\r\n\r\n\r\n.")) == ["250 2.0.0"])
        let away = try #require(Mailbox("b@out.test"))
        #expect(places.all == [.remote(away), .mailbox("u")])
    }

    @Test(
        "R27: not even for a trusted client: routes hidden in a local-part, unknown mailboxes of ours, where the rule doesn't let it go",
        arguments: [
            ("b%out.test@our.test", "550 5.7.1"), ("out.test!b@our.test", "550 5.7.1"),
            ("b%c.test@out.test", "550 5.7.1"),
            ("nobody@our.test", "550 5.1.1"), ("b@[10.0.0.1]", "550 5.7.1"), ("b@[10.0.0.2]", "250 2.1.5"),
        ])
    func hidden(_ recipient: String, _ code: String) throws {
        let session = TurnedSession(try .test(Self.agent(Places()), relaying: Self.rule), client: Self.trusted)
        session.greet()
        session.say("MAIL FROM:<u@our.test>")
        #expect(codes(session.say("RCPT TO:<\(recipient)>")) == [code])
    }

    @Test("guards for strangers aren't asked about trusted clients, all others are")
    func guards() throws {
        for (client, expected): (ClientAddress, [String]) in [
            (Self.trusted, ["all"]), (.ipv4([192, 0, 2, 8]), ["strangers", "all"]),
        ] {
            let log = RecordingLog()
            let asked = ["strangers", "all"].map { name in
                TestGuard(
                    name: name, isForStrangers: name == "strangers",
                    any: { stage, _ in
                        if stage == .sender { log.add(name) }
                        return .pass
                    })
            }
            let session = TurnedSession(
                try .test(Self.agent(Places()), relaying: Self.rule, asked[0], asked[1]), client: client)
            session.greet()
            session.say("MAIL FROM:<u@our.test>")
            #expect(log.names == expected)
        }
    }
}
