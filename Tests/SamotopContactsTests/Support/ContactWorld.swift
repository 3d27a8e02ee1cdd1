import SMTP
import SamotopContacts
import SamotopCore
import SamotopTesting
import Testing

/// A server in memory where Alice and Bob decide who may write.
final class ContactWorld: Sendable {
    static let start: Int64 = 1_700_000_000
    static let alice = Owner("alice")
    static let bob = Owner("bob")

    let store = MemoryContactStore()
    let contacts: CachedContacts
    let policies = MemoryPolicyStore()
    let passes = MemoryPassStore()
    let greylistStore = MemoryGreylistStore()
    let arrivals = HeldArrivals()
    let clock = ManualClock(seconds: start)
    let evidence = Evidence()
    let witness = FolderWitness()
    let box = MemoryMailboxes([
        "alice@our.test": ["alice"], "al@our.test": ["alice"], "bob@our.test": ["bob"],
        "team@our.test": ["alice", "bob"],
        "shop-x@our.test": ["alice"], "new-1@our.test": ["alice"], "new-2@our.test": ["alice", "bob"],
    ])
    let desk: ContactDesk
    let mail: MailService

    init(
        strangers: ScreeningPolicy.Treatment = .ask, policy: ScreeningPolicy? = nil,
        settings: ScreeningSettings = ScreeningSettings(), passes: (any PassStore)? = nil,
        extra: [any MailGuard] = [], hidesNames: Bool = false
    ) throws {
        contacts = CachedContacts(store)
        desk = ContactDesk(contacts, clock: clock)
        let standard = policy ?? ScreeningPolicy(strangers: strangers)
        let screening = ContactScreening(
            of: contacts, policies: PolicyBook(policies, standard: standard, clock: clock),
            passes: passes ?? self.passes,
            greylist: Greylist(greylistStore, key: Array("0123456789abcdef".utf8)), arrivals: arrivals,
            settings: settings, clock: clock,
            isNewName: { $0.localPart.content.map { $0 | 0x20 }.starts(with: Array("new-".utf8)) },
            hidesName: { _ in hidesNames })
        mail = try MailService("mx.our.test", delivering: PassAddresses(around: box), clock: clock) {
            [evidence, witness] in
            evidence
            extra
            screening
            witness
        }
    }

    /// The last line's first nine octets of each reply, from MAIL on.
    @discardableResult
    func send(
        from sender: String, to recipients: [String] = ["alice@our.test"], author: String? = nil, more: String = "",
        facts: Evidence.Facts = .nothing, client: ClientAddress = .ipv4([192, 0, 2, 7]), role: Role = .mx
    ) async throws -> [String] {
        evidence.set(facts)
        let connection = await MemoryConnection(mail, role: role, client: client)
        _ = try await connection.receive()
        _ = try await say("\(role == .lmtp ? "LHLO" : "EHLO") mail.test\r\n", connection)
        var replies = [try await say("MAIL FROM:<\(sender)>\r\n", connection)]
        for recipient in recipients { replies.append(try await say("RCPT TO:<\(recipient)>\r\n", connection)) }
        let isWanted = replies.dropFirst().contains { $0.hasPrefix("2") }
        guard isWanted, try await say("DATA\r\n", connection).hasPrefix("354") else { return replies }
        let from = (author ?? (sender.isEmpty ? nil : sender)).map { "From: \($0)\r\n" } ?? ""
        replies.append(try await say("\(from)\(more)Subject: Hello\r\n\r\nHi.\r\n.\r\n", connection))
        return replies
    }

    private func say(_ text: String, _ connection: MemoryConnection) async throws -> String {
        try await connection.send(Array(text.utf8))
        let said = String(decoding: try await connection.receive(), as: UTF8.self)
        return String(said.split(separator: "\r\n").last?.prefix(9) ?? "")
    }

    @discardableResult
    func decide(_ state: Contact.State, _ address: String, of owner: Owner = alice, identity: Identity? = nil)
        async throws -> Contact?
    {
        let correspondent = try #require(Self.correspondent(address))
        return try await desk.decide(state, about: correspondent, of: owner, by: "test", identity: identity)
    }

    func contact(_ address: String, of owner: Owner = alice) async throws -> Contact? {
        try await store.contacts(of: owner, about: [try #require(Self.correspondent(address))]).first
    }

    /// An address, a domain, or a list in angle brackets.
    static func correspondent(_ text: String) -> Correspondent? {
        if text.hasPrefix("<") { return .list(Array(text.dropFirst().dropLast().utf8)) }
        if text.contains("@") { return Mailbox(text).map(Correspondent.address) }
        return DomainName(text).map(Correspondent.domain)
    }
}
