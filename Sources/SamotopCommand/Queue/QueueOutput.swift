import Foundation
import SamotopCore
import SamotopQueue

/// The queue as the command line shows it.
enum QueueOutput {
    /// A line for each message, and one below it for each of its recipients.
    static func lines(_ entries: [QueueEntry]) -> [String] {
        entries.flatMap { [head($0)] + $0.recipients.map { recipient($0) } }
    }

    /// All that is known of a message.
    static func details(_ entry: QueueEntry) -> [String] {
        [head(entry)]
            + entry.recipients.flatMap { each -> [String] in
                var lines = [recipient(each)]
                if let hold = each.hold { lines.append("      held: \(OneLine.escaped(hold))") }
                if let failure = each.failure { lines += explanation(failure) }
                if let expires = each.expires, each.state == .waiting || each.state == .ready {
                    lines.append("      returned to the sender if it can't be delivered by \(time(expires))")
                }
                return lines
            }
    }

    /// What became of a message that left the queue.
    static func lines(_ outcomes: [OutcomeEntry]) -> [String] {
        ["not in the queue any more:"]
            + outcomes.flatMap { each -> [String] in
                var line =
                    "  \(each.number)  \(each.event.rawValue) \(time(each.time))  \(OneLine.escaped(each.recipient))"
                if each.event == .delivered { line += "  \(OutcomeWords.way(each.tls, isLocal: each.isLocal))" }
                return [line] + (each.failure.map { explanation($0) } ?? [])
            }
    }

    /// Where mail waits for.
    static func lines(_ destinations: [DestinationEntry]) -> [String] {
        destinations.flatMap { each -> [String] in
            var line =
                "\(each.recipients)  \(OneLine.escaped(each.name))  \(each.delivering) of \(each.allowed) deliveries"
            if let until = each.pausedUntil { line += "  pauses until \(time(until)) after \(each.failures) failures" }
            return [line] + (each.failure.map { explanation($0) } ?? [])
        }
    }

    /// The whole queue in numbers: a line for each that isn't null, after the messages.
    static func lines(_ totals: QueueTotals) -> [String] {
        let counts = [
            (totals.waiting, "recipients wait for their next try"), (totals.ready, "recipients are due"),
            (totals.delivering, "recipients are being delivered to"), (totals.held, "recipients are held"),
            (totals.destinations, "destinations"), (totals.failingDestinations, "destinations can't be reached now"),
            (totals.owedNotices, "notifications are to be written"),
            (totals.unnotified, "failures since the start that nobody was told of"),
        ]
        return ["\(totals.messages)  messages"] + counts.filter { $0.0 > 0 }.map { "\($0.0)  \($0.1)" }
    }

    /// What a command did.
    static func line(_ result: CommandResult) -> String {
        var parts = ["\(result.changed) changed"]
        if result.delivering > 0 { parts.append("\(result.delivering) after the delivery that is under way") }
        if result.unchanged > 0 { parts.append("\(result.unchanged) left as they were") }
        return parts.joined(separator: ", ")
    }

    private static func head(_ entry: QueueEntry) -> String {
        let sender = entry.sender.isEmpty ? "<>" : OneLine.escaped(entry.sender)
        return "\(entry.id)  \(time(entry.arrived))  \(entry.size) octets  from \(sender)"
    }

    private static func recipient(_ each: QueueEntry.Recipient) -> String {
        var line = "  \(each.number)  \(each.state.rawValue)  \(OneLine.escaped(each.address))"
        if each.attempts > 0 { line += "  \(each.attempts) tries" }
        if each.state == .waiting, let next = each.nextAttempt { line += "  next \(time(next))" }
        return line
    }

    private static func explanation(_ failure: FailureEntry) -> [String] {
        let host = [failure.host, failure.address].compactMap(\.self).joined(separator: " ")
        let place = host.isEmpty ? "" : " at \(OneLine.escaped(host))"
        return ["      \(failure.stage)\(place): \(OneLine.escaped(failure.words)) (\(failure.status))"]
            + failure.reply.map { "      they said: \(OneLine.escaped($0))" }
    }

    private static func time(_ seconds: Int64) -> String { CivilTime.text(Timestamp(seconds: seconds)) }
}
