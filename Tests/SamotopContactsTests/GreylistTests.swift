import SMTP
import SamotopContacts
import SamotopCore
import SamotopTesting
import Testing

/// Greylisting as a guard of its own, by a clock that the test turns.
@Suite struct GreylistTests {
    private static let day: Int64 = 86_400
    private let clock = ManualClock(seconds: ContactWorld.start)
    private let evidence = Evidence()
    private let box = MemoryMailboxes(["alice@our.test": ["alice"], "bob@our.test": ["bob"]])

    private func service(
        _ settings: GreylistSettings = GreylistSettings(), store: any GreylistStore = MemoryGreylistStore(),
        contacts: CachedContacts? = nil, key: String = "0123456789abcdef"
    ) throws -> MailService {
        let greylist = Greylist(store, key: Array(key.utf8), settings: settings)
        return try MailService("mx.our.test", delivering: box, clock: clock) { [evidence, clock] in
            evidence
            Greylisting(greylist, contacts: contacts, clock: clock)
        }
    }

    /// The reply to RCPT.
    private func ask(
        _ service: MailService, from sender: String = "ann@ann.test", to recipient: String = "alice@our.test",
        _ client: [UInt8] = [192, 0, 2, 7], spf: String? = nil
    ) async throws -> String {
        evidence.set(Evidence.Facts(spf: spf))
        let connection = await MemoryConnection(service, client: client.count == 4 ? .ipv4(client) : .ipv6(client))
        _ = try await connection.receive()
        for line in ["EHLO a.test", "MAIL FROM:<\(sender)>"] {
            try await connection.send(Array("\(line)\r\n".utf8))
            _ = try await connection.receive()
        }
        try await connection.send(Array("RCPT TO:<\(recipient)>\r\n".utf8))
        return String(decoding: try await connection.receive(), as: UTF8.self)
    }

    private func passes(
        _ service: MailService, from sender: String = "ann@ann.test", to recipient: String = "alice@our.test",
        _ client: [UInt8] = [192, 0, 2, 7], spf: String? = nil
    ) async throws -> Bool {
        try await ask(service, from: sender, to: recipient, client, spf: spf).hasPrefix("250")
    }

    @Test func whoComesAgainInTimeIsLetIn() async throws {
        let service = try service()
        #expect(try await ask(service).hasPrefix("451 4.7.1 You are new here: please try again in 300 seconds"))
        clock.advance(by: 299)
        #expect(try await ask(service).contains("in 1 seconds"))
        clock.advance(by: 1)
        #expect(try await passes(service))
        // Another sender or recipient is new.
        #expect(try await !passes(service, from: "bo@ann.test"))
        #expect(try await !passes(service, to: "bob@our.test"))
        // What passed stays known while it is used.
        for _ in 0..<3 {
            clock.advance(by: 36 * Self.day)
            #expect(try await passes(service))
        }
        clock.advance(by: 36 * Self.day + 1)
        #expect(try await !passes(service))
    }

    @Test func whoComesTooLateStartsAgain() async throws {
        let service = try service()
        #expect(try await !passes(service))
        clock.advance(by: 2 * Self.day + 1)
        #expect(try await !passes(service))
        clock.advance(by: 300)
        #expect(try await passes(service))
    }

    @Test("U13: a pool within a /24 or /64 is one client, and so is a domain that SPF proves") func pools() async throws
    {
        let service = try service()
        #expect(try await !passes(service, [192, 0, 2, 1]))
        clock.advance(by: 301)
        #expect(try await !passes(service, [192, 0, 3, 1]))
        #expect(try await passes(service, [192, 0, 2, 200]))
        let one: [UInt8] = [0x20, 1, 0xD, 0xB8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]
        let same = Array(one.dropLast(2)) + [9, 9]
        #expect(try await !passes(service, from: "six@ann.test", one))
        clock.advance(by: 301)
        #expect(try await passes(service, from: "six@ann.test", same))
        #expect(try await !passes(service, from: "big@pool.test", [198, 51, 100, 1], spf: "pool.test"))
        clock.advance(by: 301)
        #expect(try await passes(service, from: "big@pool.test", [203, 0, 113, 1], spf: "pool.test"))
        #expect(try await !passes(service, from: "big@pool.test", [203, 0, 113, 1]))
    }

    @Test func aKnownPoolMayComeFromAnyOfItsNetworks() async throws {
        var settings = GreylistSettings()
        settings.pools = ["big": try ["198.51.100.0/24", "203.0.113.0/24"].map { try #require(IPNetwork($0)) }]
        let service = try service(settings)
        #expect(try await !passes(service, [198, 51, 100, 1]))
        clock.advance(by: 301)
        #expect(try await passes(service, [203, 0, 113, 9]))
    }

    @Test func aClientWhoseMailPassedOftenNeedNotWait() async throws {
        let service = try service()
        for number in 0..<5 {
            #expect(try await !passes(service, from: "u\(number)@ann.test"))
            clock.advance(by: 301)
            #expect(try await passes(service, from: "u\(number)@ann.test"))
        }
        #expect(try await passes(service, from: "new@ann.test"))
        #expect(try await !passes(service, from: "new@ann.test", [198, 51, 100, 1]))
        clock.advance(by: 36 * Self.day + 1)
        #expect(try await !passes(service, from: "other@ann.test"))
    }

    @Test func codesForSigningUpComeAtOnceIfThePolicySaysSo() async throws {
        var settings = GreylistSettings()
        settings.skipsProven = true
        let service = try service(settings)
        #expect(try await passes(service, spf: "ann.test"))
        #expect(try await !passes(service))
        #expect(try await !passes(service, spf: "evil.test"))
    }

    @Test func aWelcomeContactNeverWaits() async throws {
        let world = try ContactWorld()
        try await world.decide(.welcome, "ann@ann.test")
        let service = try service(contacts: world.contacts)
        #expect(try await passes(service, spf: "ann.test"))
        #expect(try await !passes(service))
        #expect(try await !passes(service, to: "bob@our.test", spf: "ann.test"))
    }

    @Test func itIsRememberedByTheStoreAndReadByTheKey() async throws {
        let store = MemoryGreylistStore()
        #expect(try await !passes(try service(store: store)))
        clock.advance(by: 301)
        #expect(try await !passes(try service(store: store, key: "another key")))
        #expect(try await passes(try service(store: store)))
    }

    @Test("U13, F10: a clock that jumps lets nobody in too early, and costs no more than one wait") func jumps()
        async throws
    {
        let service = try service()
        #expect(try await !passes(service))
        clock.advance(by: -10 * 365 * Self.day)
        #expect(try await !passes(service))
        clock.advance(by: 299)
        #expect(try await !passes(service))
        clock.advance(by: 1)
        #expect(try await passes(service))
        clock.advance(by: -365 * Self.day)
        #expect(try await passes(service))
        clock.advance(by: 20 * 365 * Self.day)
        #expect(try await !passes(service))
        clock.advance(by: 300)
        #expect(try await passes(service))
    }

    @Test("U13: the table stays bounded, and keeps what passed") func bounded() async throws {
        let store = MemoryGreylistStore(maximum: 1_000)
        let now = Timestamp(seconds: 1_000)
        let passed = GreylistKey(high: 1, low: 1)
        _ = try await store.change(passed) { _ in GreylistEntry(firstSeen: now, lastSeen: now, passed: 1) }
        for number in 0..<100_000 {
            let time = Timestamp(seconds: 1_000 + Int64(number))
            _ = try await store.change(GreylistKey(high: 2, low: UInt64(number))) { _ in
                GreylistEntry(firstSeen: time, lastSeen: time)
            }
        }
        #expect(try await store.count() == 1_000)
        #expect(try await store.change(passed) { $0 } != nil)
        #expect(try await store.change(GreylistKey(high: 2, low: 99_999)) { $0 } != nil)
        #expect(try await store.change(GreylistKey(high: 2, low: 5)) { $0 } == nil)
    }

    @Test func whatIsOldExpires() async throws {
        let store = MemoryGreylistStore()
        let greylist = Greylist(store, key: [])
        let start = clock.now()
        _ = try await store.change(GreylistKey(high: 1, low: 1)) { _ in
            GreylistEntry(firstSeen: start, lastSeen: start, passed: 3)
        }
        _ = try await store.change(GreylistKey(high: 1, low: 2)) { _ in GreylistEntry(firstSeen: start, lastSeen: start)
        }
        clock.advance(by: 2 * Self.day + 1)
        #expect(try await greylist.expire(at: clock.now()) == 1)
        clock.advance(by: 34 * Self.day)
        #expect(try await greylist.expire(at: clock.now()) == 1)
    }
}
