import SMTP
import SamotopCore
import Testing

@testable import SamotopDelivery

@Suite("Mailboxes whose mail is handed to something else")
struct HandoverDirectoryTests {
    private static let lmtp = MailboxHandover.lmtp([.unix(path: "/run/lmtp")])

    private func address(_ text: String) throws -> Mailbox { try #require(Mailbox(text), "\(text) is no address") }

    private func directory(
        _ handovers: [String: MailboxHandover], patterns: [(String, String, String?)] = [],
        aliases: [String: [String]] = [:], everyoneElse: [String] = [], postmaster: String = "bob"
    ) throws -> Directory {
        let domain = try #require(DomainName("example.org"))
        return try Directory(
            domains: [domain],
            mailboxes: ["ann", "bob", "eve"].map {
                MailboxEntry(
                    address: try address("\($0)@example.org"), name: $0, folder: $0, handover: handovers[$0])
            },
            aliases: aliases.map {
                AliasEntry(
                    address: try address("\($0.key)@example.org"),
                    targets: try $0.value.map { try address("\($0)@example.org") })
            },
            patterns: patterns.map {
                PatternEntry(
                    domain: domain, pattern: try LocalPartPattern($0.0),
                    targets: [try address("\($0.1)@example.org")], folderField: $0.2)
            },
            catchAlls: [
                CatchAllEntry(
                    domain: domain, targets: try everyoneElse.map { try address("\($0)@example.org") })
            ], postmaster: postmaster)
    }

    @Test("An address leads to such a mailbox alone, or isn't brought there by itself")
    func alone() throws {
        let directory = try directory(
            ["ann": Self.lmtp], patterns: [("ann+{tag}", "ann", "tag"), ("shop-{x}", "ann", nil)],
            aliases: ["info": ["ann"], "team": ["ann", "bob"]])
        func found(_ name: String) throws -> String? {
            directory.handedMailbox(for: try address("\(name)@example.org")).map {
                "\($0.mailbox.name) \($0.tag ?? "-")"
            }
        }
        #expect(try found("ann") == "ann -")
        #expect(try found("ANN+Shop") == "ann shop")
        #expect(try found("shop-x") == "ann -")
        #expect(try found("info") == "ann -")
        #expect(try found("team") == nil && found("bob") == nil && found("nobody") == nil)
        #expect(directory.handedMailboxes.map(\.address) == [try address("ann@example.org")])
        #expect(directory.madeWhenNeeded == ["ann"])
    }

    @Test("The postmaster's mail stays here; a name's mail goes one way")
    func refused() throws {
        #expect(throws: DirectoryError.handedPostmaster(name: "ann")) {
            try directory(["ann": Self.lmtp], postmaster: "ann")
        }
        let domain = try #require(DomainName("example.org"))
        let second = try address("a@example.org")
        #expect(throws: DirectoryError.ambiguousHandover(entry: second)) {
            try Directory(
                domains: [domain],
                mailboxes: [
                    MailboxEntry(address: try address("bob@example.org"), name: "bob", folder: "bob"),
                    MailboxEntry(address: try address("ann@example.org"), name: "ann", folder: "ann"),
                    MailboxEntry(address: second, name: "ann", folder: "ann", handover: Self.lmtp),
                ], postmaster: "bob")
        }
    }

    /// Whatever its mailboxes are, each address leads to the same places, and those that lead to one such mailbox alone are found.
    @Test("Each address has exactly one outcome, whatever gets a mailbox's mail", arguments: 0..<50)
    func oneOutcome(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func draw(_ count: UInt64) -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state % count
        }
        let command = MailboxHandover.command(try DeliveryCommand(["/bin/x", "{tag}"]))
        var handovers: [String: MailboxHandover] = [:]
        for name in ["ann", "eve"] {
            switch draw(3) {
            case 0: handovers[name] = Self.lmtp
            case 1: handovers[name] = command
            default: break
            }
        }
        let names = ["ann", "bob", "eve"]
        let targets = (0...draw(3)).map { _ in names[Int(draw(3))] }
        let patterns = [("ann+{tag}", "ann", draw(2) == 0 ? "tag" : nil), ("shop-{x}", "eve", nil)]
        let rest = draw(2) == 0 ? [names[Int(draw(3))]] : []
        let handed = try directory(handovers, patterns: patterns, aliases: ["all": targets], everyoneElse: rest)
        let plain = try directory([:], patterns: patterns, aliases: ["all": targets], everyoneElse: rest)
        for text in names + ["all", "ann+x", "ann+new contacts", "shop-y", "whoever", "postmaster", "ann+"] {
            guard let address = Mailbox("\"\(text)\"@example.org") else { continue }
            let answer = handed.answer(for: .mailbox(address))
            #expect(answer == plain.answer(for: .mailbox(address)), "\(text)")
            let places: [Destination] = if case .destinations(let places) = answer { places } else { [] }
            let found = handed.handedMailbox(for: address)
            #expect((found != nil) == (places.count == 1 && handovers[places[0].mailbox ?? ""] != nil), "\(text)")
            if let found { #expect(places.map(\.mailbox) == [found.mailbox.name]) }
        }
    }
}
