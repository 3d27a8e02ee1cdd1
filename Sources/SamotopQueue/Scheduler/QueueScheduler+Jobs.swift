public import SamotopCore

// What is ready, and whose turn it is.
extension QueueScheduler {
    /// The next delivery that may begin now; nil when none may. Ask until it is nil.
    public mutating func nextJob(now: Timestamp, _ effects: inout QueueEffects) -> DeliveryJob? {
        advance(to: now, &effects)
        let now = now.milliseconds
        guard jobs.count < settings.maximumJobs else { return nil }
        while let submitter = line.popFirst() {
            submitters[Int(submitter)].isListed = false
            guard let index = submitters[Int(submitter)].tokens.popFirst() else {
                removeUnused(submitter: submitter)
                continue
            }
            if submitters[Int(submitter)].tokens.isEmpty == false { list(submitter) }
            if let job = takeToken(of: submitter, to: index, now: now, &effects) { return job }
        }
        return nil
    }

    /// When to ask again, if nothing else happens before.
    public var nextDue: Timestamp? { timers.earliest.map { Timestamp(milliseconds: $0) } }

    private mutating func takeToken(
        of submitter: UInt32, to index: UInt32, now: Int64, _ effects: inout QueueEffects
    ) -> DeliveryJob? {
        defer {
            letOut(index, now: now)
            removeUnused(destination: index, now: now)
            removeUnused(submitter: submitter)
        }
        // No copy of a destination may be alive while it changes: its lines would be copied, too.
        let place = Int(index)
        destinations[place].tokens -= 1
        guard destinations[place].opening <= now, destinations[place].delivering < destinations[place].window else {
            // It was closed since the token was given.
            destinations[place].line.append(submitter)
            return nil
        }
        while let ref = destinations[place].lanes[submitter]?.ready.popFirst() {
            guard isReady(ref, destination: index, submitter: submitter) else { continue }
            guard let job = makeJob(ref, index, now: now, &effects) else { continue }
            relist(submitter, in: index)
            return job
        }
        relist(submitter, in: index)
        return nil
    }

    /// To the end of the line, or out of it when nothing is ready.
    private mutating func relist(_ submitter: UInt32, in index: UInt32) {
        if destinations[Int(index)].lanes[submitter]?.ready.isEmpty == false {
            destinations[Int(index)].line.append(submitter)
        } else {
            destinations[Int(index)].lanes[submitter] = nil
        }
    }

    private func isReady(_ ref: RecipientRef, destination: UInt32, submitter: UInt32) -> Bool {
        guard let entry = entry(ref) else { return false }
        return entry.phase == .ready && entry.destination == destination
            && slots[Int(ref.slot)].submitter == submitter
    }

    func entry(_ ref: RecipientRef) -> RecipientEntry? {
        guard Int(ref.slot) < slots.count, Int(ref.number) < slots[Int(ref.slot)].recipients.count else { return nil }
        return slots[Int(ref.slot)].recipients[Int(ref.number)]
    }

    private mutating func makeJob(
        _ ref: RecipientRef, _ index: UInt32, now: Int64, _ effects: inout QueueEffects
    ) -> DeliveryJob? {
        let slot = Int(ref.slot)
        guard let facts = slots[slot].facts else { return nil }
        let limits = destinations[Int(index)].limits
        var numbers = [ref.number]
        for number in slots[slot].recipients.indices where numbers.count < max(1, limits.recipientsPerJob) {
            let entry = slots[slot].recipients[number]
            guard number != Int(ref.number), entry.phase == .ready, entry.destination == index else { continue }
            numbers.append(UInt16(truncatingIfNeeded: number))
        }
        numbers.sort()
        guard var message = facts.message, let recipients = recipients(of: ref.slot, numbers) else {
            for number in numbers {
                hold(
                    RecipientRef(slot: ref.slot, number: number),
                    HoldReason(.damaged, words: "its envelope can't be read"))
            }
            effects.events.append(.damaged("a message's envelope can't be read; it is held"))
            conclude(ref.slot, &effects)
            return nil
        }
        schedules[ref.slot]?.apply(to: &message, now: now)
        for number in numbers { slots[slot].recipients[Int(number)].phase = .delivering }
        lastJob += 1
        let id = DeliveryJobID(lastJob)
        jobs[id] = ActiveJob(
            slot: ref.slot, numbers: numbers, destination: index, epoch: destinations[Int(index)].epoch)
        destinations[Int(index)].delivering += 1
        if limits.interval > .zero {
            destinations[Int(index)].nextStart = now.addingClamped(limits.interval.milliseconds)
        }
        return DeliveryJob(id: id, message: message, recipients: recipients, destination: destinations[Int(index)].name)
    }

    /// Recipients as jobs and notices want them; nil when the facts can't be read.
    func recipients(of slot: UInt32, _ numbers: [UInt16]) -> [QueuedRecipient]? {
        guard let found = slots[Int(slot)].facts?.recipients(at: numbers), found.count == numbers.count else {
            return nil
        }
        return zip(numbers, found).map { number, recipient in
            let status = slots[Int(slot)].recipients[Int(number)].status
            let detour = status.detail.isEmpty ? nil : RecipientDetail(octets: status.detail).readdressed
            return QueuedRecipient(
                number: Int(number), path: detour?.path ?? recipient.path, parameters: recipient.parameters,
                attempts: Int(status.attempts))
        }
    }

    // MARK: Into the line

    /// A recipient that waits: into the line when its time has come, else by a timer.
    mutating func schedule(_ ref: RecipientRef, now: Int64) {
        guard let entry = entry(ref) else { return }
        if entry.status.due <= now { return makeReady(ref, now: now) }
        slots[Int(ref.slot)].recipients[Int(ref.number)].phase = .timed
        timers.add(QueueTimer(.retry, at: entry.status.due, index: ref.slot, number: ref.number))
    }

    mutating func makeReady(_ ref: RecipientRef, now: Int64) {
        guard let entry = entry(ref) else { return }
        slots[Int(ref.slot)].recipients[Int(ref.number)].phase = .ready
        let submitter = slots[Int(ref.slot)].submitter
        let index = Int(entry.destination)
        destinations[index].parked.remove(ref)
        destinations[index].lanes[submitter, default: DestinationState.Lane()].ready.append(
            ref, priority: schedules[ref.slot]?.priority ?? 0)
        if destinations[index].lanes[submitter]?.isListed == false {
            destinations[index].lanes[submitter]?.isListed = true
            destinations[index].line.append(submitter)
        }
        letOut(entry.destination, now: now)
    }

    /// Gives tokens to the first in a destination's line, as many as there is room for.
    mutating func letOut(_ index: UInt32, now: Int64) {
        while destinations[Int(index)].room > 0, !destinations[Int(index)].line.isEmpty {
            let opening = destinations[Int(index)].opening
            guard opening <= now else { return setGate(index, at: opening) }
            guard let submitter = destinations[Int(index)].line.popFirst() else { return }
            destinations[Int(index)].tokens += 1
            submitters[Int(submitter)].tokens.append(index)
            list(submitter)
        }
    }

    private mutating func list(_ submitter: UInt32) {
        guard submitters[Int(submitter)].isListed == false else { return }
        submitters[Int(submitter)].isListed = true
        line.append(submitter)
    }

    mutating func setGate(_ index: UInt32, at time: Int64) {
        guard destinations[Int(index)].gate != time else { return }
        destinations[Int(index)].gate = time
        timers.add(QueueTimer(.gate, at: time, index: index))
    }
}
