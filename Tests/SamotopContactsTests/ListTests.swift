import InternetMessage
import SMTP
import SamotopCore
import SamotopTesting
import Testing

@testable import SamotopContacts

@Suite struct ListTests {
    private func list(_ lines: String...) throws -> SenderList {
        let (list, problems) = SenderList.read(Array(lines.joined(separator: "\n").utf8))
        #expect(problems == [])
        return list
    }

    private func world(allow: SenderList = SenderList(), deny: SenderList = SenderList()) throws -> ContactWorld {
        try ContactWorld(extra: [AllowDenyLists(allow: allow, deny: deny)])
    }

    @Test func deniedIsRefusedAsSoonAsItIsKnown() async throws {
        let world = try world(deny: list("eve@evil.test", "bad.test", "news-*@*", "198.51.100.0/24", "helo:*.dyn.test"))
        #expect(try await world.send(from: "eve@evil.test").first == "550 5.7.1")
        #expect(try await world.send(from: "x@mail.bad.test").first == "550 5.7.1")
        #expect(try await world.send(from: "news-12@shop.test").first == "550 5.7.1")
        #expect(try await world.send(from: "x@y.test", author: "eve@evil.test").last == "550 5.7.1")
        #expect(try await world.send(from: "x@y.test").last == "450 4.7.1")
        let connection = await MemoryConnection(world.mail, client: .ipv4([198, 51, 100, 9]))
        #expect(String(decoding: try await connection.receive(), as: UTF8.self).hasPrefix("554 5.7.1"))
        let other = await MemoryConnection(world.mail)
        _ = try await other.receive()
        try await other.send(Array("EHLO a1.DYN.test\r\n".utf8))
        #expect(String(decoding: try await other.receive(), as: UTF8.self).hasPrefix("550 5.7.1"))
    }

    @Test("M21: an allow entry counts only when it is proved") func allowed() async throws {
        let world = try world(allow: list("ann@ann.test", "good.test", "203.0.113.7"), deny: list("ann.test"))
        #expect(try await world.send(from: "ann@ann.test", facts: .proving("ann.test")).last == "250 2.0.0")
        #expect(try await world.send(from: "ann@ann.test").first == "550 5.7.1")
        #expect(try await world.send(from: "x@ann.test", facts: .proving("ann.test")).first == "550 5.7.1")
        #expect(try await world.send(from: "x@good.test", facts: .proving("good.test")).last == "250 2.0.0")
        #expect(try await world.send(from: "x@good.test").last == "450 4.7.1")
        let author = Evidence.Facts(dkim: ["good.test"])
        #expect(try await world.send(from: "b@list.test", author: "x@good.test", facts: author).last == "250 2.0.0")
        #expect(try await world.send(from: "a@b.test", client: .ipv4([203, 0, 113, 7])).last == "250 2.0.0")
        #expect(try await world.send(from: "a@b.test", client: .ipv4([203, 0, 113, 8])).last == "450 4.7.1")
    }

    @Test func aSmallerAllowedNetworkIsSpared() async throws {
        let world = try world(allow: list("198.51.100.7"), deny: list("198.51.100.0/24"))
        #expect(try await world.send(from: "a@b.test", client: .ipv4([198, 51, 100, 7])).last == "250 2.0.0")
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 198, 51, 100, 8]
        let connection = await MemoryConnection(world.mail, client: .ipv6(mapped))
        #expect(String(decoding: try await connection.receive(), as: UTF8.self).hasPrefix("554"))
    }

    @Test func aHeloNameIsAllowedOnlyWithSPF() async throws {
        let lists = AllowDenyLists(allow: try list("helo:mail.good.test"))
        var session = Session(id: "s", role: .mx, client: .ipv4([192, 0, 2, 1]))
        let domain = try #require(Domain("mail.good.test"))
        session.hello = HelloCommand(verb: .ehlo, domain: domain)
        let envelope = Envelope(id: "e", reversePath: .null, parameters: MailParameters())
        let recipient = Recipient(path: .postmaster, parameters: RcptParameters(), destinations: [.mailbox("p")])
        #expect(try await lists.recipient(recipient, envelope, &session) == .pass)
        session.evidence.append(
            AuthenticationResult(
                method: .spf, result: .pass, properties: [.init(.smtp, .helo, Array("mail.good.test".utf8))]))
        #expect(try await lists.recipient(recipient, envelope, &session) == .accept(cause: "allowed by HELO name"))
    }

    @Test func aListIsReadAndWrittenWithoutLoss() throws {
        let text =
            "# allowed\r\n Ann@Example.org # a friend\r\n*@Shop.test\r\nexample.net\r\nmail-*.example\r\n"
            + "192.0.2.77/24\r\n2001:DB8::1\r\nhelo:*.dyn.test\r\n\r\na#b@example.org\r\n"
        let (list, problems) = SenderList.read(Array(text.utf8))
        #expect(problems == [])
        #expect(list.entries.count == 8)
        #expect(
            list.text.split(separator: "\n").map(String.init)
                == [
                    "*@shop.test", "192.0.2.0/24", "2001:db8::1/128", "a#b@example.org", "ann@example.org",
                    "example.net", "helo:*.dyn.test", "mail-*.example",
                ])
        let (again, none) = SenderList.read(Array(list.text.utf8))
        #expect(none == [])
        #expect(again.entries == list.entries)
    }

    @Test func problemsNameTheirLine() {
        let lines = [
            "ok@a.test", "", "a b", "192.0.2.0/33", "@", "helo:", String(repeating: "a", count: 600) + ".test", "\u{0}",
        ]
        let (list, problems) = SenderList.read(Array(lines.joined(separator: "\n").utf8))
        #expect(list.entries.count == 1)
        #expect(problems.map(\.line) == [3, 4, 5, 6, 7, 8])
        #expect(problems.first?.description == "line 3: no address, domain, network or helo:NAME")
        let many = SenderList.read(
            [UInt8](repeating: UInt8(ascii: "\n"), count: 3)
                + Array(repeating: Array("?? ??\n".utf8), count: 5_000).joined())
        #expect(many.problems.count == 1_000)
    }

    @Test(arguments: [
        ("*", "", true), ("*", "anything", true), ("a", "A", true), ("A", "a", true), ("?", "", false),
        ("a?c", "abc", true),
        ("a?c", "ac", false), ("*.test", ".test", true), ("*.test", "a.tes", false), ("a*b*c", "a12b34c", true),
        ("a*b*c", "a12c34b", false), ("**a**", "bab", true), ("*?", "", false), ("?*", "x", true), ("a*", "ba", false),
        ("*aab", "aaab", true), ("(a+)+$", "aaaa", false), ("[a]", "[a]", true),
    ]) func globs(_ pattern: String, _ text: String, _ isMatch: Bool) throws {
        #expect(try #require(Glob(pattern)).matches(Array(text.utf8)) == isMatch)
    }

    @Test("A pattern matches what a slow and simple matcher says") func globsAgainstAModel() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<3_000 {
            let pattern = Self.random("ab*?", 1...100, &generator)
            let text = Self.random("ab", 0...120, &generator)
            let isMatch = Self.matches(Array(pattern.utf8), Array(text.utf8))
            #expect(try #require(Glob(pattern)).matches(Array(text.utf8)) == isMatch, "\(pattern) \(text)")
        }
    }

    @Test("X12: a pattern of twice the length on a text of twice the length takes no more steps than that")
    func hostile()
        throws
    {
        // Any backtracking matcher takes 2^60 steps for these.
        let glob = try #require(Glob(String(repeating: "a*", count: 127) + "b"))
        #expect(glob.matches([UInt8](repeating: UInt8(ascii: "a"), count: 200_000)) == false)
        #expect(Glob(String(repeating: "a", count: 257)) == nil)
        #expect(Glob("") == nil)
    }

    private static func random(_ letters: String, _ count: ClosedRange<Int>, _ generator: inout SeededGenerator)
        -> String
    {
        String(
            (0..<Int.random(in: count, using: &generator)).map { _ in letters.randomElement(using: &generator) ?? "a" })
    }

    /// By a table of all prefixes.
    private static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
        var row = [true] + text.map { _ in false }
        for octet in pattern {
            var next = row
            next[0] = row[0] && octet == UInt8(ascii: "*")
            for index in text.indices {
                switch octet {
                case UInt8(ascii: "*"): next[index + 1] = row[index + 1] || next[index]
                case UInt8(ascii: "?"): next[index + 1] = row[index]
                default: next[index + 1] = row[index] && octet == text[index]
                }
            }
            row = next
        }
        return row[text.count]
    }
}
