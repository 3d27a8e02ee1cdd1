import SMTP
import SamotopCore
import Testing

@testable import SamotopDelivery

@Suite("Addresses by convention, and the rest of a domain")
struct PatternTests {
    private func address(_ text: String) throws -> Mailbox { try #require(Mailbox(text), "\(text) is no address") }

    private func directory(
        _ patterns: [(String, to: [String], folder: String?)] = [], everyoneElse: [String] = [], nobody: [String] = [],
        aliases: [String: [String]] = [:], forwarding: Bool = false, asksAboutNames: Bool = false
    ) throws -> Directory {
        let domain = try #require(DomainName("example.org"))
        let other = try #require(DomainName("other.example"))
        return try Directory(
            domains: [domain, other],
            mailboxes: ["ann", "bob"].map {
                MailboxEntry(address: try address("\($0)@example.org"), name: $0, folder: $0)
            },
            aliases: aliases.map { AliasEntry(address: try address($0.key), targets: try $0.value.map(address)) },
            patterns: patterns.map {
                PatternEntry(
                    domain: domain, pattern: try LocalPartPattern($0.0), targets: try $0.to.map(address),
                    folderField: $0.folder)
            },
            catchAlls: [
                CatchAllEntry(
                    domain: domain, targets: try everyoneElse.map(address),
                    exceptions: try nobody.map { try address("\($0)@example.org").localPart },
                    asksAboutNames: asksAboutNames)
            ],
            allowsForwarding: forwarding, postmaster: "bob")
    }

    private func ask(_ directory: Directory, _ text: String) throws -> DirectoryAnswer {
        directory.answer(for: .mailbox(try address(text)))
    }

    @Test(
        "What the fields of a pattern stand for",
        arguments: [
            ("ann+{tag}", "ann+shop", ["shop"]), ("ann+{tag}", "ANN+Shop", ["shop"]), ("ann+{tag}", "ann+", nil),
            ("ann+{tag}", "ann", nil), ("ann+{tag}", "xann+shop", nil), ("{shop}.ann", "big.shop.ann", ["big.shop"]),
            ("{shop}.ann", "x.ann.ann", ["x.ann"]), ("{shop}.ann", "ann", nil), ("{any}", "x", ["x"]),
            ("{who}-{what}", "a-b-c", ["a", "b-c"]), ("{who}-{what}", "-b", nil), ("{who}-{what}", "a-", nil),
            ("{who}-{what}", "--b", ["-", "b"]), ("a{x}b{y}c", "a1b2c", ["1", "2"]),
            ("a{x}b{y}c", "abbbc", ["b", "b"]),
            ("a{x}b{y}c", "abbc", nil), ("a{x}a", "aa", nil), ("a{x}a", "aaa", ["a"]),
        ] as [(String, String, [String]?)])
    func fields(pattern: String, content: String, values: [String]?) throws {
        let found = try LocalPartPattern(pattern).values(in: Array(content.utf8), .ignoringASCIICase)
        #expect(found?.map { String(decoding: $0, as: UTF8.self) } == values)
    }

    @Test(
        "What is no pattern says why",
        arguments: [
            ("ann", .noField), ("", .noField), ("ann+{tag", .unclosed), ("{a}{b}", .adjacentFields),
            ("{a}-{a}", .unfitField("a")), ("{}", .unfitField("")), ("{A}", .unfitField("A")),
            ("a b{tag}", .noLocalPart), ("{tag}.", .noLocalPart), ("a}b{tag}", .noLocalPart),
            ("a@b{tag}", .noLocalPart),
            (String(repeating: "a", count: 200) + "{x}", .tooLong),
        ] as [(String, LocalPartPatternError)])
    func unreadable(text: String, error: LocalPartPatternError) {
        #expect(throws: error) { try LocalPartPattern(text) }
        #expect(!"\(error)".isEmpty)
    }

    @Test("A domain whose names are asked about hides all of them; asked about are those that nobody claimed")
    func asking() throws {
        let asking = try directory(everyoneElse: ["bob@example.org"], asksAboutNames: true)
        let open = try directory(everyoneElse: ["bob@example.org"])
        for (name, isAsked) in [("ann", false), ("made-up", true), ("postmaster", false)] {
            let address = try address("\(name)@example.org")
            #expect(asking.asksAboutNames(inDomainOf: address) && asking.asksAboutName(of: address) == isAsked)
            #expect(!open.asksAboutNames(inDomainOf: address) && !open.asksAboutName(of: address))
        }
        #expect(!asking.asksAboutNames(inDomainOf: try address("ann@other.example")))
        #expect(!asking.asksAboutNames(inDomainOf: try address("ann@elsewhere.example")))
    }

    @Test("Names come first, then patterns, then the rest; roles are answered in any case")
    func order() throws {
        let directory = try directory(
            [("ann+{tag}", ["ann@example.org"], nil), ("team-{x}", ["all@example.org"], nil)],
            everyoneElse: ["bob@example.org"], nobody: ["old", "ann+old"],
            aliases: [
                "ann+work@example.org": ["bob@example.org"], "all@example.org": ["ann@example.org", "bob@example.org"],
            ])
        #expect(try ask(directory, "ann+work@example.org") == .destinations([.mailbox("bob")]))
        #expect(try ask(directory, "ann+shop@example.org") == .destinations([.mailbox("ann")]))
        #expect(try ask(directory, "team-red@example.org") == .destinations([.mailbox("ann"), .mailbox("bob")]))
        #expect(try ask(directory, "whoever@example.org") == .destinations([.mailbox("bob")]))
        #expect(try ask(directory, "OLD@example.org") == .unknownMailbox)
        #expect(try ask(directory, "ann+old@example.org") == .unknownMailbox)
        #expect(try ask(directory, "whoever@other.example") == .unknownMailbox)
        for name in ["postmaster", "Abuse"] {
            #expect(try ask(directory, "\(name)@other.example") == .destinations([.mailbox("bob")]))
        }
        let annTakesTheRest = try self.directory(everyoneElse: ["ann@example.org"])
        #expect(try ask(annTakesTheRest, "abuse@example.org") == .destinations([.mailbox("bob")]))
        let own = try self.directory(aliases: ["abuse@example.org": ["ann@example.org"]])
        #expect(try ask(own, "abuse@example.org") == .destinations([.mailbox("ann")]))
    }

    @Test("A field names the folder, if a folder can be named so")
    func folders() throws {
        let directory = try directory([("ann-{tag}", ["ann@example.org"], "tag")])
        #expect(try ask(directory, "ann-Shop@example.org") == .destinations([.folder("shop", of: "ann")]))
        for text in ["ann-a/b@example.org", "ann-inbox@example.org", "ann-a&b@example.org", "\"ann- x\"@example.org"] {
            #expect(try ask(directory, text) == .destinations([.mailbox("ann")]), "\(text)")
        }
    }

    @Test(
        "Patterns with addresses in common, unknown targets, foreign domains and fields are named when the directory is built"
    )
    func faults() throws {
        #expect(throws: DirectoryError.overlap("{x}+shop", "ann+{tag}", example: "ann+shop")) {
            try directory([("ann+{tag}", ["ann@example.org"], nil), ("{x}+shop", ["bob@example.org"], nil)])
        }
        #expect(throws: DirectoryError.entryOfUnknownTarget("ann+{tag}", target: try address("no@example.org"))) {
            try directory([("ann+{tag}", ["no@example.org"], nil)])
        }
        #expect(throws: DirectoryError.entryWithoutTarget("ann+{tag}")) { try directory([("ann+{tag}", [], nil)]) }
        #expect(throws: DirectoryError.unknownField("ann+{tag}", field: "x")) {
            try directory([("ann+{tag}", ["ann@example.org"], "x")])
        }
        #expect(throws: DirectoryError.self) { try directory(everyoneElse: ["x@far.example"]) }
        let away = try directory(everyoneElse: ["x@far.example"], forwarding: true)
        #expect(try ask(away, "w@example.org") == .destinations([.remote(try address("x@far.example"))]))
    }

    /// Overlap is decided without trying: here it is tried, over all local-parts of up to six of three letters.
    @Test("Two patterns are refused exactly when some local-part is of both", arguments: 0..<200)
    func overlap(seed: Int) throws {
        var random = Draw(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1)
        let (one, two) = (try random.pattern(), try random.pattern())
        var contents: [[UInt8]] = [[]]
        var common: [UInt8]?
        for _ in 0..<6 {
            contents = contents.flatMap { content in Array("ab.".utf8).map { content + [$0] } }
            common =
                common
                ?? contents.first {
                    one.values(in: $0, .exact) != nil && two.values(in: $0, .exact) != nil
                }
        }
        let example = PatternOverlap.example(one, two, .exact)
        if common != nil { #expect(example != nil, "\(one.text) and \(two.text)") }
        if let example {
            let content = Array(example.utf8)
            #expect(one.values(in: content, .exact) != nil && two.values(in: content, .exact) != nil, "\(example)")
        }
    }

    /// Each address of a directory that could be built leads to exactly one outcome, whatever the order of its rows.
    @Test("The order of patterns doesn't matter", arguments: 0..<50)
    func anyOrder(seed: Int) throws {
        var random = Draw(state: UInt64(seed) &* 0xD134_2543_DE82_EF95 | 1)
        let rows = try (0..<3).map {
            ((try random.pattern()).text, to: [$0 == 0 ? "ann@example.org" : "bob@example.org"], folder: String?.none)
        }
        guard let one = try? directory(rows, everyoneElse: ["bob@example.org"]),
            let two = try? directory(rows.reversed(), everyoneElse: ["bob@example.org"])
        else { return }
        for _ in 0..<200 {
            let text = String(decoding: (0..<Int(random.next() % 6 + 1)).map { _ in random.octet() }, as: UTF8.self)
            guard let mailbox = Mailbox("\"\(text)\"@example.org") else { continue }
            #expect(one.answer(for: .mailbox(mailbox)) == two.answer(for: .mailbox(mailbox)), "\(text)")
        }
    }
}

/// Patterns and octets, from a seed.
private struct Draw {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func octet() -> UInt8 { Array("ab.".utf8)[Int(next() % 3)] }

    mutating func pattern() throws -> LocalPartPattern {
        while true {
            var text = ""
            for name in ["x", "y"].prefix(Int(next() % 2 + 1)) {
                for _ in 0..<(next() % 2) { text += next() % 2 == 0 ? "a" : "b" }
                text += "{\(name)}"
                text += name == "x" ? "a" : ""
            }
            if let pattern = try? LocalPartPattern(text) { return pattern }
        }
    }
}
