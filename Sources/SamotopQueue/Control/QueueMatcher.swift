import SamotopCore
import SMTP

/// A query made ready for many messages: octets are compared, nothing is parsed.
struct QueueMatcher {
    private let sender: [UInt8]?
    private let recipient: [UInt8]?
    private let destination: UInt32?
    private let submitter: UInt32?
    private let before: Int64
    private let since: Int64
    private let state: QueueEntryState?
    private let hold: HoldReason.Kind?

    /// Nil: nothing can match.
    init?(_ query: QueueQuery, _ scheduler: QueueScheduler) {
        sender = query.sender.map { $0.mailbox?.bytes ?? [] }
        recipient = query.recipient?.bytes
        before = query.before?.milliseconds ?? .max
        since = query.since?.milliseconds ?? .min
        state = query.state
        hold = query.hold
        if let name = query.destination {
            guard let index = scheduler.destinationIndex[name] else { return nil }
            destination = index
        } else {
            destination = nil
        }
        if let wanted = query.submitter {
            guard let index = scheduler.submitterIndex[[wanted.kind.rawValue] + Array(wanted.name.utf8)] else {
                return nil
            }
            submitter = index
        } else {
            submitter = nil
        }
    }

    /// Whether the message fits; its recipients are asked next.
    func mayMatch(_ slot: MessageSlot) -> Bool {
        guard let facts = slot.facts else { return false }
        if let submitter, slot.submitter != submitter { return false }
        if before < .max || since > .min {
            let arrived = facts.arrived
            guard arrived < before, arrived >= since else { return false }
        }
        if let sender, !Self.isSame(facts.sender, sender[...]) { return false }
        return true
    }

    /// The recipients that fit and aren't done.
    func numbers(_ slot: MessageSlot) -> Set<Int> {
        var found = Set(
            slot.recipients.indices.filter { number in
                let entry = slot.recipients[number]
                guard !entry.status.state.isFinal else { return false }
                if let destination, entry.destination != destination { return false }
                if let state, entry.shown != state { return false }
                if let hold { return Self.hold(entry.status) == hold }
                return true
            })
        guard let recipient, !found.isEmpty else { return found }
        var number = 0
        var same: Set<Int> = []
        _ = slot.facts?.forEachRecipient { path, _, _ in
            if Self.isSame(path, recipient[...]) { same.insert(number) }
            number += 1
            return true
        }
        found.formIntersection(same)
        return found
    }

    private static func hold(_ status: RecipientStatus) -> HoldReason.Kind? {
        guard status.state == .held else { return nil }
        return RecipientDetail(octets: status.detail).hold?.kind
    }

    /// RFC 5321 §2.4: letter case counts in local-parts and not in domains.
    private static func isSame(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        if left.elementsEqual(right) { return true }
        guard let leftAt = left.lastIndex(of: UInt8(ascii: "@")), let rightAt = right.lastIndex(of: UInt8(ascii: "@"))
        else {
            return false
        }
        return left[..<leftAt].elementsEqual(right[..<rightAt])
            && QueueDestination.lowercased(left[leftAt...]) == QueueDestination.lowercased(right[rightAt...])
    }
}

extension RecipientEntry {
    /// How far it is, as it is shown.
    var shown: QueueEntryState {
        switch status.state {
        case .held: .held
        case .delivered: .delivered
        case .failed: .failed
        case .expired: .expired
        case .dropped: .dropped
        case .waiting:
            switch phase {
            case .ready: .ready
            case .delivering: .delivering
            case .timed, .idle: .waiting
            }
        }
    }
}
