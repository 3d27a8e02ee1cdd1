import SMTP
import SamotopCore
import Testing

@testable import SamotopContacts

@Suite struct ImportTests {
    private func texts(_ read: ContactImport) -> [String] { read.entries.map(\.correspondent.text) }

    @Test func vCards() {
        let text =
            "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ann\\, the\r\n  friend\r\nEMAIL;TYPE=\"home:x\":Ann@Exa\r\n mple.org\r\n"
            + "item1.EMAIL;PREF=1:mailto:ann@work.test\r\nPHOTO:data:image\r\nEND:VCARD\r\n"
            + "begin:vcard\nversion:3.0\nfn:Nobody\nend:vcard\nBEGIN:VCARD\nEMAIL:nonsense\nEMAIL:bo@bo.test\nEND:VCARD\n"
        let read = ContactImport(detecting: Array(text.utf8))
        #expect(texts(read) == ["ann@example.org", "ann@work.test", "bo@bo.test"])
        #expect(read.entries.map(\.note) == ["Ann, the friend", "Ann, the friend", ""])
        #expect(
            read.problems.map(\.description)
                == ["line 13: the card has no e-mail address", "line 15: no address, domain or list"])
    }

    @Test func tables() {
        let text =
            "\u{FEFF}Name,E-mail 1 - Type,E-mail 1 - Value,E-mail 2 - Value\r\n\"Doe, \"\"Ann\"\"\",* Work,ann@a.test ::: ann@b.test,\r\n"
            + "Bo,,\"bo@\nb.test\",bo@c.test\r\nNone,,,\r\n"
        let read = ContactImport(detecting: Array(text.utf8))
        #expect(texts(read) == ["ann@a.test", "ann@b.test", "bo@c.test"])
        #expect(read.entries.first?.note == "Doe, \"Ann\"")
        #expect(
            read.problems.map(\.description) == ["line 3: no address, domain or list", "line 5: no e-mail address"])
    }

    @Test(arguments: [
        "e-mail\nann@a.test\nbo@b.test\n", "Address;Name\r\nann@a.test;Ann\r\nbo@b.test;Bo", "ann@a.test\nbo@b.test",
        "email\tname\nann@a.test\t\nbo@b.test\t\"x\ty\"", "Ann,ann@a.test\nBo,bo@b.test\n",
        "\"Email\"\n\"ann@a.test\"\n\"bo@b.test\"",
        "\n\nann@a.test\r\rbo@b.test\r", "Ann <ann@a.test> # friend\n# none\n\"Bo\" <bo@b.test>",
    ]) func allKinds(_ text: String) {
        let read = ContactImport(detecting: Array(text.utf8))
        #expect(texts(read) == ["ann@a.test", "bo@b.test"])
        #expect(read.problems == [])
    }

    @Test func textsTellDomainsAndListsToo() {
        let read = ContactImport(text: Array("example.org\n<talk.example.org>\nexample\n<>\n".utf8))
        #expect(read.entries.map(\.correspondent.kind) == [.domain, .list])
        #expect(read.problems.map(\.line) == [3, 4])
    }

    @Test func whatIsExportedIsImportedWithoutLoss() async throws {
        let world = try ContactWorld()
        let states: [(String, Contact.State, Identity)] = [
            ("ann@ann.test", .welcome, Identity(.domain("ann.test"), proofs: [.spf, .dkim, .dmarc, .arc])),
            ("\"a,b \\\"c\"@x.test", .blocked, Identity(.network("192.0.2.0/24"))),
            ("six@[IPv6:2001:db8::1]", .welcome, Identity(.network("2001:db8:1:2::/64"))),
            ("localdomain", .blocked, Identity(.local)),
            ("<t/alk.lists.test>", .welcome, Identity(.domain("lists.test"))),
            ("held@h.test", .held, Identity(.domain("h.test"))), ("=1+1@x.test", .waiting, Identity(.domain("x.test"))),
        ]
        for (address, state, identity) in states {
            let correspondent = try #require(ContactWorld.correspondent(address))
            try await world.desk.decide(
                state, about: correspondent, of: ContactWorld.alice, by: "test", note: "a \"note\", with\r\n\(address)",
                identity: identity)
        }
        let octets = try await world.desk.export(of: ContactWorld.alice)
        let read = ContactImport(detecting: octets)
        #expect(read.problems == [])
        let other = try ContactWorld()
        let outcome = try await other.desk.apply(read.entries, of: ContactWorld.bob)
        #expect(outcome.added == states.count)
        for (address, state, identity) in states {
            let contact = try #require(try await other.contact(address, of: ContactWorld.bob))
            #expect(contact.state == state)
            #expect(contact.identity == identity)
            #expect(contact.decision?.note == "a \"note\", with\r\n\(address)")
        }
        let again = try await other.desk.export(of: ContactWorld.bob)
        #expect(again == octets)
    }

    @Test(
        "What a spreadsheet would calculate has an apostrophe in front of it, and comes back as it was",
        arguments: [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "''+1", "'", "''", "'word", "word", "a=b",
            "",
            "=HYPERLINK(\"http://evil.test\",\"a, b\")",
        ])
    func formulas(note: String) async throws {
        let (world, other) = (try ContactWorld(), try ContactWorld())
        let local = note.first == "=" || note.first == "+" ? "\(note.prefix(1))cmd" : "ann"
        let correspondent = try #require(Correspondent(reading: Array("\(local)@a.test".utf8)))
        try await world.desk.decide(
            .blocked, about: correspondent, of: ContactWorld.alice, by: "page", note: note)
        let octets = try await world.desk.export(of: ContactWorld.alice)
        let row = octets.dropFirst("email,kind,state,identity,proofs,note\r\n".utf8.count)
        #expect(row.starts(with: (local == "ann" ? "ann@" : "'\(local)@").utf8))
        for cell in row.dropLast(2).split(separator: UInt8(ascii: ",")) {
            #expect(!Self.starts.contains(cell.first { $0 != UInt8(ascii: "\"") } ?? 0))
        }
        let read = ContactImport(csv: octets)
        #expect(read.problems == [])
        #expect(read.entries.map(\.note) == [note])
        #expect(read.entries.map(\.correspondent) == [correspondent])
        _ = try await other.desk.apply(read.entries, of: ContactWorld.alice)
        #expect(try await other.desk.export(of: ContactWorld.alice) == octets)
    }

    @Test("Random notes come back from a table as they were") func randomNotes() {
        var generator = SeededGenerator(seed: 12)
        let pieces = ["'", "=", "+", "-", "@", "\t", "\r", "\n", "\"", ",", "a", ";"]
        for _ in 0..<5_000 {
            let note = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                pieces.randomElement(using: &generator) ?? ""
            }.joined()
            let octets = Array(note.utf8)
            let disarmed = FormulaCell.disarmed(octets)
            #expect(FormulaCell.armed(disarmed) == octets)
            #expect(disarmed.first.map { !Self.starts.contains($0) } ?? true)
        }
    }

    /// What makes a formula of a cell.
    private static let starts = Set("=+-@\t\r\n".utf8)

    @Test func anEarlierDecisionStaysUnlessItIsToBeReplaced() async throws {
        let world = try ContactWorld()
        try await world.decide(.blocked, "ann@ann.test")
        try await world.send(from: "bo@bo.test", facts: .proving("bo.test"))
        let entries = ContactImport(text: Array("ann@ann.test\nbo@bo.test\nnew@n.test".utf8)).entries
        let outcome = try await world.desk.apply(entries, of: ContactWorld.alice)
        #expect((outcome.added, outcome.changed, outcome.kept) == (1, 1, 1))
        #expect(try await world.contact("ann@ann.test")?.state == .blocked)
        #expect(try await world.contact("bo@bo.test")?.state == .welcome)
        let replaced = try await world.desk.apply(entries, of: ContactWorld.alice, replaces: true)
        #expect((replaced.added, replaced.changed, replaced.kept) == (0, 1, 2))
        #expect(try await world.contact("ann@ann.test")?.state == .welcome)
    }

    @Test("Hostile files take time in proportion to their length, and say so by line") func hostile() {
        let quote = [UInt8](repeating: UInt8(ascii: "\""), count: 500_000)
        #expect(ContactImport(csv: Array("email\n".utf8) + quote + [UInt8(ascii: "\"")]).entries == [])
        let fold =
            Array("BEGIN:VCARD\nEMAIL:a@b.test\n".utf8) + Array(repeating: Array(" x\n".utf8), count: 200_000).joined()
        #expect(ContactImport(detecting: fold).entries == [])
        #expect(ContactImport(detecting: fold).problems.last?.problem == "the last card doesn't end")
        let commas = [UInt8](repeating: UInt8(ascii: ","), count: 500_000)
        #expect(ContactImport(detecting: commas).entries == [])
        let wide = ContactImport(csv: Array("email,x\n".utf8) + commas)
        #expect(wide.problems.count <= 1_000)
        #expect(
            ContactImport(csv: Array("email\n\"a@b.test".utf8)).problems.first?.problem == "a quotation mark is missing"
        )
        #expect(ContactImport(detecting: [0xFF, 0xFE, 0x00, 0x0A, 0x80]).entries == [])
        #expect(ContactImport(detecting: []).entries == [])
        #expect(ContactImport(csv: Array("email,state\na@b.test,friend".utf8)).problems.map(\.line) == [2])
        #expect(ContactImport(csv: Array("email,identity\na@b.test,network:x".utf8)).problems.map(\.line) == [2])
    }

    @Test func anImportIsBounded() {
        var text = ""
        for number in 0...ContactImport.maximumEntries { text += "\(number)@a.test\n" }
        let read = ContactImport(text: Array(text.utf8))
        #expect(read.entries.count == ContactImport.maximumEntries)
        #expect(read.problems.map(\.line) == [ContactImport.maximumEntries + 1])
    }

    @Test("Random octets are read without a trap") func random() {
        var generator = SeededGenerator(seed: 11)
        let pieces = [
            "BEGIN:VCARD\n", "END:VCARD\r\n", "EMAIL:", "FN:", "\"", ",", ";", "\t", "\r", "\n", " ", "a@b.test", "<",
            ">", "email", "\u{FEFF}", "kind", "state", "\\", "#", ":", "@", "=", " ::: ",
        ]
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...30, using: &generator)
            let text = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            var octets = Array(text.utf8)
            if Bool.random(using: &generator) { octets.append(UInt8.random(in: 0...255, using: &generator)) }
            for read in [
                ContactImport(detecting: octets), ContactImport(csv: octets), ContactImport(vCard: octets),
                ContactImport(text: octets),
            ] {
                #expect(read.entries.count <= count)
            }
        }
    }
}
