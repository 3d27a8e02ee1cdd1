import SamotopDelivery
import SamotopRelay
import Testing

@testable import SamotopCommand

@Suite("I11: mailboxes whose mail is handed to something else")
struct HandoverConfigurationTests {
    private static func text(_ mailbox: String, relay: Bool = true, postmaster: String = "ann") -> String {
        let text = SampleConfiguration.with("bob: /home/bob/Maildir", "bob: \(mailbox)")
            .replacing("postmaster: ann@", with: "postmaster: \(postmaster)@")
        return text + (relay ? "relay: {}\n" : "")
    }

    @Test("An LMTP server, several of them, a program")
    func values() throws {
        func handover(_ mailbox: String) throws -> MailboxHandover? {
            try ConfigurationTests.read(Self.text(mailbox)).domains.first?.mailboxes.last?.handover
        }
        #expect(try handover("{lmtp: \"unix:/run/dovecot/lmtp\"}") == .lmtp([.unix(path: "/run/dovecot/lmtp")]))
        #expect(
            try handover("{lmtp: [\"127.0.0.1:24\", \"[::1]\", mda.example.test], folder: /srv/bob}")
                == .lmtp([
                    .host("127.0.0.1", port: 24), .host("::1", port: 24), .host("mda.example.test", port: 24),
                ]))
        #expect(
            try handover("{command: [/bin/x, --to, \"{recipient}\", \"\"], command-user: bob}")
                == .command(try DeliveryCommand(["/bin/x", "--to", "{recipient}", ""], user: "bob")))
        #expect(try handover("{folder: /home/bob/Maildir}") == nil)
        let limits = try ConfigurationTests.read(
            SampleConfiguration.with("", "limits: {commands: 3, command-time-limit: 5s}")
        ).limits
        #expect(limits.commands == 3 && limits.commandTimeLimit == .seconds(5))
    }

    @Test(
        "What can't be is refused in words that say what to do",
        arguments: [
            ("{command: /bin/x}", "command: must be a list"),
            ("{command: \"/bin/x --to y\"}", "command: must be a list"),
            ("{command: []}", "command: names no program"), ("{command: [x]}", "command: not an absolute path"),
            ("{command: [/bin/x, \"{who}\"]}", "unknown placeholder"),
            ("{command: [/bin/x, [y]]}", "must be a single value"),
            ("{command: [/bin/x], lmtp: 127.0.0.1}", "one way; write lmtp or command"),
            ("{command-user: bob}", "there is no command"), ("{lmtp: []}", "names no server"),
            ("{lmtp: \"x:99999\"}", "not a port"), ("{lmtp: 127.0.0.1, quota: 1GiB}", "isn't counted here"),
            ("{command: [/bin/x], when-full: refuse}", "isn't counted here"),
            ("{comand: [/bin/x]}", "did you mean \"command\"?"),
        ])
    func refusals(mailbox: String, words: String) {
        let problems = ConfigurationTests.problems(Self.text(mailbox))
        #expect(problems.count == 1 && problems[0].contains(words), "\(problems)")
        #expect(problems.allSatisfy { $0.contains("domains.\"example.test\".mailboxes.bob") })
    }

    @Test("Without the queue there is no way; the postmaster's mail stays here; a route isn't mistaken for one")
    func surroundings() {
        let alone = ConfigurationTests.problems(Self.text("{lmtp: 127.0.0.1}", relay: false))
        #expect(alone.count == 1 && alone[0].contains("write relay:, too"), "\(alone)")
        let posts = ConfigurationTests.problems(Self.text("{lmtp: 127.0.0.1}", postmaster: "bob"))
        #expect(posts.count == 1 && posts[0].contains("name a mailbox with a Maildir"), "\(posts)")
        let route = ConfigurationTests.problems(
            SampleConfiguration.with("", "relay: {routes: {\"lmtp:x\": {domains: [\"*\"], lmtp: 127.0.0.1}}}"))
        #expect(route.contains { $0.contains("has no colon") }, "\(route)")
    }

    @Test("To this machine without TLS, to others verified; mailboxes with one server share it")
    func routes() throws {
        func route(_ servers: [LMTPServer]) -> Bool { Handovers.route("x", servers).tls != nil }
        #expect(route([.unix(path: "/x")]) && route([.host("127.0.0.1", port: 24), .host("::1", port: 24)]))
        #expect(!route([.host("127.0.0.1", port: 24), .host("192.0.2.1", port: 24)]))
        #expect(!route([.host("127.evil.test", port: 24)]) && !route([.host("localhost", port: 24)]))
        #expect(Handovers.route("x", [.unix(path: "/x")]).isLMTP)
    }
}
