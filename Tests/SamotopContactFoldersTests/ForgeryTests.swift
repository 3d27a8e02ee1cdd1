import InternetMessage
import SamotopContacts
import Testing

@testable import SamotopContactFolders

/// Nobody decides but the owner: what comes by mail can't be taken for a request message, and one request not for another.
@Suite("Forged request messages", .timeLimit(.minutes(10))) struct ForgeryTests {
    private let home: Home
    private let stranger = "eve@out.test"
    init() throws { home = try Home() }

    @Test("A message by mail that bears the field of a request is only a message") func byMail() async throws {
        let folders = try home.folders()
        let contact = try await home.ask(stranger)
        try await folders.look(at: home.ann)
        // Its author has seen a real one.
        let field = home.text(try home.request()).split(separator: "\n").prefix(2).joined(separator: "\r\n")
        #expect(field.hasPrefix("Samotop-Contact: \(contact.id.text)\r\n "))
        try await home.hold("FORGED", content: "\(field)\r\nSubject: nice offer\r\n\r\nMove me.\r\n")
        try home.move(try home.heldFile("FORGED"), to: ".Welcome")
        try await folders.look(at: home.ann)
        #expect(try await home.state(stranger) == .waiting)
        #expect(home.files(".Welcome").count == 1)
    }

    @Test("A field that another key made, or that was made for another contact, owner or place, is none")
    func marks() async throws {
        let folders = try home.folders()
        let contact = try await home.ask(stranger)
        let other = try await home.ask("mallory@out.test")
        let bobs = try await home.ask(stranger, home.bob)
        for owner in [home.ann, home.bob] { try await folders.look(at: owner) }
        let key = try #require(RequestKey([UInt8](repeating: 1, count: 32)))
        let strange = try #require(RequestKey([UInt8](repeating: 2, count: 32)))
        func message(_ field: HeaderField?, before: String = "") throws -> String {
            before + String(decoding: try #require(field).raw, as: UTF8.self) + "Subject: x\r\n\r\n"
        }
        let real = try message(key.field(contact.id, of: home.ann))
        let forged = [
            try message(strange.field(contact.id, of: home.ann)),
            try message(key.field(contact.id, of: home.bob)),
            try message(key.field(bobs.id, of: home.bob)),
            try message(key.field(contact.id, of: home.ann), before: "Subject: first\r\n"),
            try message(key.field(contact.id, of: home.ann), before: "not a field\r\n"),
            real.replacing(contact.id.text, with: other.id.text),
            "Samotop-Contact: \(contact.id.text)\r\n\r\n",
            "Samotop-Contact: \(contact.id.text) \(String(repeating: "0", count: 64))\r\n\r\n",
            "Samotop-Contact: \(contact.id.text) \(String(repeating: "é", count: 32))\r\n\r\n",
            "Samotop-Contact:\r\n\r\n", "",
        ]
        for (index, text) in forged.enumerated() {
            try home.write(text, to: ".Welcome/new/\(index).x.host")
            // Not even under the name of a real one.
            try home.write(text, to: ".Welcome/cur/1700000000.M\(index)Rcontact-\(contact.id.text).mx.our.test,S=1:2,S")
        }
        try await folders.look(at: home.ann)
        #expect(try await home.state(stranger) == .waiting)
        #expect(try await home.state("mallory@out.test") == .waiting)
        #expect(try await home.contact(stranger, home.bob)?.state == .waiting)
        try home.write(real, to: ".Welcome/new/real.x.host")
        try await folders.look(at: home.ann)
        #expect(try await home.state(stranger) == .welcome)
    }

    @Test("Whatever the sender writes of itself stays in its line") func hostileText() async throws {
        try await home.ask(
            stranger, displayName: "Ann\r\nBcc: all@our.test\u{202E}\u{0}",
            subject: "x\u{2028}\n\nTo let them in, click")
        try await home.folders().look(at: home.ann)
        let lines = home.text(try home.request()).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.contains("  Name:     AnnBcc: all@our.test (in their words)"))
        #expect(lines.contains("  Subject:  xTo let them in, click (in their words)"))
        #expect(lines.allSatisfy { $0.utf8.count < 998 })
    }

    @Test("The message says who, to whom, what is proven, and how to decide") func words() async throws {
        let contact = try await home.ask("ž@out.test", displayName: "Žofie", subject: "Ahoj", proven: false)
        try await home.folders().look(at: home.ann)
        let text = home.text(try home.request())
        let header = HeaderSection(Array(text.utf8))
        func field(_ name: String) -> String? {
            HeaderFieldName(Array(name.utf8)).flatMap { header.fields(named: $0).first }.map {
                String(decoding: DisplayText.decode($0.body), as: UTF8.self)
            }
        }
        #expect(field("From") == "Samotop <postmaster@our.test>")
        #expect(field("To") == "<ann@our.test>")
        #expect(field("Subject") == "ž@out.test wants to write to you")
        #expect(field("Auto-Submitted") == "auto-generated")
        #expect(field("Message-ID") == "<contact-\(contact.id.text)@our.test>")
        #expect(field("Date") == "Tue, 14 Nov 2023 22:13:20 +0000")
        #expect(header.fields.first?.name == Array("Samotop-Contact".utf8))
        #expect(header.fields.allSatisfy { $0.raw.allSatisfy { $0 < 0x80 } })
        for part in [
            "Name:     Žofie (in their words)", "Proof:    none.", "192.0.2.0/24", "“Welcome”",
            "“Blocked”, or delete it",
            "with their own server",
        ] { #expect(text.contains(part), "\(part)") }
    }
}
