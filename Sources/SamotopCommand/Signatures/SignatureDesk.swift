import Foundation
import NameResolution
import SamotopCore
import SamotopQueue
import TransportSecurity

/// Answers ``SignatureRequest``s: what is known of other servers' signatures, and what a person decides about them.
struct SignatureDesk: Sendable {
    /// Domains of a page.
    static let page = 100
    /// Seconds for which a permission for one message holds.
    static let permission: Int64 = 86_400

    let peers: any PeerStore
    let queue: any QueueControl
    var clock: any WallClock = SystemClock()

    /// The answer to a line of JSON, as a line of JSON.
    func answer(_ line: Substring) async throws -> String {
        guard let request = try? JSONDecoder().decode(SignatureRequest.self, from: Data(line.utf8)) else {
            throw ControlRefusal(words: "this server can't read that; use the samotop that it was started from")
        }
        if request.action == .list {
            let after = try request.after.map(Self.name)
            return try Self.json(await peers.records(after: after, limit: Self.page))
        }
        let domain = try Self.name(request.domain ?? "")
        if request.action == .show {
            guard let record = try await peers.record(of: domain) else { throw Self.unknown(domain) }
            return try Self.json(record)
        }
        let keys = try request.keys.map { text in
            guard let key = Fingerprint(text) else {
                throw ControlRefusal(words: "\(text) is no SHA-256 fingerprint of 64 hexadecimal digits")
            }
            return key
        }
        let now = clock.now().seconds
        let (action, isKnown) = (request.action, try await peers.record(of: domain) != nil)
        guard isKnown || action == .hold || action == .watch || action == .pin else { throw Self.unknown(domain) }
        let record = try await peers.change(domain) { known in
            var record = known ?? PeerRecord(domain: domain, now: now)
            switch action {
            case .pin: record.pin(keys, now: now)
            case .unpin: record.pin([], now: now)
            case .accept: record.acceptOnce(key: keys.first, until: now + Self.permission, now: now)
            case .hold: record.holdMail(true, now: now)
            case .release: record.holdMail(false, now: now)
            case .watch: record.holdOnDifference(true, now: now)
            case .unwatch: record.holdOnDifference(false, now: now)
            case .lower: record.lower(to: .plaintext, now: now)
            case .list, .show: break
            }
            return record
        }
        // The decision was what the mail waited for: it is looked at again, and held again if something else is wrong.
        if action != .hold, action != .watch {
            var query = QueueQuery()
            query.destination = QueueDestination(name: domain.text.lowercased())
            query.state = .held
            _ = try await queue.perform(.release, on: .matching(query))
            query.state = .waiting
            _ = try await queue.perform(.retry, on: .matching(query))
        }
        return try Self.json(record)
    }

    private static func name(_ text: String) throws(ControlRefusal) -> DNSName {
        guard let name = DNSName(internationalized: Array(text.utf8)) else {
            throw ControlRefusal(words: "\(text) is no domain")
        }
        return name
    }

    private static func unknown(_ domain: DNSName) -> ControlRefusal {
        ControlRefusal(words: "nothing is known of \(domain.text): no mail went there yet")
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
