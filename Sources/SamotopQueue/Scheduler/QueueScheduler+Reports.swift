public import SamotopCore
import SMTP

// What deliveries came to.
extension QueueScheduler {
    /// A delivery is over.
    public mutating func finish(_ id: DeliveryJobID, _ report: DeliveryReport, now: Timestamp) -> QueueEffects {
        var effects = QueueEffects()
        observe(now.milliseconds, &effects)
        guard let job = jobs.removeValue(forKey: id) else { return effects }
        let now = now.milliseconds
        let place = Int(job.destination)
        let messageID = slots[Int(job.slot)].facts?.id ?? ""
        let name = destinations[place].name
        var pauses: [UInt16: Int64] = [:]
        var hostFailure: [UInt8]?
        var deliveries = 0
        for (index, number) in job.numbers.enumerated() {
            let ref = RecipientRef(slot: job.slot, number: number)
            let outcome = index < report.outcomes.count ? report.outcomes[index] : .postponed(Self.missing)
            effects.events.append(
                .attempted(id: messageID, recipient: Int(number), destination: name, outcome, tls: report.tls))
            slots[Int(job.slot)].recipients[Int(number)].phase = .idle
            let attempts = slots[Int(job.slot)].recipients[Int(number)].status.attempts
            slots[Int(job.slot)].recipients[Int(number)].status.attempts = attempts == .max ? .max : attempts + 1
            switch outcome {
            case .delivered(let reply):
                deliveries += 1
                tell(.delivered, ref, reply: reply, report: report, &effects)
                settle(ref, as: .delivered, now: now)
                if reply.relayed { owe(.relayed, ref, reply: reply, &effects) }
            case .refused(let failure):
                set(failure, of: ref)
                let kind: QueueOutcome.Kind = failure.stage == .suppressed ? .suppressed : .failed
                tell(kind, ref, &effects)
                settle(ref, as: .failed, now: now)
                owe(.failed, ref, &effects)
            case .held(let reason):
                hold(ref, reason)
                tell(.held, ref, &effects)
                carryOut(job.wishes[number], ref, isHeld: true, now: now, &effects)
            case .postponed(let failure):
                let detail = set(failure, of: ref)
                if failure.isHostWide { hostFailure = detail }
                guard !carryOut(job.wishes[number], ref, isHeld: false, now: now, &effects) else { continue }
                if isOver(ref, now: now) {
                    expire(ref, messageID, now: now, &effects)
                } else {
                    postpone(ref, &pauses, isHostWide: failure.isHostWide, now: now)
                }
            }
        }
        if let hostFailure, deliveries == 0 {
            pause(job, hostFailure, now: now, &effects)
        } else {
            recover(job.destination, deliveries: deliveries, now: now, &effects)
        }
        // Not before: a destination with a delivery isn't given away.
        destinations[place].delivering -= 1
        conclude(job.slot, &effects)
        letOut(job.destination, now: now)
        removeUnused(destination: job.destination, now: now)
        return effects
    }

    /// The content of a job's message can't be read: a person must decide.
    public mutating func finishUnreadable(_ id: DeliveryJobID, now: Timestamp) -> QueueEffects {
        let count = jobs[id]?.numbers.count ?? 0
        let reason = HoldReason(.damaged, words: "its content can't be read")
        return finish(id, DeliveryReport(outcomes: Array(repeating: .held(reason), count: count)), now: now)
    }

    private static var missing: AttemptFailure {
        AttemptFailure(
            stage: .content, status: EnhancedStatusCode(4, 3, 0), words: "the attempt brought no outcome",
            isHostWide: false)
    }

    /// A recipient is done.
    mutating func settle(_ ref: RecipientRef, as state: RecipientStatus.State, now: Int64) {
        let slot = Int(ref.slot)
        let number = Int(ref.number)
        guard !slots[slot].recipients[number].status.state.isFinal else { return }
        slots[slot].recipients[number].status.state = state
        slots[slot].recipients[number].phase = .idle
        slots[slot].live -= 1
        destinations[Int(slots[slot].recipients[number].destination)].parked.remove(ref)
        leave(destination: slots[slot].recipients[number].destination, now: now)
    }

    mutating func hold(_ ref: RecipientRef, _ reason: HoldReason) {
        change(ref) { $0.hold = reason }
        slots[Int(ref.slot)].recipients[Int(ref.number)].status.state = .held
        slots[Int(ref.slot)].recipients[Int(ref.number)].phase = .idle
    }

    func isOver(_ ref: RecipientRef, now: Int64) -> Bool {
        guard trustedNow == nil else { return false }
        return now >= end(ref.slot, since: slots[Int(ref.slot)].recipients[Int(ref.number)].status.since)
    }

    /// When a recipient's time is over that began at `since`.
    func end(_ slot: UInt32, since: Int64) -> Int64 {
        let end = since.addingClamped(settings.lifetime.milliseconds)
        guard let (moment, mode) = schedules[slot]?.deliverBy, mode == .return else { return end }
        return min(end, moment)
    }

    /// When a recipient's sender is told that it takes longer; nil: never.
    func warning(_ slot: UInt32, since: Int64) -> Int64? {
        if let (moment, mode) = schedules[slot]?.deliverBy, mode == .notify { return moment }
        return settings.delayWarning.map { since.addingClamped($0.milliseconds) }
    }

    mutating func expire(_ ref: RecipientRef, _ id: String, now: Int64, _ effects: inout QueueEffects) {
        let name = destinations[Int(slots[Int(ref.slot)].recipients[Int(ref.number)].destination)].name
        effects.events.append(.expired(id: id, recipient: Int(ref.number), destination: name))
        tell(.expired, ref, &effects)
        settle(ref, as: .expired, now: now)
        owe(.failed, ref, &effects)
    }

    /// Until its next attempt; those of one delivery that were tried as often stay together.
    private mutating func postpone(
        _ ref: RecipientRef, _ pauses: inout [UInt16: Int64], isHostWide: Bool, now: Int64
    ) {
        let slot = Int(ref.slot)
        let number = Int(ref.number)
        let status = slots[slot].recipients[number].status
        let pause = pauses[status.attempts] ?? jittered(settings.retry.pause(after: Int(status.attempts)))
        pauses[status.attempts] = pause
        let over = end(ref.slot, since: status.since)
        let due = now.addingClamped(pause)
        // The last attempt is at the end of its lifetime.
        slots[slot].recipients[number].status.due = due > over && over > now ? over : due
        schedule(ref, now: now)
        if isHostWide { destinations[Int(slots[slot].recipients[number].destination)].parked.insert(ref) }
    }

    mutating func jittered(_ pause: Int64) -> Int64 {
        let part = min(max(0, settings.jitter), 0.5)
        let draw = Double(random.next() >> 11) / Double(1 << 53)
        return max(1_000, Int64(Double(pause) * (1 + part * (2 * draw - 1))))
    }

    // MARK: Destinations

    private mutating func pause(_ job: ActiveJob, _ failure: [UInt8], now: Int64, _ effects: inout QueueEffects) {
        let place = Int(job.destination)
        destinations[place].failure = failure
        // Of several deliveries that fail together only the first one counts.
        guard destinations[place].epoch == job.epoch else { return }
        destinations[place].epoch &+= 1
        destinations[place].failures += 1
        destinations[place].window = 1
        let pause = jittered(settings.destinationRetry.pause(after: destinations[place].failures))
        destinations[place].pausedUntil = now.addingClamped(pause)
        effects.events.append(
            .destinationPaused(destinations[place].name, until: destinations[place].pausedUntil / 1_000))
    }

    private mutating func recover(
        _ index: UInt32, deliveries: Int, now: Int64, _ effects: inout QueueEffects
    ) {
        let place = Int(index)
        if destinations[place].failures > 0 {
            destinations[place].failures = 0
            destinations[place].pausedUntil = .min
            destinations[place].epoch &+= 1
            effects.events.append(.destinationRecovered(destinations[place].name))
            for ref in destinations[place].parked.sorted(by: { ($0.slot, $0.number) < ($1.slot, $1.number) }) {
                guard let entry = entry(ref), entry.phase == .timed, entry.destination == index else { continue }
                makeReady(ref, now: now)
            }
            destinations[place].parked = []
        }
        if deliveries > 0 {
            destinations[place].window = min(destinations[place].maximumWindow, destinations[place].window + 1)
        }
    }

    // MARK: Details

    mutating func change(_ ref: RecipientRef, _ body: (inout RecipientDetail) -> Void) {
        let octets = slots[Int(ref.slot)].recipients[Int(ref.number)].status.detail
        var detail = RecipientDetail(octets: octets)
        body(&detail)
        slots[Int(ref.slot)].recipients[Int(ref.number)].status.detail = detail.octets
    }

    /// Remembers why the last attempt failed; failures that equal the destination's last one share their memory.
    @discardableResult
    private mutating func set(_ failure: AttemptFailure, of ref: RecipientRef) -> [UInt8] {
        change(ref) { $0.failure = failure }
        let octets = slots[Int(ref.slot)].recipients[Int(ref.number)].status.detail
        let known = destinations[Int(slots[Int(ref.slot)].recipients[Int(ref.number)].destination)].failure
        if octets == known { slots[Int(ref.slot)].recipients[Int(ref.number)].status.detail = known }
        var alone = RecipientDetail()
        alone.failure = failure
        return octets == known ? known : alone.octets
    }
}
