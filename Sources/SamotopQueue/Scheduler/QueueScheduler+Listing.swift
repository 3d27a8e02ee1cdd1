import SMTP
import SamotopCore

// What people are shown.
extension QueueScheduler {
    /// Numbers of the whole queue; takes time that grows with it.
    public func totals() -> QueueTotals {
        var totals = QueueTotals()
        for slot in slots where slot.facts != nil {
            totals.messages += 1
            for entry in slot.recipients {
                if !entry.status.owed.isEmpty { totals.owedNotices += entry.status.owed.kinds.count }
                switch entry.shown {
                case .waiting: totals.waiting += 1
                case .ready: totals.ready += 1
                case .delivering: totals.delivering += 1
                case .held: totals.held += 1
                case .delivered, .failed, .expired, .dropped: break
                }
            }
        }
        for state in destinations where !state.isFree && state.recipients > 0 {
            totals.destinations += 1
            if state.failures > 0 { totals.failingDestinations += 1 }
        }
        totals.unnotified = unnotified
        return totals
    }

    /// A page of messages that match, by their place in memory.
    public func list(_ query: QueueQuery, after cursor: Int?, limit: Int) -> QueuePage {
        var page = QueuePage(entries: [], next: nil)
        guard let matcher = QueueMatcher(query, self) else { return page }
        let limit = min(max(1, limit), 1_000)
        var index = max(0, cursor ?? 0)
        while index < slots.count {
            if page.entries.count == limit {
                page.next = index
                return page
            }
            if matcher.mayMatch(slots[index]), !matcher.numbers(slots[index]).isEmpty, let entry = shown(index) {
                page.entries.append(entry)
            }
            index += 1
        }
        return page
    }

    /// One message; nil when it isn't queued.
    public func message(_ id: String) -> QueueEntry? {
        keys.slot(of: MessageKey(id), in: slots).flatMap { shown(Int($0)) }
    }

    /// Destinations with mail that waits, those with most of it first.
    public func listDestinations(limit: Int) -> [DestinationEntry] {
        destinations.filter { !$0.isFree && $0.recipients > 0 }
            .sorted { ($1.recipients, $0.name.text) < ($0.recipients, $1.name.text) }
            .prefix(max(0, limit))
            .map { state in
                let isPaused = state.pausedUntil > (lastNow ?? .min)
                return DestinationEntry(
                    name: state.name.text, recipients: state.recipients, delivering: state.delivering,
                    allowed: state.window, failures: state.failures,
                    pausedUntil: isPaused ? state.pausedUntil / 1_000 : nil,
                    failure: state.failures > 0
                        ? RecipientDetail(octets: state.failure).failure.map(FailureEntry.init) : nil)
            }
    }

    private func shown(_ index: Int) -> QueueEntry? {
        guard let facts = slots[index].facts, let message = facts.message, let recipients = facts.recipients else {
            return nil
        }
        var entry = QueueEntry(
            id: message.id, sender: String(decoding: message.reversePath.mailbox?.bytes ?? [], as: UTF8.self),
            submitter: message.submitter.name, arrived: message.arrived.seconds, size: message.size, recipients: [])
        for (number, recipient) in recipients.enumerated() where number < slots[index].recipients.count {
            entry.recipients.append(shown(slots[index].recipients[number], number, recipient))
        }
        return entry
    }

    private func shown(_ entry: RecipientEntry, _ number: Int, _ recipient: NewRecipient) -> QueueEntry.Recipient {
        let status = entry.status
        let detail = RecipientDetail(octets: status.detail)
        let meant = detail.readdressed ?? recipient
        let over = status.since.addingClamped(settings.lifetime.milliseconds) / 1_000
        var failure = detail.failure
        if failure == nil, entry.phase == .ready, destinations[Int(entry.destination)].failures > 0 {
            failure = RecipientDetail(octets: destinations[Int(entry.destination)].failure).failure
        }
        return QueueEntry.Recipient(
            number: number, address: String(decoding: meant.path.bytes, as: UTF8.self),
            destination: meant.destination.text, state: entry.shown, attempts: Int(status.attempts),
            nextAttempt: entry.phase == .timed ? status.due / 1_000 : nil,
            expires: status.state == .waiting ? over : nil, failure: failure.map(FailureEntry.init),
            hold: status.state == .held ? detail.hold?.words : nil)
    }
}
