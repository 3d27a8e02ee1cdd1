import Foundation
import SamotopCore
import SamotopQueue

/// Answers ``QueueRequest``s.
struct QueueDesk: Sendable {
    /// Messages of a page, at most.
    static let page = 200

    let queue: any QueueControl
    /// What became of mail that left.
    var recent = RecentOutcomes()
    /// Nil: nothing is suppressed.
    var suppression: SuppressionRooms?
    var clock: any WallClock = SystemClock()

    /// The answer to a line of JSON, as a line of JSON.
    func answer(_ line: Substring) async throws -> String {
        guard let request = try? JSONDecoder().decode(QueueRequest.self, from: Data(line.utf8)) else {
            throw ControlRefusal(words: "this server can't read that; use the samotop that it was started from")
        }
        switch request.action {
        case .totals: return try Self.json(await queue.totals())
        case .list:
            let limit = min(max(1, request.limit ?? Self.page), Self.page)
            return try Self.json(
                await queue.list(request.query(now: clock.now()), after: request.cursor, limit: limit))
        case .show: return try Self.json(await queue.message(request.message ?? ""))
        case .destinations:
            return try Self.json(await queue.destinations(limit: min(max(1, request.limit ?? Self.page), Self.page)))
        case .outcomes: return try Self.json(recent.entries(of: request.message ?? ""))
        case .suppressed, .suppress, .unsuppress: return try await suppression(request)
        case .retry, .hold, .release, .fail, .drop, .readdress:
            guard let command = try request.command() else { throw ControlRefusal(words: "nothing to do") }
            return try Self.json(try await queue.perform(command, on: request.selection(now: clock.now())))
        }
    }

    private func suppression(_ request: QueueRequest) async throws -> String {
        guard let suppression else {
            throw ControlRefusal(words: "nothing is suppressed: relay.queue.suppression is off")
        }
        let (now, submitter) = (clock.now().seconds, request.submitter)
        switch request.action {
        case .suppress:
            guard let submitter else { throw ControlRefusal(words: "whose mail? name an account, or the network") }
            let address = try QueueRequest.mailbox(request.words ?? "")
            try await suppression.store.add([
                SuppressedAddress(
                    submitter: submitter, address: address, since: now,
                    expires: now.addingReportingOverflow(suppression.lifetime).partialValue, isByHand: true)
            ])
            return try Self.json(1)
        case .unsuppress:
            let address = try QueueRequest.mailbox(request.words ?? "")
            return try Self.json(try await suppression.store.remove(address, for: submitter))
        default:
            let limit = min(max(1, request.limit ?? 100), 1_000)
            let found = try await suppression.store.list(for: submitter, now: now, limit: limit)
            // An answer is one line; many long addresses would make it very long.
            return try Self.json(found.map { SuppressedEntry($0) })
        }
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
