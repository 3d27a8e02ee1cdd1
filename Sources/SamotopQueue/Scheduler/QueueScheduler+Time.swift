import SMTP
public import SamotopCore

// What time does.
extension QueueScheduler {
    private static let day: Int64 = 86_400_000
    /// A clock that goes back by less goes on by itself.
    private static let smallStep: Int64 = 60_000
    /// Between two looks at a recipient whose time is over and who still has its last attempt before it.
    private static let lastLook: Int64 = 600_000

    /// Carries out what time has brought.
    public mutating func advance(to now: Timestamp, _ effects: inout QueueEffects) {
        let now = now.milliseconds
        observe(now, &effects)
        while let timer = timers.pop(until: now) {
            switch timer.kind {
            case .retry:
                let ref = RecipientRef(slot: timer.index, number: timer.number)
                guard let entry = entry(ref), entry.phase == .timed, entry.status.due <= now else { continue }
                makeReady(ref, now: now)
            case .deadline:
                guard slots[Int(timer.index)].facts != nil, slots[Int(timer.index)].deadline == timer.time else {
                    continue
                }
                passDeadline(timer.index, now: now, &effects)
            case .gate:
                guard Int(timer.index) < destinations.count else { continue }
                if destinations[Int(timer.index)].gate == timer.time { destinations[Int(timer.index)].gate = .max }
                letOut(timer.index, now: now)
                removeUnused(destination: timer.index, now: now)
            case .notice:
                guard noticePauses[timer.index] == timer.time else { continue }
                noticePauses[timer.index] = nil
                slots[Int(timer.index)].notices = .inLine
                notifying.append(timer.index)
            }
        }
        if timers.count > 4_096 + 4 * slots.count { rebuildTimers(now: now) }
    }

    /// The wall clock is right after all.
    public mutating func trustClock() { trustedNow = nil }

    /// Looks whether the clock jumped: forward by more than a day, and nothing expires; backward, and nothing waits longer for it.
    mutating func observe(_ now: Int64, _ effects: inout QueueEffects) {
        defer { lastNow = now }
        guard let lastNow else { return }
        if let trusted = trustedNow, now < trusted.addingClamped(Self.day) { trustedNow = nil }
        if now < lastNow.addingClamped(-Self.smallStep) {
            effects.events.append(.clockJumped(seconds: now.addingClamped(-lastNow) / 1_000))
            return wentBack(to: now)
        }
        // Whoever keeps the time sleeps until the next timer at most.
        let expected = max(lastNow, timers.earliest ?? lastNow)
        if trustedNow == nil, now > expected.addingClamped(Self.day), !keys.isEmpty {
            trustedNow = expected
            effects.events.append(.clockJumped(seconds: now.addingClamped(-expected) / 1_000))
        }
    }

    private mutating func wentBack(to now: Int64) {
        let longest = now.addingClamped(settings.retry.pauses.map(\.milliseconds).max() ?? 3_600_000)
        for slot in slots.indices {
            for number in slots[slot].recipients.indices where slots[slot].recipients[number].phase == .timed {
                let due = slots[slot].recipients[number].status.due
                // What is to go later goes no earlier.
                let release = schedules[UInt32(truncatingIfNeeded: slot)]?.release ?? .min
                slots[slot].recipients[number].status.due = min(due, max(longest, release))
            }
        }
        for index in destinations.indices {
            destinations[index].pausedUntil = min(destinations[index].pausedUntil, longest)
            destinations[index].nextStart = min(destinations[index].nextStart, now)
        }
        rebuildTimers(now: now)
    }

    /// Leaves out the timers that no longer mean anything.
    private mutating func rebuildTimers(now: Int64) {
        timers.removeAll()
        for slot in slots.indices where slots[slot].facts != nil {
            let index = UInt32(truncatingIfNeeded: slot)
            for (number, entry) in slots[slot].recipients.enumerated() where entry.phase == .timed {
                timers.add(
                    QueueTimer(.retry, at: entry.status.due, index: index, number: UInt16(truncatingIfNeeded: number)))
            }
            if slots[slot].deadline < .max { timers.add(QueueTimer(.deadline, at: slots[slot].deadline, index: index)) }
            if let retry = noticePauses[index] { timers.add(QueueTimer(.notice, at: retry, index: index)) }
        }
        for index in destinations.indices where !destinations[index].isFree {
            destinations[index].gate = .max
            let index = UInt32(truncatingIfNeeded: index)
            letOut(index, now: now)
            removeUnused(destination: index, now: now)
        }
    }

    // MARK: Warnings and expiry

    /// When to look at the message next: at its next warning or expiry, never before `notBefore`.
    mutating func setDeadline(_ index: UInt32, notBefore: Int64) {
        var next = Int64.max
        for entry in slots[Int(index)].recipients where entry.status.state == .waiting {
            next = min(next, end(index, since: entry.status.since))
            if !entry.status.isWarned, let warning = warning(index, since: entry.status.since) {
                next = min(next, warning)
            }
        }
        let deadline = next == .max ? next : max(next, notBefore)
        guard deadline != slots[Int(index)].deadline else { return }
        slots[Int(index)].deadline = deadline
        if deadline < .max { timers.add(QueueTimer(.deadline, at: deadline, index: index)) }
    }

    private mutating func passDeadline(_ index: UInt32, now: Int64, _ effects: inout QueueEffects) {
        slots[Int(index)].deadline = .max
        guard let facts = slots[Int(index)].facts else { return }
        var isChanged = false
        for number in slots[Int(index)].recipients.indices {
            let ref = RecipientRef(slot: index, number: UInt16(truncatingIfNeeded: number))
            guard slots[Int(index)].recipients[number].status.state == .waiting else { continue }
            if isOver(ref, now: now) {
                if slots[Int(index)].recipients[number].phase == .timed { makeReady(ref, now: now) }
                isChanged = expireUnreached(ref, facts.id, now: now, &effects) || isChanged
            } else if trustedNow == nil {
                let status = slots[Int(index)].recipients[number].status
                guard !status.isWarned, let warning = warning(index, since: status.since), now >= warning else {
                    continue
                }
                slots[Int(index)].recipients[number].status.isWarned = true
                takeFailureOfDestination(ref)
                tell(.delayed, ref, &effects)
                owe(.delayed, ref, &effects)
                isChanged = true
            }
        }
        setDeadline(index, notBefore: now.addingClamped(Self.lastLook))
        if isChanged { conclude(index, &effects) }
    }

    /// Its destination can't be reached, so that no attempt of its own is worth waiting for; or its sender wants it back rather than late.
    /// Others get their last attempt.
    private mutating func expireUnreached(
        _ ref: RecipientRef, _ id: String, now: Int64, _ effects: inout QueueEffects
    ) -> Bool {
        let entry = slots[Int(ref.slot)].recipients[Int(ref.number)]
        let isLate = schedules[ref.slot]?.deliverBy.map { $0.mode == .return && now >= $0.moment } ?? false
        guard entry.phase == .ready, isLate || destinations[Int(entry.destination)].failures > 0 else { return false }
        takeFailureOfDestination(ref)
        expire(ref, id, now: now, &effects)
        return true
    }

    /// What a recipient without an attempt of its own has to tell.
    private mutating func takeFailureOfDestination(_ ref: RecipientRef) {
        let entry = slots[Int(ref.slot)].recipients[Int(ref.number)]
        let failure = destinations[Int(entry.destination)].failure
        guard !failure.isEmpty, destinations[Int(entry.destination)].failures > 0 else { return }
        if entry.status.detail.isEmpty {
            slots[Int(ref.slot)].recipients[Int(ref.number)].status.detail = failure
        } else if entry.phase == .ready {
            let known = RecipientDetail(octets: failure).failure
            change(ref) { $0.failure = known ?? $0.failure }
        }
    }
}
