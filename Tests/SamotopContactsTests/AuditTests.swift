import SMTP
import SamotopCore
import SamotopTesting
import Synchronization
import Testing

@testable import SamotopContacts

/// A store that can be made to fail.
private final class FailingAuditStore: AuditStore {
    let store = MemoryAuditStore()
    let fails = Mutex(true)

    func append(_ entries: [AuditEntry]) async throws {
        if fails.withLock({ $0 }) { throw ContactStoreError.insufficientStorage(cause: "test") }
        try await store.append(entries)
    }
    func entries(ofEnvelope id: String) async throws -> [AuditEntry] { try await store.entries(ofEnvelope: id) }
    func entries(from correspondent: String, to owner: Owner?, limit: Int) async throws -> [AuditEntry] {
        try await store.entries(from: correspondent, to: owner, limit: limit)
    }
    func expire(before: Timestamp, maximum: Int) async throws -> Int { 0 }
}

@Suite struct AuditTests {
    private let store = MemoryAuditStore()
    private let clock = ManualClock(seconds: ContactWorld.start)
    private let contacts = CachedContacts(MemoryContactStore())
    private let box = MemoryMailboxes(["alice@our.test": ["alice"], "bob@our.test": ["bob"]])
    private let evidence = Evidence()
    private let alice = Owner("alice")

    private func service(_ auditing: Auditing) throws -> MailService {
        try MailService("mx.our.test", delivering: box, observers: [auditing], clock: clock) {
            [evidence, contacts, clock] in
            auditing
            evidence
            ContactScreening(of: contacts, policies: PolicyBook(clock: clock), record: auditing, clock: clock)
        }
    }

    private func send(_ service: MailService, _ lines: String...) async throws {
        clock.advance(by: 1)
        let connection = await MemoryConnection(service)
        for line in ["EHLO a.test"] + lines {
            _ = try await connection.receive()
            try await connection.send(Array("\(line)\r\n".utf8))
        }
        try await connection.drop()
    }

    @Test func whyHasAnAnswer() async throws {
        let auditing = Auditing(store, clock: clock)
        let service = try service(auditing)
        evidence.set(.proving("ann.test"))
        let message = ["DATA", "From: Ann <ann@ann.test>\r\n\r\nHi.\r\n."]
        try await send(service, "MAIL FROM:<b@ann.test>", "RCPT TO:<alice@our.test>", message[0], message[1])
        try await auditing.flush()
        var why = try await Explanation.ofMail(from: "ann@ann.test", to: alice, in: store)
        #expect(why.outcome == .postponed)
        #expect(why.decisive?.cause == "waits for the owner's word")
        let desk = ContactDesk(contacts, audit: store, clock: clock)
        let ann = try #require(ContactWorld.correspondent("ann@ann.test"))
        _ = try await desk.decide(.welcome, about: ann, of: alice, by: "page", note: "a friend")
        try await send(service, "MAIL FROM:<b@ann.test>", "RCPT TO:<alice@our.test>", message[0], message[1])
        try await auditing.flush()
        why = try await Explanation.ofMail(from: "ann.test", in: store)
        #expect(why.outcome == .delivered)
        #expect(why.entries.map(\.verdict) == ["postpone", "welcome", "delivered"])
        #expect(why.entries.map(\.cause).contains("welcome address"))
        let id = try #require(box.delivered.first?.id)
        let envelope = try await Explanation.ofEnvelope(id, in: store)
        #expect(envelope.outcome == .delivered)
        #expect(envelope.entries.map(\.judge) == ["contacts"])
        #expect(try await Explanation.ofMail(from: "ann.test", to: Owner("bob"), in: store).entries == [])
        #expect(try await Explanation.ofMail(from: "nn.test", in: store).outcome == .unknown)
    }

    @Test func whatIsRefusedAtRCPTIsKnownByItsOwner() async throws {
        let auditing = Auditing(store, clock: clock)
        let service = try service(auditing)
        let desk = ContactDesk(contacts, clock: clock)
        let eve = try #require(ContactWorld.correspondent("eve@evil.test"))
        _ = try await desk.decide(.blocked, about: eve, of: alice, by: "page")
        try await send(
            service, "MAIL FROM:<Eve@Evil.test>", "RCPT TO:<alice@our.test>", "RCPT TO:<x@our.test>",
            "RCPT TO:<y@z.test>")
        try await auditing.flush()
        let entries = try await Explanation.ofMail(from: "eve@evil.test", in: store).entries
        #expect(entries.map(\.owner) == [alice, nil, nil])
        #expect(entries.map(\.judge) == ["contacts", "directory", "relay rule"])
        #expect(Set(entries.map(\.verdict)) == ["reject"])
        #expect(Set(entries.map(\.envelope)).count == 1)
    }

    @Test func whatADecisionDidNotChangeIsNotRecorded() async throws {
        let desk = ContactDesk(contacts, audit: store, clock: clock)
        let ann = try #require(ContactWorld.correspondent("ann@ann.test"))
        _ = try await desk.decide(.blocked, about: ann, of: alice, by: "page")
        clock.advance(by: 1)
        _ = try await desk.decide(.blocked, about: ann, of: alice, by: "page")
        _ = try await desk.apply([ContactEntry(ann)], of: alice)
        #expect(try await store.entries(from: "ann@ann.test", to: alice, limit: 9).map(\.verdict) == ["blocked"])
    }

    @Test func whatCannotBeWrittenWaitsAndIsBounded() async throws {
        let failing = FailingAuditStore()
        let auditing = Auditing(failing, capacity: 5, clock: clock)
        let session = Session(id: "s", role: .mx, client: .local)
        func fail(_ count: Int) {
            for number in 0..<count { auditing.observe(.failed(cause: "\(number)"), in: session) }
        }
        fail(3)
        await #expect(throws: ContactStoreError.self) { try await auditing.flush() }
        fail(4)
        #expect(auditing.dropped == 2)
        failing.fails.withLock { $0 = false }
        try await auditing.flush()
        #expect(try await failing.entries(ofEnvelope: "").map(\.cause) == ["0", "1", "2", "0", "1"])
    }

    @Test func theRecordInMemoryIsBounded() async throws {
        let store = MemoryAuditStore(maximum: 100)
        func entry(_ number: Int) -> AuditEntry {
            AuditEntry(
                time: Timestamp(seconds: Int64(number)), envelope: "e", owner: alice, sender: "a@b.test",
                stage: "message",
                judge: "j", verdict: "pass", cause: "\(number)")
        }
        for number in 0..<1_000 { try await store.append([entry(number)]) }
        let kept = try await store.entries(ofEnvelope: "e")
        #expect(kept.count == 100)
        #expect(kept.last?.cause == "999")
        #expect(try await store.entries(from: "b.test", to: alice, limit: 2).map(\.cause) == ["999", "998"])
        try await store.expire(before: Timestamp(seconds: 990), maximum: 5)
        #expect(try await store.entries(ofEnvelope: "e").map(\.cause) == ["995", "996", "997", "998", "999"])
    }
}
