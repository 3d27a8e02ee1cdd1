import SMTP
public import SamotopCore
import Synchronization

/// Who tried before: a sender that comes again after some minutes, as mail servers do and most spam programs don't, is let in
/// (RFC 6647).
///
/// What is remembered are keyed hashes of the client (its /24 or /64, the domain that SPF proved, or a known pool), the
/// reverse-path and the recipient. A client whose mail passed a few times needn't wait for other senders and recipients.
public final class Greylist: Sendable {
    private let store: any GreylistStore
    private let hash: KeyedHash
    private let settings: GreylistSettings
    private let rule: GreylistRule

    /// - Parameters:
    ///   - key: of the hashes; see ``KeyedHash``. Keep it as long as the store.
    public init(_ store: any GreylistStore, key: [UInt8], settings: GreylistSettings = GreylistSettings()) {
        self.store = store
        self.settings = settings
        hash = KeyedHash(key: key)
        rule = GreylistRule(settings)
    }

    /// Nil: it may pass; else the seconds it has to wait.
    func wait(
        client: ClientAddress, network: String, provenDomain: [UInt8]?, reversePath: ReversePath, recipient: [UInt8],
        at now: Timestamp
    ) async throws -> Int64? {
        if settings.skipsProven, provenDomain != nil { return nil }
        let clientPart = Self.part(pool(client), provenDomain, network)
        let sender = reversePath.bytes.map(\.foldedASCII)
        let triplet = hash.key([Array("triplet".utf8), clientPart, sender, recipient.map(\.foldedASCII)])
        let clientKey = hash.key([Array("client".utf8), clientPart])
        if settings.trustAfter > 0, try await isTrusted(clientKey, at: now) { return nil }
        let step = Step(rule)
        try await store.change(triplet) { step.take($0, at: now) }
        switch step.outcome {
        case .wait(let seconds): return seconds
        case .pass:
            // Nobody waits for this count: it only makes later ones pass sooner.
            if settings.trustAfter > 0 { try await note(clientKey, at: now) }
            return nil
        }
    }

    /// Removes what is too old, and the longest unseen over the maximum; returns how many.
    @discardableResult
    public func expire(at now: Timestamp) async throws -> Int {
        try await store.expire(
            triedBefore: Timestamp(seconds: now.seconds &- rule.window),
            passedBefore: Timestamp(seconds: now.seconds &- rule.lifetime), maximum: settings.maximum)
    }

    private func pool(_ client: ClientAddress) -> String? {
        settings.pools.keys.sorted().first { settings.pools[$0]?.contains { $0.contains(client) } == true }
    }

    private static func part(_ pool: String?, _ domain: [UInt8]?, _ network: String) -> [UInt8] {
        if let pool { return Array("pool ".utf8) + Array(pool.utf8) }
        if let domain { return Array("domain ".utf8) + domain }
        return Array("network ".utf8) + Array(network.utf8)
    }

    /// Looks only; the entry of a client that isn't trusted yet is made when its mail passes.
    private func isTrusted(_ key: GreylistKey, at now: Timestamp) async throws -> Bool {
        let (rule, needed) = (rule, settings.trustAfter)
        let entry = try await store.change(key) { entry in
            guard var entry, entry.passed >= needed else { return entry }
            guard case .pass(false) = rule.step(entry, at: now).outcome else { return nil }
            // Once a day is enough to be remembered, and spares the store the rest.
            if now.seconds &- entry.lastSeen.seconds > 86_400 { entry.lastSeen = now }
            return entry
        }
        return entry.map { $0.passed >= needed } ?? false
    }

    private func note(_ key: GreylistKey, at now: Timestamp) async throws {
        try await store.change(key) { entry in
            var entry = entry ?? GreylistEntry(firstSeen: now, lastSeen: now)
            entry.passed = entry.passed.addingWithoutOverflow(1)
            entry.lastSeen = max(entry.lastSeen, now)
            return entry
        }
    }
}

/// A step whose outcome comes out of the store's change; it may be taken more than once.
private final class Step: Sendable {
    private let rule: GreylistRule
    private let taken = Mutex<GreylistRule.Outcome?>(nil)

    init(_ rule: GreylistRule) { self.rule = rule }

    func take(_ entry: GreylistEntry?, at now: Timestamp) -> GreylistEntry {
        let (entry, outcome) = rule.step(entry, at: now)
        taken.withLock { $0 = outcome }
        return entry
    }

    /// Of a store that never asked: the first try.
    var outcome: GreylistRule.Outcome { taken.withLock { $0 } ?? .wait(seconds: rule.wait) }
}
