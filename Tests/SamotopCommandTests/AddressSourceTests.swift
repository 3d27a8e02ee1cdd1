#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import SMTP
import SamotopContacts
import SamotopCore
import SamotopDelivery
import SamotopEncryption
import Testing

@testable import SamotopCommand

@Suite("U17: where addresses come from")
struct AddressSourceTests {
    private let place: Workplace

    init() throws {
        place = try Workplace()
        try LocalFile.makeFolder(place.path + "/addresses", mode: 0o755)
    }

    private var text: String { SampleConfiguration.text + "addresses-folder: \(place.path)/addresses\n" }

    private func outcome(_ configuration: Configuration, _ text: String) throws -> DirectoryOutcome {
        let mailbox = try #require(Mailbox(text))
        return try MailboxesFactory.directory(configuration).outcome(for: .mailbox(mailbox))
    }

    @Test("Files of the folder add domains, and mailboxes, aliases, patterns and nobodies to domains that are there")
    func folder() throws {
        try place.write("example.test: {mailboxes: {eve: }, nobody: old}\n", to: "addresses/eve.yaml")
        try place.write(
            "example.test: {aliases: {team: [eve, info]}, nobody: [older]}\nother.test: {mailboxes: {zoe: }, everyone-else: zoe}\n",
            to: "addresses/more.yml")
        for ignored in [".hidden.yaml", "notes.txt", "eve.yaml~"] {
            try place.write("no: [", to: "addresses/\(ignored)")
        }
        let configuration = try ConfigurationTests.read(text)
        #expect(
            try outcome(configuration, "team@example.test").answer
                == .destinations([
                    .mailbox("example.test/eve"), .mailbox("example.test/ann"), .mailbox("example.test/bob"),
                ]))
        #expect(try outcome(configuration, "x@other.test").reason == .everyoneElse)
        #expect(try outcome(configuration, "older@example.test").reason == .nobody)
        #expect(try outcome(configuration, "old@example.test").reason == .nobody)
        #expect(configuration.owners["zoe@other.test"]?.name == "other.test/zoe")
    }

    @Test(
        "What can't be is refused, and the file and the line are named",
        arguments: [
            (
                "example.test:\n  mailboxes:\n    ann:\n",
                "x.yaml:3:5: domains.\"example.test\".mailboxes.ann: is written at samotop.yaml"
            ),
            (
                "example.test:\n  aliases:\n    ANN: [bob]\n",
                "x.yaml:3:5: domains.\"example.test\".aliases.ANN: the same name as"
            ),
            ("example.test:\n  aliases:\n    all: [eve]\n", "x.yaml:3:11: domains.\"example.test\".aliases.all[0]"),
            ("example.test:\n  aliases:\n    one: [two]\n    two: [one]\n", "leads back to itself"),
            (
                "example.test:\n  patterns:\n    \"ann+{a}\": ann\n    \"{b}+x\": bob\n",
                "x.yaml:4:14: domains.\"example.test\".patterns.\"{b}+x\": {b}+x and ann+{a}: ann+x is of both"
            ),
            ("example.test:\n  mailbox: {}\n", "x.yaml:2:3: domains.\"example.test\".mailbox: unknown key"),
            ("example.test: [ann]\n", "x.yaml:1:15: domains.\"example.test\""),
            ("- ann\n", "x.yaml:1:1: domains: must be a section"),
            ("example.test: {\n", "x.yaml:2:1: not YAML"),
            ("Example.TEST:\n  require-tls: true\nx: {mailboxes: {}}\n", "x.yaml:3:1"),
        ])
    func faults(content: String, words: String) throws {
        try place.write(content, to: "addresses/x.yaml")
        let problems = ConfigurationTests.problems(text)
        // Targets are named by the alias's own line where the list is one line.
        let wanted = words.replacing("[0]", with: "").replacing("3:11", with: "3:10")
        #expect(problems.contains { $0.contains(words) || $0.contains(wanted) }, "\(problems)")
        #expect(!problems.contains { $0.contains("samotop.yaml:") && !$0.contains("x.yaml") }, "\(problems)")
    }

    @Test("A folder that isn't there is named")
    func missing() {
        let problems = ConfigurationTests.problems(SampleConfiguration.text + "addresses-folder: /nowhere/at/all\n")
        #expect(problems.count == 1 && problems[0].contains("addresses-folder: can't read the folder /nowhere/at/all"))
    }

    @Test("keys@ of the table is refused where mail to it is read for keys")
    func keysAddress() throws {
        var files = try ConfigurationTests.read(text)
        let keys = try #require(Mailbox("keys@example.test"))
        let row = try #require(AddressRow(keys, .mailbox))
        #expect(try TableOfAddresses.add(AddressTable(rows: [row]), to: files).addressTable.rows == [row])
        files.encryption.learn = [.keysAddress]
        #expect(throws: StartFailure.self) { try TableOfAddresses.add(AddressTable(rows: [row]), to: files) }
    }

    @Test("What a former owner left is told of, before somebody else gets it")
    func formerOwner() throws {
        var files = try ConfigurationTests.read(text)
        files.state = place.path
        let zoe = try #require(Mailbox("zoe@example.test"))
        let row = try #require(AddressRow(zoe, .mailbox))
        try FormerOwner.refuse([.add(row)], [], files)
        try LocalFile.makeFolder(place.path + "/mail/example.test/zoe", mode: 0o700)
        try place.write("zoe@example.test::\n", to: "accounts")
        #expect(try FormerOwner.remains(of: row, files) == ["an account", "mail"])
        #expect {
            try FormerOwner.refuse([.add(row)], [], files)
        } throws: { error in
            let line = (error as? StartFailure)?.lines.first
            return line?.contains("zoe@example.test: its former owner left an account, mail") == true
        }
        try FormerOwner.refuse([.add(row)], [row], files)
        try FormerOwner.refuse([.add(try #require(AddressRow(zoe, .nobody)))], [], files)
    }

    @Test("The table adds to the files; a row that contradicts them is refused by its address")
    func table() throws {
        func row(_ text: String, _ meaning: AddressRow.Meaning) throws -> AddressRow {
            let address = try #require(Mailbox(text))
            return try #require(AddressRow(address, meaning))
        }
        let ann = try #require(Mailbox("ann@example.test"))
        let files = try ConfigurationTests.read(
            SampleConfiguration.with("aliases:", "patterns: {\"ann+{t}\": ann}\naliases:"))
        let whole = try TableOfAddresses.add(
            AddressTable(
                rows: [
                    try row("EVE@example.test", .mailbox), try row("shop@example.test", .alias([ann])),
                    try row("ann+dead@example.test", .nobody),
                ], revision: 3), to: files)
        #expect(try outcome(whole, "eve@example.test").answer == .destinations([.mailbox("example.test/eve")]))
        #expect(try outcome(whole, "shop@example.test").answer == .destinations([.mailbox("example.test/ann")]))
        #expect(try outcome(whole, "ann+dead@example.test").answer == .unknownMailbox)
        #expect(whole.owners["eve@example.test"]?.name == "example.test/eve")
        for bad in [
            try row("info@example.test", .mailbox),
            try row("x@example.test", .alias([try #require(Mailbox("no@example.test"))])),
            try row("x@foreign.test", .mailbox), try row("y@foreign.test", .nobody),
            try row("info@example.test", .nobody),
        ] {
            #expect {
                try TableOfAddresses.add(AddressTable(rows: [bad]), to: files)
            } throws: { error in
                let lines = (error as? StartFailure)?.lines ?? []
                return lines.first?.contains("directory.sqlite") == true
                    && lines.first?.contains(bad.address.domain == ann.domain ? "@example.test" : "foreign.test")
                        == true
            }
        }
    }

    #if SQLite
        @Test(
            "A running server takes up what the command line changes in the table, its sessions go on; SIGHUP takes up the folder"
        )
        func serving() throws {
            let bench = try ServingTests.Bench()
            let folder = bench.place.path + "/addresses"
            try LocalFile.makeFolder(folder, mode: 0o755)
            try bench.rewrite { $0 + "addresses-folder: \(folder)\n" }
            let server = try bench.serve()
            let client = try #require(LineClient(port: bench.port))
            _ = client.reply()
            _ = client.ask("EHLO client.example")
            _ = client.ask("MAIL FROM:<carol@client.example>")
            #expect(client.ask("RCPT TO:<eve@example.test>")?.hasPrefix("550 5.1.1") == true)

            func samotop(_ words: String...) throws -> (exit: Int32, output: String, errors: String) {
                let child = try ChildProcess(words + ["--config", bench.file])
                var output = ""
                while let line = child.line() { output += line + "\n" }
                let end = child.finish()
                return (Int32(end.exit), output, end.errors)
            }
            #expect(try samotop("directory", "add", "eve@example.test").exit == 0)
            #expect(Self.becomes("250 2.1.5", "eve@example.test", at: bench.port))
            #expect(client.ask("RCPT TO:<eve@example.test>")?.hasPrefix("250 2.1.5") == true)
            #expect(try samotop("directory", "add", "team@example.test", "--to", "eve@example.test").exit == 0)
            let loop = try samotop("directory", "add", "all@example.test", "--to", "nobody@example.test")
            #expect(loop.exit == 1 && loop.errors.contains("unknown target nobody@example.test"), "\(loop)")
            #expect(try samotop("directory", "remove", "eve@example.test").errors.contains("team@example.test"))
            #expect(
                try samotop("directory", "add", "ann@example.test").errors.contains("ann@example.test: listed twice"))
            #expect(try samotop("directory", "which", "team@example.test").output.contains("example.test/eve  (name)"))
            #expect(try samotop("directory", "which", "gone@example.test").exit == 1)
            let json = try samotop("directory", "show", "eve@example.test", "--json").output
            #expect(json.contains("\"team@example.test\"") && !json.contains("info"))

            try bench.place.write("example.test: {mailboxes: {fay: }}\n", to: "addresses/fay.yaml", mode: 0o644)
            server.signal(SIGHUP)
            #expect([bench.notify.next(), bench.notify.next()] == ["RELOADING=1", "READY=1"])
            #expect(client.ask("RCPT TO:<fay@example.test>")?.hasPrefix("250 2.1.5") == true)
            // Files that contradict the table change nothing.
            try bench.place.write("example.test: {mailboxes: {eve: , gus: }}\n", to: "addresses/eve.yaml", mode: 0o644)
            server.signal(SIGHUP)
            #expect([bench.notify.next(), bench.notify.next()] == ["RELOADING=1", "READY=1"])
            #expect(client.ask("RCPT TO:<gus@example.test>")?.hasPrefix("550 5.1.1") == true)
            #expect(client.ask("RCPT TO:<team@example.test>")?.hasPrefix("250 2.1.5") == true)
            #expect(client.ask("QUIT")?.hasPrefix("221") == true)
            // The table can be mended although it contradicts the files.
            #expect(try samotop("directory", "which", "gus@example.test").exit == 78)
            #expect(
                try samotop("directory", "remove", "team@example.test").errors.contains(
                    "eve@example.test: listed twice"))
            server.signal(SIGTERM)
            #expect(server.finish().errors.contains("directory.sqlite: [hidden] listed twice"))
        }

        /// Asks in sessions of their own until the answer is this one.
        private static func becomes(_ answer: String, _ address: String, at port: UInt16) -> Bool {
            for _ in 0..<300 {
                guard let client = LineClient(port: port) else { return false }
                _ = client.reply()
                _ = client.ask("EHLO client.example")
                _ = client.ask("MAIL FROM:<carol@client.example>")
                if client.ask("RCPT TO:<\(address)>")?.hasPrefix(answer) == true { return true }
                usleep(100_000)
            }
            return false
        }
    #endif
}
