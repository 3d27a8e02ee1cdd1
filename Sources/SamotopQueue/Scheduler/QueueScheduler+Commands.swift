public import SamotopCore
import SMTP

// What operators say.
extension QueueScheduler {
    /// Carries out an operator's command.
    ///
    /// A recipient in a delivery is left to it: the command is remembered, and done after it if the delivery settles nothing.
    public mutating func perform(
        _ command: QueueCommand, on selection: QueueSelection, now: Timestamp
    ) -> (result: CommandResult, effects: QueueEffects) {
        var effects = QueueEffects()
        var result = CommandResult()
        advance(to: now, &effects)
        let now = now.milliseconds
        let delivering = command == .retry ? [:] : jobsByRecipient()
        switch selection {
        case .message(let id, let number):
            guard let index = keys.slot(of: MessageKey(id), in: slots) else { break }
            perform(command, index, now: now, delivering, &result, &effects) { number == nil || number == $0 }
        case .matching(let query):
            guard let matcher = QueueMatcher(query, self) else { break }
            for index in slots.indices where slots[index].facts != nil && matcher.mayMatch(slots[index]) {
                let numbers = matcher.numbers(slots[index])
                guard !numbers.isEmpty else { continue }
                let index = UInt32(truncatingIfNeeded: index)
                perform(command, index, now: now, delivering, &result, &effects) { numbers.contains($0) }
            }
        }
        return (result, effects)
    }

    private mutating func perform(
        _ command: QueueCommand, _ index: UInt32, now: Int64, _ delivering: [RecipientRef: DeliveryJobID],
        _ result: inout CommandResult, _ effects: inout QueueEffects, where isMeant: (Int) -> Bool
    ) {
        guard let id = slots[Int(index)].facts?.id else { return }
        var mustRecord = false
        for number in slots[Int(index)].recipients.indices where isMeant(number) {
            let ref = RecipientRef(slot: index, number: UInt16(truncatingIfNeeded: number))
            let entry = slots[Int(index)].recipients[number]
            guard !entry.status.state.isFinal else {
                result.unchanged += 1
                continue
            }
            if entry.phase == .delivering {
                result.delivering += 1
                if let job = delivering[ref] { jobs[job]?.wishes[ref.number] = command }
                continue
            }
            guard apply(command, ref, now: now, &effects) else {
                result.unchanged += 1
                continue
            }
            result.changed += 1
            mustRecord = mustRecord || command != .retry
            effects.events.append(.commanded(id: id, recipient: number, command))
        }
        guard mustRecord else { return }
        setDeadline(index, notBefore: now)
        conclude(index, &effects)
    }

    /// A remembered command, after a delivery that settled nothing. True: nothing else is to be done with the recipient.
    @discardableResult
    mutating func carryOut(
        _ wish: QueueCommand?, _ ref: RecipientRef, isHeld: Bool, now: Int64, _ effects: inout QueueEffects
    ) -> Bool {
        guard let wish, let id = slots[Int(ref.slot)].facts?.id else { return false }
        switch wish {
        case .retry, .release: return false
        case .hold where isHeld:
            _ = apply(wish, ref, now: now, &effects)
            return true
        case .hold, .fail, .drop, .readdress: break
        }
        guard apply(wish, ref, now: now, &effects) else { return false }
        effects.events.append(.commanded(id: id, recipient: Int(ref.number), wish))
        return true
    }

    /// True: something changed.
    private mutating func apply(
        _ command: QueueCommand, _ ref: RecipientRef, now: Int64, _ effects: inout QueueEffects
    ) -> Bool {
        let slot = Int(ref.slot)
        let number = Int(ref.number)
        let isHeld = slots[slot].recipients[number].status.state == .held
        switch command {
        case .retry:
            guard !isHeld else { return false }
            let index = slots[slot].recipients[number].destination
            destinations[Int(index)].pausedUntil = .min
            if slots[slot].recipients[number].phase == .timed { makeReady(ref, now: now) }
            letOut(index, now: now)
        case .hold(let words):
            // On top of another reason the operator's counts: what settles that one doesn't let the mail go.
            let kind = RecipientDetail(octets: slots[slot].recipients[number].status.detail).hold?.kind
            guard !isHeld || kind == .signature || kind == .policy else { return false }
            hold(ref, HoldReason(.operator, words: words))
            tell(.held, ref, &effects)
        case .release:
            guard isHeld else { return false }
            change(ref) { $0.hold = nil }
            slots[slot].recipients[number].status.state = .waiting
            slots[slot].recipients[number].status.since = now
            slots[slot].recipients[number].status.due = now
            schedule(ref, now: now)
        case .fail(let words):
            change(ref) {
                $0.failure = AttemptFailure(
                    stage: .policy, status: EnhancedStatusCode(5, 0, 0), words: words, isHostWide: false)
            }
            tell(.failed, ref, &effects)
            settle(ref, as: .failed, now: now)
            owe(.failed, ref, &effects)
        case .drop:
            settle(ref, as: .dropped, now: now)
            slots[slot].recipients[number].status.owed = []
        case .readdress(let other):
            change(ref) {
                $0.readdressed = other
                $0.failure = nil
            }
            let old = slots[slot].recipients[number].destination
            let new = destination(other.destination)
            slots[slot].recipients[number].destination = new
            destinations[Int(new)].recipients += 1
            destinations[Int(old)].parked.remove(ref)
            leave(destination: old, now: now)
            guard !isHeld else { return true }
            slots[slot].recipients[number].status.due = now
            schedule(ref, now: now)
        }
        return true
    }

    private func jobsByRecipient() -> [RecipientRef: DeliveryJobID] {
        var found: [RecipientRef: DeliveryJobID] = [:]
        for (id, job) in jobs {
            for number in job.numbers { found[RecipientRef(slot: job.slot, number: number)] = id }
        }
        return found
    }
}
