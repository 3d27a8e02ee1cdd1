import Foundation
import SamotopCore
import SamotopQueue

/// Answers ``QueueRequest``s.
struct QueueDesk: Sendable {
    /// Messages of a page, at most.
    static let page = 200

    let queue: any QueueControl
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
        case .retry, .hold, .release, .fail, .drop, .readdress:
            guard let command = try request.command() else { throw ControlRefusal(words: "nothing to do") }
            return try Self.json(try await queue.perform(command, on: request.selection(now: clock.now())))
        }
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
