import InternetMessage
import SMTP
import SamotopContacts
import SamotopCore
import SamotopDelivery

/// What an owner is told once a day: who asked, what ended unanswered, what was decided by policy. Blocked strangers are counted,
/// not named.
struct DailySummary: Sendable {
    let contacts: [Contact]
    /// Requests that ended because nobody decided about them.
    let expired: [Contact]
    /// The day before this moment is told of.
    let end: Timestamp
    let settings: ContactFolderSettings

    private static let day: Int64 = 86_400
    /// Names in each list.
    private static let longestList = 50

    /// The next moment at which it is this hour (UTC), after another moment.
    static func next(hour: Int, after moment: Timestamp) -> Timestamp {
        let second = Int64(min(max(0, hour), 23)) * 3_600
        let ofDay = ((moment.seconds % day) + day) % day
        let wait = (second - ofDay + day) % day
        return Timestamp(seconds: moment.seconds + (wait == 0 ? day : wait))
    }

    /// Nil when there is nothing to tell.
    func message(from sender: Mailbox) -> ServerMessage? {
        let new = contacts.filter { $0.state == .waiting && isToday($0.firstSeen) }
        let automatic = contacts.filter { contact in
            contact.decision.map { $0.maker == "policy" && isToday($0.time) } ?? false
        }
        let welcome = automatic.filter { $0.state == .welcome }
        let blocked = automatic.count { $0.state == .blocked }
        guard !new.isEmpty || !expired.isEmpty || !welcome.isEmpty || blocked > 0 else { return nil }
        let waiting = contacts.count { $0.state == .waiting }
        var parts = [
            list("Wants to write to you since yesterday:", new), list("Ended, because nobody decided:", expired),
            list("Let in by your policy:", welcome),
        ].compactMap { $0 }
        if blocked > 0 { parts.append("Blocked by your policy: \(blocked)") }
        if waiting > 0 {
            parts.append("\(waiting) in all wait for your word, in the folder “\(settings.waiting.text)”.")
        }
        return ServerMessage(
            firstField: nil, from: sender, to: nil, subject: subject(new.count), date: end,
            identifier: "summary-\(end.seconds)", body: parts.joined(separator: "\n\n") + "\n")
    }

    private func subject(_ count: Int) -> String {
        switch count {
        case 0: "Nobody new wants to write to you"
        case 1: "One new sender wants to write to you"
        default: "\(count) new senders want to write to you"
        }
    }

    private func isToday(_ time: Timestamp) -> Bool {
        time.seconds < end.seconds && time.seconds >= end.seconds - Self.day
    }

    private func list(_ title: String, _ contacts: [Contact]) -> String? {
        guard !contacts.isEmpty else { return nil }
        var lines = contacts.prefix(Self.longestList).map {
            "  " + ShownText.clean($0.correspondent.text, limit: 320)
        }
        if contacts.count > lines.count { lines.append("  and \(contacts.count - lines.count) more") }
        return ([title] + lines).joined(separator: "\n")
    }
}
