import SMTP
import SamotopCore
import Testing

@testable import SamotopDelivery

@Suite("Directory")
struct DirectoryTests {
    private func address(_ text: String) throws -> Mailbox { try #require(Mailbox(text), "\(text) is no address") }
    private func domain(_ text: String) throws -> DomainName { try #require(DomainName(text)) }

    private func directory(
        _ aliases: [String: [String]] = [:], matching: LocalPartMatching = .ignoringASCIICase
    ) throws -> Directory {
        try Directory(
            domains: [domain("example.org"), domain("Example.NET")],
            mailboxes: [
                MailboxEntry(address: address("Ann@example.org"), name: "m1", folder: "a/ann"),
                MailboxEntry(address: address("ann@example.net"), name: "m1", folder: "a/ann"),
                MailboxEntry(address: address("bob@example.org"), name: "m2", folder: "/srv/bob/"),
            ],
            aliases: aliases.map { AliasEntry(address: try address($0.key), targets: try $0.value.map(address)) },
            postmaster: "m2", matching: matching)
    }

    private func ask(_ directory: Directory, _ text: String) throws -> DirectoryAnswer {
        directory.answer(for: .mailbox(try address(text)))
    }

    @Test("Domains and local-parts are matched without regard to ASCII case")
    func cases() throws {
        let directory = try directory()
        for text in [
            "ann@example.org", "ANN@EXAMPLE.ORG", "Ann@Example.Net", "\"ann\"@example.org", "\"a\\nn\"@example.org",
        ] {
            #expect(try ask(directory, text) == .destinations([.mailbox("m1")]), "\(text)")
        }
        #expect(try ask(directory, "bob@example.net") == .unknownMailbox)
        #expect(try ask(directory, "bob@sub.example.org") == .notLocal)
        #expect(try ask(directory, "bob@xexample.org") == .notLocal)
    }

    @Test("Exact matching")
    func exact() throws {
        let directory = try directory(matching: .exact)
        #expect(try ask(directory, "Ann@example.org") == .destinations([.mailbox("m1")]))
        #expect(try ask(directory, "ann@example.org") == .unknownMailbox)
        #expect(try ask(directory, "pOSTmaster@example.org") == .destinations([.mailbox("m2")]))
    }

    @Test("Other than ASCII letters keep their case")
    func unicode() throws {
        let domain = try domain("example.org")
        let entry = MailboxEntry(address: try address("jos\u{e9}@example.org"), name: "j", folder: "j")
        let directory = try Directory(domains: [domain], mailboxes: [entry], postmaster: "j")
        #expect(try ask(directory, "JOS\u{e9}@example.org") == .destinations([.mailbox("j")]))
        #expect(try ask(directory, "jos\u{c9}@example.org") == .unknownMailbox)
        // The same letter spelled with a combining accent is another address.
        #expect(try ask(directory, "jose\u{301}@example.org") == .unknownMailbox)
    }

    // RFC 5321 §4.5.1
    @Test("Postmaster is always answered")
    func postmaster() throws {
        let directory = try directory()
        #expect(directory.answer(for: .postmaster) == .destinations([.mailbox("m2")]))
        for text in ["postmaster@example.org", "POSTMASTER@example.net", "\"PostMaster\"@Example.ORG"] {
            #expect(try ask(directory, text) == .destinations([.mailbox("m2")]), "\(text)")
        }
        #expect(try ask(directory, "postmaster@example.com") == .notLocal)
        let own = try self.directory(["Postmaster@example.net": ["ann@example.net"]])
        #expect(try ask(own, "postmaster@example.net") == .destinations([.mailbox("m1")]))
        #expect(own.answer(for: .postmaster) == .destinations([.mailbox("m2")]))
    }

    @Test(
        "Address literals are never ours", arguments: ["bob@[127.0.0.1]", "bob@[IPv6:::1]", "postmaster@[127.0.0.1]"])
    func literals(text: String) throws {
        #expect(try ask(directory(), text) == .notLocal)
    }

    @Test("Aliases of aliases, each mailbox once")
    func aliases() throws {
        let directory = try directory([
            "all@example.org": ["info@example.org", "bob@example.org", "ann@example.org"],
            "Info@example.org": ["sales@example.net", "ann@example.org"],
            "sales@example.net": ["ann@example.net", "postmaster@example.org"],
            "postmaster@example.org": ["bob@example.org"],
        ])
        #expect(try ask(directory, "all@example.org") == .destinations([.mailbox("m1"), .mailbox("m2")]))
        #expect(try ask(directory, "SALES@example.net") == .destinations([.mailbox("m1"), .mailbox("m2")]))
    }

    @Test("Loops, unknown targets and their like are named when the directory is built")
    func faults() throws {
        func fails(_ aliases: [String: [String]], _ error: DirectoryError) {
            #expect(throws: error) { try directory(aliases) }
        }
        let a = try address("a@example.org")
        let b = try address("b@example.org")
        fails(["a@example.org": ["a@example.org"]], .loop(alias: a))
        fails(["a@example.org": ["no@example.org"]], .unknownTarget(alias: a, target: try address("no@example.org")))
        fails(["a@example.org": ["x@far.example"]], .foreignTarget(alias: a, target: try address("x@far.example")))
        fails(["a@example.org": []], .noTarget(alias: a))
        fails(["bob@example.org": ["ann@example.org"]], .duplicate(entry: try address("bob@example.org")))
        fails(["a@far.example": ["bob@example.org"]], .foreignDomain(entry: try address("a@far.example")))
        fails(["a@[127.0.0.1]": ["bob@example.org"]], .foreignDomain(entry: try address("a@[127.0.0.1]")))
        let error = #expect(throws: DirectoryError.self) {
            try directory(["a@example.org": ["b@example.org"], "b@example.org": ["a@example.org"]])
        }
        #expect(error == .loop(alias: a) || error == .loop(alias: b))
        var chain = ["n0@example.org": ["bob@example.org"]]
        for index in 1...Directory.deepestAlias { chain["n\(index)@example.org"] = ["n\(index - 1)@example.org"] }
        // In any order: what is resolved already ends the walk, so only a fixed order is surely too deep.
        let deep = try (0...Directory.deepestAlias).reversed().map { index in
            AliasEntry(
                address: try address("n\(index)@example.org"),
                targets: [try address(index == 0 ? "bob@example.org" : "n\(index - 1)@example.org")])
        }
        #expect(throws: DirectoryError.tooDeep(alias: try address("n0@example.org"))) {
            try Directory(
                domains: [domain("example.org")],
                mailboxes: [MailboxEntry(address: address("bob@example.org"), name: "m", folder: "m")], aliases: deep,
                postmaster: "m")
        }
        #expect("\(DirectoryError.loop(alias: a))".contains("a@example.org"))
    }

    @Test(
        "Where mail goes out, aliases lead to other domains too: alone, beside mailboxes, through other aliases, each once"
    )
    func forwarding() throws {
        let far = Destination.remote(try address("x@far.example"))
        let other = Destination.remote(try address("y@other.example"))
        let directory = try Directory(
            domains: [domain("example.org")],
            mailboxes: [MailboxEntry(address: try address("bob@example.org"), name: "bob", folder: "bob")],
            aliases: [
                ("away", ["x@far.example"]), ("nest", ["away@example.org", "y@other.example"]),
                ("mixed", ["bob@example.org", "nest@example.org", "x@far.example"]),
            ].map { (alias: String, targets: [String]) in
                AliasEntry(address: try address("\(alias)@example.org"), targets: try targets.map(address))
            }, allowsForwarding: true, postmaster: "bob")
        func answer(_ text: String) throws -> DirectoryAnswer { directory.answer(for: .mailbox(try address(text))) }
        #expect(try answer("Away@example.org") == .destinations([far]))
        #expect(try answer("nest@example.org") == .destinations([far, other]))
        #expect(try answer("mixed@example.org") == .destinations([.mailbox("bob"), far, other]))
        #expect(try answer("x@far.example") == .notLocal)
    }

    @Test("C05: a circle of aliases is found when the directory is built, also where mail goes out")
    func circles() throws {
        func build(_ aliases: [(String, [String])]) throws -> Directory {
            try Directory(
                domains: [domain("example.org")],
                mailboxes: [MailboxEntry(address: try address("bob@example.org"), name: "bob", folder: "bob")],
                aliases: aliases.map { AliasEntry(address: try address($0.0), targets: try $0.1.map(address)) },
                allowsForwarding: true, postmaster: "bob")
        }
        let error = #expect(throws: DirectoryError.self) {
            try build([
                ("a@example.org", ["x@far.example", "b@example.org"]), ("b@example.org", ["a@example.org"]),
            ])
        }
        guard case .loop? = error else { return _ = Issue.record("\(String(describing: error))") }
        for target in ["x@[192.0.2.1]", "no@example.org"] {
            let alias = try address("a@example.org")
            #expect(throws: DirectoryError.unknownTarget(alias: alias, target: try address(target))) {
                try build([("a@example.org", [target])])
            }
        }
    }

    @Test("Tables that can't be right")
    func tables() throws {
        func fails(_ error: DirectoryError, _ entries: [(String, String, String)], postmaster: String = "m") {
            #expect(throws: error) {
                try Directory(
                    domains: [domain("example.org")],
                    mailboxes: entries.map { MailboxEntry(address: try address($0.0), name: $0.1, folder: $0.2) },
                    postmaster: postmaster)
            }
        }
        let a = try address("a@example.org")
        let b = try address("b@example.org")
        fails(.unknownPostmaster(name: "m"), [])
        fails(.unknownPostmaster(name: "x"), [("a@example.org", "m", "m")], postmaster: "x")
        fails(
            .duplicate(entry: try address("A@example.org")), [("a@example.org", "m", "m"), ("A@example.org", "m", "m")])
        fails(.unfitName(entry: a), [("a@example.org", "", "m")])
        fails(.unfitName(entry: a), [("a@example.org", "m\n", "m")])
        fails(.ambiguousFolder(entry: b), [("a@example.org", "m", "m"), ("b@example.org", "m", "n")])
        fails(.ambiguousFolder(entry: b), [("a@example.org", "m", "m"), ("b@example.org", "n", "m")])
        for folder in ["", "/", "..", "../x", "a/../b", "a//b", "./a", "a/.", "/a/../b", "a\0b"] {
            fails(.unfitFolder(entry: a), [("a@example.org", "m", folder)])
        }
    }

    @Test(
        "I01: what an address says never becomes a path",
        arguments: [
            "\"../../root/x\"@our.test", "\"..\"@our.test", "\"a/b\"@our.test", "a/b@our.test", "%2e%2e@our.test",
            "\"%2e%2e/%2e%2e\"@our.test", "\"u+../../x\"@our.test", "u+x@our.test", "\".\"@our.test",
            "\"/etc/passwd\"@our.test",
            "\"u \"@our.test", "\"\"@our.test", "~u@our.test", "|u@our.test", "\"u@our.test\"@our.test",
        ])
    func traversal(text: String) throws {
        let entry = MailboxEntry(address: try address("u@our.test"), name: "opaque", folder: "u")
        let directory = try Directory(domains: [domain("our.test")], mailboxes: [entry], postmaster: "opaque")
        #expect(try ask(directory, text) == .unknownMailbox)
    }

    @Test(
        "I01: forms that are no address never reach the directory",
        arguments: [
            "..@our.test", "u+../../x@our.test", "\"a\0b\"@our.test", "u@../x", "u@our.test/..", "u@", "u@our.test\0",
        ])
    func noAddress(text: String) {
        #expect(Mailbox(text) == nil)
    }
}
