import InternetMessage
import SMTP
import SamotopContacts
import SamotopCore
import SamotopTesting
import Synchronization
import Testing

/// Counts what is asked of it, and can fail.
private final class CountingStore: ContactStore {
    private let store = MemoryContactStore()
    private let state = Mutex((asked: 0, fails: false))

    var asked: Int { state.withLock { $0.asked } }
    func fail(_ fails: Bool) { state.withLock { $0.fails = fails } }

    private func note() throws {
        try state.withLock { state in
            state.asked += 1
            if state.fails { throw ContactStoreError.failed(cause: "test") }
        }
    }

    func contacts(of owner: Owner, about correspondents: [Correspondent]) async throws -> [Contact] {
        try note()
        return try await store.contacts(of: owner, about: correspondents)
    }
    func contact(_ id: ContactID, of owner: Owner) async throws -> Contact? { try await store.contact(id, of: owner) }
    func contacts(of owner: Owner, matching query: ContactQuery) async throws -> [Contact] {
        try note()
        return try await store.contacts(of: owner, matching: query)
    }
    func counts(of owner: Owner) async throws -> [Contact.State: Int] { try await store.counts(of: owner) }
    func owners() async throws -> [Owner] { try await store.owners() }
    func change(
        _ correspondent: Correspondent, of owner: Owner, _ change: @Sendable @escaping (Contact?) -> Contact?
    ) async throws -> Contact? {
        try note()
        return try await store.change(correspondent, of: owner, change)
    }
    func file(
        _ request: ContactRequest, from correspondent: Correspondent, identity: Identity, of owner: Owner,
        within limits: RequestLimits
    ) async throws -> Filing {
        try note()
        return try await store.file(request, from: correspondent, identity: identity, of: owner, within: limits)
    }
    func noteDeliveries(_ deliveries: [Delivery]) async throws { try note() }
    func expire(waitingSince moment: Timestamp, limit: Int) async throws -> [Contact] { [] }
    func version() async throws -> Int64 { try await store.version() }
}

@Suite struct CacheTests {
    private let store = CountingStore()
    private let contacts: CachedContacts
    private let screening: ContactScreening
    private let alice = Owner("alice")

    init() throws {
        contacts = CachedContacts(store)
        screening = ContactScreening(of: contacts)
    }

    private func ask(_ sender: String) async throws -> Verdict {
        var session = Session(id: "s", role: .mx, client: .ipv4([192, 0, 2, 7]))
        session.evidence = [
            AuthenticationResult(
                method: .spf, result: .pass, properties: [.init(.smtp, .mailfrom, Array("ann.test".utf8))])
        ]
        let path = ReversePath.mailbox(try #require(Mailbox(sender)))
        let recipient = Recipient(
            path: .mailbox(try #require(Mailbox("alice@our.test"))), parameters: RcptParameters(),
            destinations: [.mailbox("alice")])
        let envelope = Envelope(id: "e", reversePath: path, parameters: MailParameters())
        return try await screening.recipient(recipient, envelope, &session)
    }

    @Test func whatIsAtHandAsksNobody() async throws {
        let desk = ContactDesk(contacts)
        for (text, state) in [("ann@ann.test", Contact.State.welcome), ("eve@ann.test", .blocked)] {
            let correspondent = try #require(ContactWorld.correspondent(text))
            try await desk.decide(state, about: correspondent, of: alice, by: "test")
        }
        let verdicts = try await [ask("ann@ann.test"), ask("eve@ann.test"), ask("new@ann.test")]
        let asked = store.asked
        for _ in 0..<10 {
            #expect(try await [ask("ann@ann.test"), ask("eve@ann.test"), ask("new@ann.test")] == verdicts)
        }
        #expect(store.asked == asked)
        store.fail(true)
        #expect(try await ask("ann@ann.test") == .pass)
        await #expect(throws: ContactStoreError.self) { try await ask("other@ann.test") }
    }

    @Test func aStoreThatFailsPostpones() async throws {
        store.fail(true)
        let evidence = Evidence()
        let mail = try MailService("mx.our.test", delivering: MemoryMailboxes(["alice@our.test": ["alice"]])) {
            evidence
            screening
        }
        let connection = await MemoryConnection(mail)
        for line in ["EHLO a.test", "MAIL FROM:<x@y.test>", "RCPT TO:<alice@our.test>"] {
            _ = try await connection.receive()
            try await connection.send(Array("\(line)\r\n".utf8))
        }
        #expect(String(decoding: try await connection.receive(), as: UTF8.self).hasPrefix("451 4.3.0"))
    }

    @Test func countsThatCannotBeWrittenAreBounded() async throws {
        let ann = try #require(ContactWorld.correspondent("ann@ann.test"))
        for number in 0..<11_000 {
            let one = try #require(ContactWorld.correspondent("a\(number)@ann.test"))
            // Who writes often takes no more room for it.
            for each in [one, ann] {
                try await contacts.noteDeliveries([
                    Delivery(owner: alice, correspondent: each, time: Timestamp(seconds: 0))
                ])
            }
        }
        #expect(contacts.uncounted == 1_001)
    }

    @Test("M20: a domain with other letters is its A-labels, in books and in mail") func internationalDomains()
        async throws
    {
        let convert: @Sendable ([UInt8]) -> [UInt8]? = { domain in
            domain.elementsEqual("b\u{FC}cher.test".utf8) ? Array("xn--bcher-kva.test".utf8) : nil
        }
        let mailbox = try #require(Mailbox("ann@B\u{FC}cher.test"))
        let desk = ContactDesk(contacts, asciiDomain: convert)
        let contact = try await desk.decide(.welcome, about: .address(mailbox), of: alice, by: "test")
        #expect(contact?.correspondent.text == "ann@xn--bcher-kva.test")
        #expect(contact?.identity == Identity(.domain("xn--bcher-kva.test")))
        #expect(try await desk.contact(about: .address(mailbox), of: alice) == contact)
        #expect(try await desk.forget(.address(mailbox), of: alice, by: "test") == .forgotten)
    }
}
