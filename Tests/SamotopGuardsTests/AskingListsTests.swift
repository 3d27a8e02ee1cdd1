import InternetMessage
import NameResolution
import SMTP
import SamotopCore
import SamotopGuards
import SamotopTesting
import SenderAuthentication
import Testing

@Suite struct AskingListsTests {
    private var world: SenderWorld

    init() throws {
        world = try SenderWorld()
        for list in ["deny.test", "allow.test"] { try world.add("2.0.0.127.\(list)", .a, "127.0.0.2") }
        try world.add("7.2.0.192.deny.test", .a, "127.0.0.4")
        try world.add("test.names.test", .a, "127.0.0.2")
        try world.add("evil.test.names.test", .a, "127.0.0.2")
    }

    private func entry(_ zone: String, _ meaning: AskingLists.Entry.Meaning, _ coverage: DNSList.Coverage = .ipv4)
        throws
        -> AskingLists.Entry
    {
        AskingLists.Entry(DNSList(zone: try #require(DNSName(zone)), coverage: coverage), means: meaning)
    }

    private func reply(_ world: SenderWorld, _ entries: AskingLists.Entry..., from sender: String = "x@evil.test")
        async throws -> String?
    {
        let questions = RecordedQuestions(world.zone)
        let guards = [AskingLists(entries, with: questions)]
        let message = try world.message(from: "x@evil.test")
        return try await world.send(message, from: sender, helo: "evil.test", more: guards).replies.last
    }

    @Test func whoIsListedIsRefusedByName() async throws {
        #expect(try await reply(world, entry("deny.test", .deny)) == "550 5.7.1")
        #expect(try await reply(world, entry("names.test", .deny, .domains)) == "550 5.7.1")
        #expect(try await reply(world, entry("names.test", .deny, .domains), from: "x@legit.test") == "250 2.0.0")
    }

    @Test func anAllowListComesFirst() async throws {
        var world = world
        try world.add("7.2.0.192.allow.test", .a, "127.0.0.2")
        #expect(try await reply(world, entry("deny.test", .deny), entry("allow.test", .allow)) == "250 2.0.0")
    }

    @Test func aListThatSaysYesToEverythingBlocksNobody() async throws {
        var world = world
        try world.add("1.0.0.127.deny.test", .a, "127.0.0.2")
        #expect(try await reply(world, entry("deny.test", .deny)) == "250 2.0.0")
    }

    @Test func aDeadListBlocksNobodyAndIsNotAskedAboutAnybody() async throws {
        let questions = RecordedQuestions(world.zone)
        let guards = [AskingLists([try entry("gone.test", .deny)], with: questions)]
        let message = try world.message(from: "x@evil.test")
        for _ in 0..<3 {
            let sent = try await world.send(message, from: "x@evil.test", helo: "evil.test", more: guards)
            #expect(sent.replies.last == "250 2.0.0")
        }
        let asked = questions.entries.filter { $0.name.isEqualOrBelow(DNSName("gone.test") ?? .root) }
        #expect(asked.map(\.name.text) == ["2.0.0.127.gone.test"])
    }
}
