import NameResolution
import SMTP
import SamotopCore
import SamotopQueue
import SamotopRelay
import Synchronization
import Testing
import TransportSecurity

@Suite struct PeerDeskTests {
    let peers = MemoryPeerStore()
    let queue = HeldQueue()
    let desk: PeerDesk

    init() { desk = PeerDesk(peers: peers, queue: queue, clock: StillClock()) }

    private func name(_ text: String) throws -> DNSName { try #require(DNSName(text)) }

    private func add(_ text: String) async throws {
        let domain = try name(text)
        try await peers.change(domain) { _ in PeerRecord(domain: domain, now: 1) }
    }

    private static let key = Fingerprint(of: [1])

    @Test("A decision is recorded with its maker, and lets all held mail of the domain go, no other's")
    func pin() async throws {
        try await add("there.test")
        try queue.hold("ONE", for: ["a@there.test", "b@there.test", "c@other.test"])
        let outcome = try await desk.decide(.pin, about: try name("There.test"), keys: [Self.key], by: "page: root")
        #expect(outcome.released == 2)
        #expect(outcome.record.decision.pins == [Self.key] && outcome.record.decision.verifiedAt == 1_000)
        #expect(outcome.record.changes.first?.maker == "page: root")
        let entry = try #require(await queue.message("ONE"))
        #expect(entry.recipients.map(\.state) == [.ready, .ready, .held])
    }

    @Test("What an operator holds, and what can't be read, waits for something else than a decision about signatures")
    func otherHolds() async throws {
        try await add("there.test")
        try queue.hold("DAMAGED", for: ["a@there.test"], kind: .damaged)
        try queue.hold("LEGAL", for: ["a@there.test"])
        _ = try await queue.perform(.hold(words: "legal"), on: .message("LEGAL"))
        try queue.hold("ONE", for: ["a@there.test"])
        let outcome = try await desk.decide(.accept, about: try name("there.test"), by: "x")
        #expect(outcome.released == 1)
        #expect(await queue.message("ONE")?.recipients.first?.state == .ready)
        for id in ["DAMAGED", "LEGAL"] { #expect(await queue.message(id)?.recipients.first?.state == .held) }
    }

    @Test("A domain is one, whichever way it is spelled: its mail waits in one place, and a decision finds it there")
    func spellings() async throws {
        try await add("xn--bcher-kva.test")
        for (id, address) in [("U", "a@bücher.test"), ("A", "a@xn--bcher-kva.test")] {
            try queue.hold(id, for: [address], destination: { RouteTable().destination(for: $0) })
        }
        let domain = try #require(DNSName(internationalized: Array("bücher.test".utf8)))
        #expect(await desk.waiting(for: domain).held == 2)
        #expect(try await desk.decide(.accept, about: domain, by: "x").released == 2)
    }

    @Test("What changed is accepted for the key that was seen, not for whoever answers next")
    func adoptsWhatWasSeen() async throws {
        try await add("there.test")
        let domain = try name("there.test")
        await #expect(throws: PeerDeskError.noKey) { try await desk.decide(.adopt, about: domain, by: "x") }
        let record = try await desk.decide(.adopt, about: domain, keys: [Self.key], by: "x").record
        #expect(record.decision.acceptOnce == .init(key: Self.key, until: 1_000 + 86_400, isLasting: true))
    }

    @Test(
        "To hold and to watch lets nothing go, and may come before the first message",
        arguments: [PeerDesk.Decision.hold, .watch])
    func holding(decision: PeerDesk.Decision) async throws {
        try queue.hold("ONE", for: ["a@there.test"])
        let outcome = try await desk.decide(decision, about: try name("there.test"), by: "x")
        #expect(outcome.released == 0 && outcome.record.isDecided)
        #expect(await queue.message("ONE")?.recipients.first?.state == .held)
    }

    @Test("Of a domain that nothing is known of nothing else can be decided")
    func unknown() async throws {
        let domain = try name("there.test")
        for decision in PeerDesk.Decision.allCases where ![.hold, .watch, .pin].contains(decision) {
            await #expect(throws: PeerDeskError.unknownDomain(domain)) {
                try await desk.decide(decision, about: domain, by: "x")
            }
        }
        #expect(try await peers.record(of: domain) == nil)
    }

    @Test("To pin needs keys, and no more than can be kept: else nothing changes")
    func badPins() async throws {
        try await add("there.test")
        let domain = try name("there.test")
        await #expect(throws: PeerDeskError.noKey) { try await desk.decide(.pin, about: domain, by: "x") }
        let many = (0..<17).map { Fingerprint(of: [$0]) }
        await #expect(throws: PeerDeskError.tooManyKeys) {
            try await desk.decide(.pin, about: domain, keys: many, by: "x")
        }
        #expect(try await desk.record(of: domain)?.isDecided == false)
        try await desk.decide(.pin, about: domain, keys: Array(many.prefix(16)) + many.prefix(3), by: "x")
        #expect(try await desk.record(of: domain)?.decision.pins.count == 16)
    }

    @Test("A permission holds for a day and for the key that was named")
    func accept() async throws {
        try await add("there.test")
        let record = try await desk.decide(.accept, about: try name("there.test"), keys: [Self.key], by: "x").record
        #expect(record.decision.acceptOnce == .init(key: Self.key, until: 1_000 + 86_400))
    }

    @Test("Waiting mail is counted with those that are held and why, each reason once")
    func waiting() async throws {
        for number in 0..<120 { try queue.hold("M\(number)", for: ["a@there.test"], words: "reason \(number % 5)") }
        try queue.hold("OTHER", for: ["a@other.test"])
        let mail = await desk.waiting(for: try name("THERE.test"))
        #expect(mail.messages == 100 && mail.isMore && mail.held == 100)
        #expect(mail.reasons == ["reason 0", "reason 1", "reason 2"])
        #expect(await desk.waiting(for: try name("none.test")).messages == 0)
    }

    @Test("A search goes through all records page by page, and looks at no more than a thousand at a time")
    func search() async throws {
        for number in 0..<2_300 {
            try await add("n\(10_000 + number).\(number % 1_000 == 999 ? "needle" : "hay").test")
        }
        var (found, turns, last) = ([String](), 0, DNSName?.none)
        repeat {
            let page = try await desk.find("Needle", after: last, limit: 2)
            found += page.records.map(\.domain.text)
            (turns, last) = (turns + 1, page.next)
        } while last != nil && turns < 9
        #expect(found == ["n10999.needle.test", "n11999.needle.test"])
        #expect(turns == 3)
        let first = try await desk.find("", limit: 3)
        #expect(first.records.map(\.domain.text) == ["n10000.hay.test", "n10001.hay.test", "n10002.hay.test"])
        let second = try await desk.find("", after: first.next, limit: 2)
        #expect(second.records.map(\.domain.text) == ["n10003.hay.test", "n10004.hay.test"])
    }

    @Test("The domain of exactly the name comes first, and once")
    func exact() async throws {
        for text in ["a.there.test", "there.test", "xn--bcher-kva.test"] { try await add(text) }
        #expect(
            try await desk.find("there.test", limit: 9).records.map(\.domain.text) == ["there.test", "a.there.test"])
        #expect(try await desk.find("bücher.test", limit: 9).records.map(\.domain.text) == ["xn--bcher-kva.test"])
    }
}

private struct StillClock: WallClock {
    func now() -> Timestamp { Timestamp(seconds: 1_000) }
}

/// The real scheduler with messages that were held at their first attempt.
final class HeldQueue: QueueControl {
    private let scheduler = Mutex(QueueScheduler(seed: 1))
    private static let now = Timestamp(seconds: 1_000)

    func totals() async -> QueueTotals { scheduler.withLock { $0.totals() } }

    func list(_ query: QueueQuery, after cursor: Int?, limit: Int) async -> QueuePage {
        scheduler.withLock { $0.list(query, after: cursor, limit: limit) }
    }

    func message(_ id: String) async -> QueueEntry? { scheduler.withLock { $0.message(id) } }

    func destinations(limit: Int) async -> [DestinationEntry] {
        scheduler.withLock { $0.listDestinations(limit: limit) }
    }

    func perform(_ command: QueueCommand, on selection: QueueSelection) async throws -> CommandResult {
        scheduler.withLock { $0.perform(command, on: selection, now: Self.now).result }
    }

    func hold(
        _ id: String, for addresses: [String], words: String = "a new key", kind: HoldReason.Kind = .signature,
        destination: (Domain) -> QueueDestination = { QueueDestination($0) }
    ) throws {
        let recipients = try addresses.map { text in
            let mailbox = try #require(Mailbox(Array(text.utf8)))
            return NewRecipient(mailbox, destination: destination(mailbox.domain))
        }
        let message = QueuedMessage(
            id: id, reversePath: .null, submitter: .queue, arrived: Self.now, size: 1)
        let facts = try MessageFacts(NewMessage(message, to: recipients, content: MemoryContent([0])))
        scheduler.withLock { scheduler in
            _ = scheduler.add(facts, now: Self.now)
            var effects = QueueEffects()
            while let job = scheduler.nextJob(now: Self.now, &effects) {
                let outcomes = job.recipients.map { _ in RecipientOutcome.held(HoldReason(kind, words: words)) }
                _ = scheduler.finish(job.id, DeliveryReport(outcomes: outcomes), now: Self.now)
            }
        }
    }
}
