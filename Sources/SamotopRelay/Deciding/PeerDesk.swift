public import NameResolution
public import SamotopCore
public import SamotopQueue
public import TransportSecurity

/// What is known of other servers' signatures, and what a person decides about them. A decision lets the mail go that
/// waited for it.
public struct PeerDesk: Sendable {
    /// Seconds for which a permission for one message holds.
    public static let permissionSeconds: Int64 = 86_400
    /// Records that one search looks at.
    public static let maximumScanned = 1_000
    /// Messages that are counted for a domain at most.
    public static let maximumWaiting = 100

    private let peers: any PeerStore
    private let queue: any QueueControl
    private let clock: any WallClock

    /// - Parameters:
    ///   - peers: where the records are.
    ///   - queue: where mail waits for decisions.
    public init(peers: any PeerStore, queue: any QueueControl, clock: any WallClock = SystemClock()) {
        self.peers = peers
        self.queue = queue
        self.clock = clock
    }

    /// Up to `limit` records in the order of their names, those behind `domain`; nil: from the beginning.
    public func records(after domain: DNSName? = nil, limit: Int) async throws -> [PeerRecord] {
        try await peers.records(after: domain, limit: limit)
    }

    /// What is known of a domain.
    public func record(of domain: DNSName) async throws -> PeerRecord? { try await peers.record(of: domain) }

    /// Some of the domains whose name contains the text, in the order of their names.
    ///
    /// A search looks at no more than ``maximumScanned`` records, so a page may have less than `limit`, or nothing, and a
    /// ``PeerPage/next``. The domain of exactly this name comes first.
    ///
    /// - Parameters:
    ///   - text: letter case doesn't count; empty: every domain.
    ///   - domain: ``PeerPage/next`` of the page before; nil for the first.
    ///   - limit: records of the page.
    public func find(_ text: String, after domain: DNSName? = nil, limit: Int) async throws -> PeerPage {
        let name = DNSName(internationalized: Array(text.utf8))
        let wanted = [text.lowercased()] + (name.map { [$0.text.lowercased()] } ?? [])
        let exact: PeerRecord? = if let name, !text.isEmpty { try await peers.record(of: name) } else { nil }
        var page = PeerPage(records: domain == nil ? [exact].compactMap(\.self) : [], next: nil)
        var last = domain
        var scanned = 0
        while scanned < Self.maximumScanned {
            let batch = try await peers.records(after: last, limit: 100)
            for record in batch {
                let isWanted = text.isEmpty || wanted.contains { record.domain.text.lowercased().contains($0) }
                if isWanted, record.domain != exact?.domain {
                    guard page.records.count < limit else {
                        page.next = last
                        return page
                    }
                    page.records.append(record)
                }
                last = record.domain
            }
            guard batch.count == 100 else { return page }
            scanned += batch.count
        }
        page.next = last
        return page
    }

    /// The mail in the queue for a domain. A route's mail is counted under the route's name, and not here.
    public func waiting(for domain: DNSName) async -> WaitingMail {
        var query = QueueQuery()
        query.destination = Self.destination(domain)
        let page = await queue.list(query, after: nil, limit: Self.maximumWaiting)
        var waiting = WaitingMail(messages: page.entries.count, isMore: page.next != nil)
        for entry in page.entries {
            let theirs = entry.recipients.filter { $0.destination == query.destination?.text }
            if theirs.contains(where: { $0.state == .held }) { waiting.held += 1 }
            for reason in theirs.compactMap({ $0.hold ?? $0.failure?.words })
            where !reason.isEmpty && waiting.reasons.count < WaitingMail.maximumReasons
                && !waiting.reasons.contains(reason)
            {
                waiting.reasons.append(reason)
            }
        }
        return waiting
    }

    /// Records what a person decided, and lets the mail go that waited for it: it is looked at again, and held again if
    /// something else is wrong.
    ///
    /// - Parameters:
    ///   - keys: SHA-256 of public keys: those to pin, all of them; the one to accept, none for any.
    ///   - maker: who decides, for ``PeerChange/maker``.
    /// - Throws: ``PeerDeskError``, and what the stores throw.
    @discardableResult
    public func decide(
        _ decision: Decision, about domain: DNSName, keys: [Fingerprint] = [], by maker: String
    ) async throws -> Outcome {
        if decision == .pin {
            guard !keys.isEmpty else { throw PeerDeskError.noKey }
            guard Set(keys).count <= PeerDecision.maximumPins else { throw PeerDeskError.tooManyKeys }
        }
        let isKnown = try await peers.record(of: domain) != nil
        guard isKnown || decision.needsNoRecord else { throw PeerDeskError.unknownDomain(domain) }
        let now = clock.now().seconds
        var keys = keys
        if decision == .adopt, keys.isEmpty {
            // Not whoever answers next: the one that was seen.
            guard let seen = try await peers.record(of: domain)?.offered?.chain.first else { throw PeerDeskError.noKey }
            keys = [seen]
        }
        let record = try await peers.change(domain) { [keys] known in
            var record = known ?? PeerRecord(domain: domain, now: now)
            switch decision {
            case .pin: record.pin(keys, now: now, by: maker)
            case .unpin: record.pin([], now: now, by: maker)
            case .accept:
                record.acceptOnce(key: keys.first, until: now + Self.permissionSeconds, now: now, by: maker)
            case .adopt:
                record.acceptOnce(
                    key: keys.first, isLasting: true, until: now + Self.permissionSeconds, now: now, by: maker)
            case .hold: record.holdMail(true, now: now, by: maker)
            case .release: record.holdMail(false, now: now, by: maker)
            case .watch: record.holdOnDifference(true, now: now, by: maker)
            case .unwatch: record.holdOnDifference(false, now: now, by: maker)
            case .lower: record.lower(to: .plaintext, now: now, by: maker)
            }
            return record
        }
        guard let record else { throw PeerDeskError.unknownDomain(domain) }
        return Outcome(record: record, released: decision.letsMailGo ? try await release(domain) : 0)
    }

    private func release(_ domain: DNSName) async throws -> Int {
        var query = QueueQuery()
        query.destination = Self.destination(domain)
        query.state = .held
        // What an operator holds, or what can't be read, waits for something else.
        query.hold = .signature
        let released = try await queue.perform(.release, on: .matching(query))
        query.state = .waiting
        query.hold = nil
        _ = try await queue.perform(.retry, on: .matching(query))
        return released.changed
    }

    private static func destination(_ domain: DNSName) -> QueueDestination {
        QueueDestination(name: domain.text.lowercased())
    }
}

extension PeerDesk {
    /// What a person may decide.
    public enum Decision: String, Sendable, Hashable, CaseIterable {
        /// The keys were compared with the domain's owner: mail goes only to servers with one of them.
        case pin
        /// No key is pinned any more.
        case unpin
        /// One message may go to a server that isn't the one that is known.
        case accept
        /// What differs from what was seen before is how the domain is from now on. It is for the key that was named, else for the one that
        /// was seen.
        case adopt
        /// All mail waits.
        case hold
        /// Mail goes again.
        case release
        /// Mail waits when anything isn't as it was seen before.
        case watch
        /// It doesn't any more.
        case unwatch
        /// What was reached before is given up: mail goes by what the domain offers now.
        case lower

        /// It may come before the first message.
        var needsNoRecord: Bool { self == .hold || self == .watch || self == .pin }

        var letsMailGo: Bool { self != .hold && self != .watch }
    }

    /// What came of a decision.
    public struct Outcome: Sendable, Hashable {
        /// What is known now.
        public let record: PeerRecord
        /// Recipients whose mail waited for it, and goes on.
        public let released: Int
    }
}

/// Some domains.
public struct PeerPage: Sendable, Hashable {
    /// What is known of them.
    public var records: [PeerRecord]
    /// Where the next page begins; nil: this is the last one.
    public var next: DNSName?
}

/// Mail in the queue for one domain.
public struct WaitingMail: Sendable, Hashable {
    /// Reasons that are told at most.
    public static let maximumReasons = 3

    /// Messages, up to ``PeerDesk/maximumWaiting``.
    public var messages: Int
    /// There are more than were counted.
    public var isMore: Bool
    /// Those of them that wait for a decision.
    public var held = 0
    /// Why they wait, in plain words, each once.
    public var reasons: [String] = []
}

/// Why a decision can't be made.
public enum PeerDeskError: Error, Sendable, Hashable {
    /// Nothing is known of the domain: no mail went there yet.
    case unknownDomain(DNSName)
    /// Nothing to pin.
    case noKey
    /// More than ``PeerDecision/maximumPins`` keys.
    case tooManyKeys
}
