import InternetMessage
import NameResolution
import SMTP
import SamotopCore
import SamotopDelivery
import SamotopGuards
import SamotopQueue
import SamotopRelay
import SamotopTesting
import SenderAuthentication
import Synchronization
import Testing

@testable import SamotopSigning

/// A server in memory at `mx.our.test`: mailboxes and aliases of `our.test`, a queue that keeps what it is given, and the DNS.
final class House: Sendable {
    static let now: Int64 = 1_700_000_000
    static let stranger = ClientAddress.ipv4([192, 0, 2, 7])
    static let trusted = ClientAddress.ipv4([192, 0, 2, 9])

    let clock = ManualClock(seconds: now)
    let box = MemoryMailboxes(["ann@our.test": ["ann"], "bob@our.test": ["bob"]])
    let queue = CapturedQueue()
    let zone: Zone
    let rewriting: SenderRewriting
    let policy: SigningPolicy
    let threads = StorageThreads(count: 2)
    let mail: MailService

    /// - Parameters:
    ///   - guards: behind authentication.
    ///   - sealing: whether what is forwarded is sealed.
    init(
        _ zone: Zone = Zone(), keys: [SigningKey]? = nil, guards: [any MailGuard] = [], sealing: Bool = true
    ) throws {
        let (now, dns) = (self.clock, zone)
        self.zone = zone
        let our = try name("our.test")
        policy = try SigningPolicy([our: keys ?? [zone.rsa, zone.ed25519]])
        let domain = try #require(Domain("our.test"))
        rewriting = try #require(SenderRewriting(domain: domain, keys: [[UInt8](repeating: 7, count: 32)]))
        let directory = try SamotopDelivery.Directory(
            domains: [try #require(DomainName("our.test"))],
            mailboxes: ["ann", "bob"].map {
                MailboxEntry(address: try #require(Mailbox("\($0)@our.test")), name: $0, folder: $0)
            },
            aliases: [
                ("away", ["x@far.test"]), ("nest", ["away@our.test"]), ("mixed", ["ann@our.test", "x@far.test"]),
                ("team", ["nest@our.test", "mixed@our.test", "y@other.test"]),
            ].map { (alias: String, targets: [String]) in
                AliasEntry(
                    address: try #require(Mailbox("\(alias)@our.test")),
                    targets: try targets.map { try #require(Mailbox($0)) })
            }, allowsForwarding: true, postmaster: "ann")
        let host = try #require(DomainName("mx.our.test"))
        let delivery = QueuedDelivery(
            around: HouseMailboxes(directory: directory, box: box), queue: queue,
            forwarding: ForwardedSenders(rewriting, name: host))
        let sealer = ARCSealer(
            key: zone.rsa.key, domain: our, selector: zone.rsa.selector,
            authservID: try #require(AuthservID(Array("mx.our.test".utf8))))
        mail = try MailService(
            "mx.our.test", delivering: BounceAddresses(around: delivery, rewriting, clock: clock),
            relaying: RelayRule(submitter: { $0.client == Self.trusted ? Submitter(.local, name: "office") : nil }),
            signers: [
                AuthorSigner(policy, threads: threads),
                ForwardingSealer(sealing ? sealer : nil, resolver: zone, threads: threads),
            ], clock: clock
        ) { [rewriting] in
            Authenticating(with: dns, clock: now)
            ForwardingGuard(rewriting, clock: now)
            guards
        }
    }

    /// The last reply line's first nine octets of each, from MAIL on, as far as it went.
    @discardableResult
    func send(
        _ content: [UInt8], from sender: String, to recipients: [String], by client: ClientAddress = stranger,
        options: String = ""
    ) async throws -> [String] {
        let connection = await MemoryConnection(mail, client: client)
        _ = try await connection.receive()
        _ = try await say("EHLO mail.legit.test", connection)
        var replies = [try await say("MAIL FROM:<\(sender)>", connection)]
        guard replies[0].hasPrefix("2") else { return replies }
        for recipient in recipients { replies.append(try await say("RCPT TO:<\(recipient)>\(options)", connection)) }
        guard replies.dropFirst().contains(where: { $0.hasPrefix("2") }) else { return replies }
        _ = try await say("DATA", connection)
        try await connection.send(content + Array(".\r\n".utf8))
        replies.append(Self.last(try await connection.receive()))
        return replies
    }

    private func say(_ line: String, _ connection: MemoryConnection) async throws -> String {
        try await connection.send(Array("\(line)\r\n".utf8))
        return Self.last(try await connection.receive())
    }

    private static func last(_ octets: [UInt8]) -> String {
        String(String(decoding: octets, as: UTF8.self).split(separator: "\r\n").last?.prefix(9) ?? "")
    }

    /// What DKIM says of a message as it goes out.
    func signatures(of octets: [UInt8]) async -> [DKIMFinding] {
        await DKIMVerifier(resolver: zone).verify(SignedMessage(octets), now: Self.now)
    }

    func chain(of octets: [UInt8]) async -> ARCFinding {
        await ARCVerifier(resolver: zone).verify(SignedMessage(octets), now: Self.now)
    }
}

/// The directory of the house in front of mailboxes in memory.
struct HouseMailboxes: BatchDeliveryAgent {
    let directory: SamotopDelivery.Directory
    let box: MemoryMailboxes

    func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { directory.answer(for: path) }

    func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        try await box.deliver(message, to: recipients)
    }

    func deliver(_ batch: [ReceivedMessage], isReplay: Bool) async -> [DeliveryError?] {
        await box.deliver(batch, isReplay: isReplay)
    }
}

/// A queue that keeps what it is given.
final class CapturedQueue: QueueIntake {
    private let kept = Mutex<[NewMessage]>([])

    var messages: [NewMessage] { kept.withLock { $0 } }

    func add(_ messages: [NewMessage]) async throws -> [Bool] {
        kept.withLock { $0 += messages }
        return messages.map { _ in true }
    }
}

/// The DNS: `legit.test` has SPF for the stranger and a key at `sel`; `our.test` has two keys. Can be told to fall silent.
final class Zone: NameResolution.Resolver {
    let rsa: SigningKey
    let ed25519 = SigningKey(known("ed"), .makeEd25519())
    let legit = SigningKey(known("sel"), .makeEd25519())
    private let zone: Mutex<ZoneResolver>
    private let silent = Mutex<Set<DNSName>>([])

    /// One key for all tests: an RSA key takes a while.
    private static let rsaKey = try? DKIMPrivateKey.makeRSA()

    init() {
        rsa = SigningKey(known("2026"), Self.rsaKey ?? .makeEd25519())
        var zone = ZoneResolver()
        for (key, domain) in [(rsa, "our.test"), (ed25519, "our.test"), (legit, "legit.test")] {
            zone.add(
                known("\(key.selector.text)._domainkey.\(domain)"), .txt, .text(key.key.record.strings))
        }
        zone.add(known("legit.test"), .txt, .text([Array("v=spf1 ip4:192.0.2.7 -all".utf8)]))
        zone.add(known("strict.test"), .txt, .text([Array("v=spf1 -all".utf8)]))
        zone.add(known("_dmarc.strict.test"), .txt, .text([Array("v=DMARC1; p=reject".utf8)]))
        self.zone = Mutex(zone)
    }

    func add(_ name: DNSName, _ text: [[UInt8]]) { zone.withLock { $0.add(name, .txt, .text(text)) } }

    func silence(_ name: DNSName) { silent.withLock { _ = $0.insert(name) } }

    func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
        if silent.withLock({ $0.contains(name) }) { return Answer(.failure(.timeout)) }
        return await zone.withLock { $0 }.resolve(name, type)
    }
}

func name(_ text: String) throws -> DNSName { try #require(DNSName(text)) }

/// For names that are written in the tests; another one would fail the first assertion.
func known(_ text: String) -> DNSName { DNSName(text) ?? .root }

enum Letter {
    static func octets(from author: String = "Ann <ann@our.test>", more: String = "", body: String = "Hi.\r\n")
        -> [UInt8]
    {
        let text =
            "From: \(author)\r\n\(more)To: x@far.test\r\nSubject: Hello\r\nDate: Tue, 14 Nov 2023 22:13:20 +0000\r\n\r\n"
        return Array((text + body).utf8)
    }

    /// With a signature on top.
    static func signed(_ octets: [UInt8], by key: SigningKey, of domain: String) throws -> [UInt8] {
        let signer = DKIMSigner(key: key.key, domain: try name(domain), selector: key.selector)
        return try signer.sign(SignedMessage(octets, bodyHashes: [signer.bodyHash]), now: House.now).raw + octets
    }
}

extension MailContent {
    func octets() throws -> [UInt8] {
        var octets: [UInt8] = []
        try read { slice in slice.withUnsafeBufferPointer { octets += $0 } }
        return octets
    }
}

extension [UInt8] {
    /// The bodies of the fields of this name in a message.
    func fields(_ name: String) -> [String] {
        HeaderFieldName(Array<UInt8>(name.utf8)).map { name in
            HeaderSection(self).fields(named: name).map { String(decoding: $0.unfoldedBody, as: UTF8.self) }
        } ?? []
    }
}
