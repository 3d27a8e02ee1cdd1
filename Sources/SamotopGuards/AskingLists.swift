import InternetMessage
public import NameResolution
import SMTP
public import SamotopCore
public import SenderAuthentication
import Synchronization

/// Asks lists in the DNS about clients and senders (RFC 5782), as the last thing before a recipient is taken: each question tells a
/// third party who writes to you. An allow list that knows the sender spares the questions to the block lists.
///
/// A list counts only while its test entries are right: each is looked at before its first use, and again every hour.
public struct AskingLists: MailGuard {
    /// A list, and what its entries mean.
    public struct Entry: Sendable {
        /// What an entry means.
        public enum Meaning: Sendable, Hashable {
            /// 550 5.7.1.
            case deny
            /// The lists of the other kind aren't asked.
            case allow
        }

        public let list: DNSList
        public let meaning: Meaning

        /// A list and what its entries mean.
        public init(_ list: DNSList, means meaning: Meaning) {
            self.list = list
            self.meaning = meaning
        }
    }

    /// How long what was found of a list's health holds.
    static let healthTime: Int64 = 3_600
    /// The same when the DNS didn't tell.
    static let unknownHealthTime: Int64 = 60

    private let entries: [Entry]
    private let resolver: any Resolver
    private let exempts: @Sendable (ClientAddress) -> Bool
    private let health: HealthBook
    private let clock: any WallClock

    /// - Parameter exempts: clients that no list is asked about.
    public init(
        _ entries: [Entry], with resolver: any Resolver,
        exempts: @escaping @Sendable (ClientAddress) -> Bool = { _ in false }, clock: any WallClock = SystemClock()
    ) {
        self.entries = entries
        self.resolver = resolver
        self.exempts = exempts
        self.clock = clock
        health = HealthBook()
    }

    public var name: String { "lists" }
    public var isForStrangers: Bool { true }
    public var provides: Set<String> { ["dnswl"] }

    public func recipient(_ recipient: Recipient, _ envelope: Envelope, _ session: inout Session) async throws
        -> Verdict
    {
        // Once for a transaction: the answer is about the client and the sender.
        guard envelope.recipients.isEmpty, !exempts(session.client), let address = session.stranger else {
            return .pass
        }
        let sender = envelope.reversePath.senderDomain
        for entry in entries where entry.meaning == .allow {
            guard await finding(entry.list, address, sender).isListed else { continue }
            session.evidence.append(Self.evidence(entry.list))
            return .pass
        }
        for entry in entries where entry.meaning == .deny {
            guard case .listed(_, let reason) = await finding(entry.list, address, sender) else { continue }
            let cause = "listed by \(entry.list.zone)" + (reason.map { ": \($0)" } ?? "")
            return .reject(Refusal(.listed(by: entry.list.zone), cause: cause))
        }
        return .pass
    }

    /// RFC 8904 §2.
    private static func evidence(_ list: DNSList) -> AuthenticationResult {
        AuthenticationResult(
            method: .dnswl, result: .pass, properties: [.init(.dns, .zone, Array(list.zone.text.utf8))])
    }

    private func finding(_ list: DNSList, _ address: IPAddress, _ sender: DNSName?) async -> DNSListFinding {
        guard await isUsable(list) else { return .notCovered }
        if list.coverage.contains(.domains) {
            guard let sender else { return .notCovered }
            return await list.look(up: sender, asking: resolver)
        }
        return await list.look(up: address, asking: resolver)
    }

    private func isUsable(_ list: DNSList) async -> Bool {
        let now = clock.now().seconds
        if let known = health.known(list.zone, at: now) { return known }
        let found = await list.health(asking: resolver)
        health.note(list.zone, found, at: now)
        return found.isUsable
    }
}

/// What is known of lists, and until when.
private final class HealthBook: Sendable {
    private let known = Mutex<[DNSName: (isUsable: Bool, until: Int64)]>([:])

    func known(_ zone: DNSName, at now: Int64) -> Bool? {
        known.withLock { known in
            guard let entry = known[zone], now < entry.until else { return nil }
            return entry.isUsable
        }
    }

    func note(_ zone: DNSName, _ health: DNSListHealth, at now: Int64) {
        let time = health == .temperror ? AskingLists.unknownHealthTime : AskingLists.healthTime
        known.withLock { $0[zone] = (health.isUsable, now + time) }
    }
}

extension ReversePath {
    /// The domain of the reverse-path as a name of the DNS.
    var senderDomain: DNSName? {
        guard case .mailbox(let mailbox) = self, case .name(let domain) = mailbox.domain else { return nil }
        return DNSName(internationalized: domain.bytes)
    }
}

extension ReplyWords {
    /// It says which list, so that an innocent sender knows whom to ask.
    static func listed(by zone: DNSName) -> ReplyWords { ReplyWords(50, 7, 1, "Listed by \(zone)") }
}
