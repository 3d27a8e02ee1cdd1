public import SamotopCore

/// Says what is due. No clock, no disk, no network: time is passed in, and what follows is returned.
///
/// Each recipient is waiting for its time, ready, in a delivery, held, or done. What is ready stands in its destination's line,
/// by submitter. A destination lets as many deliveries out as its window allows: few at first, one more with each success, one
/// alone after a pause. Those that were let out take turns by submitter. So a destination that is dead, and a submitter with
/// much mail, cost the others nothing. A failure that concerns a destination pauses it as a whole: its messages stay ready, and one
/// of them looks again when the pause is over.
///
/// Timers are never taken out of the heap: when one comes, the state of its message decides, so that nothing needs to be searched.
///
/// Memory: about 350 octets for a message with one recipient (measured with 30-octet addresses).
public struct QueueScheduler: Sendable {
    let settings: QueueSettings
    var random: SplitMix
    var slots: [MessageSlot] = []
    var freeSlots: [UInt32] = []
    var keys = SlotTable<MessageSlot>()
    /// Of the few messages whose senders said when they are to go, by their slot.
    var schedules: [UInt32: MessageSchedule] = [:]
    var destinations: [DestinationState] = []
    var freeDestinations: [UInt32] = []
    var destinationIndex: [QueueDestination: UInt32] = [:]
    var submitters: [SubmitterState] = []
    var freeSubmitters: [UInt32] = []
    var submitterIndex: [[UInt8]: UInt32] = [:]
    /// Submitters that hold tokens, by their index.
    var line = Fifo<UInt32>()
    var timers = TimerHeap()
    var jobs: [DeliveryJobID: ActiveJob] = [:]
    var lastJob: UInt64 = 0
    /// Messages with notifications to be written, by their slot.
    var notifying = Fifo<UInt32>()
    /// Until when, in milliseconds since 1970, the few notifications wait that could not be written, by their message's slot.
    var noticePauses: [UInt32: Int64] = [:]
    /// Recipients whose senders were not told of a failure.
    var unnotified = 0
    /// The last moment that was passed in.
    var lastNow: Int64?
    /// Whether effects bring outcomes.
    public var tellsOutcomes = false
    /// Where the clock should be if it hadn't jumped, while it is not trusted.
    var trustedNow: Int64?

    /// An empty queue.
    ///
    /// - Parameter seed: of the jitter.
    public init(settings: QueueSettings = QueueSettings(), seed: UInt64) {
        self.settings = settings
        random = SplitMix(seed: seed)
    }

    /// Takes over what a store holds. Once, before anything else.
    public mutating func restore(_ messages: [StoredMessage], now: Timestamp) -> QueueEffects {
        var effects = QueueEffects()
        slots.reserveCapacity(messages.count)
        keys.reserve(messages.count, in: slots)
        // The next attempt and the next warning of each.
        timers.reserve(2 * messages.count + messages.count / 8)
        let now = now.milliseconds
        lastNow = now
        for message in messages { insert(message, now: now, &effects) }
        return effects
    }

    /// Takes over a message that is durable. One that is queued already is ignored.
    public mutating func add(_ facts: MessageFacts, now: Timestamp) -> QueueEffects {
        var effects = QueueEffects()
        observe(now.milliseconds, &effects)
        insert(StoredMessage(facts: facts), now: now.milliseconds, &effects)
        return effects
    }

    private mutating func insert(_ message: StoredMessage, now: Int64, _ effects: inout QueueEffects) {
        guard let key = message.facts.key, keys.slot(of: key, in: slots) == nil else { return }
        let submitter = submitter(message.facts.submitter)
        var slot = MessageSlot(facts: message.facts, submitter: submitter)
        slot.recipients.reserveCapacity(message.facts.recipientCount)
        let wanted = message.facts.schedule
        let arrived = wanted?.release ?? message.facts.arrived
        let known = message.status.list
        let isWhole = message.facts.forEachRecipient { path, name, _ in
            let number = slot.recipients.count
            let status = number < known.count ? known[number] : RecipientStatus(since: arrived)
            var entry = RecipientEntry(status: status, destination: .max)
            if !status.state.isFinal {
                let detour = status.detail.isEmpty ? nil : RecipientDetail(octets: status.detail).readdressed
                let name = detour?.destination ?? MessageFacts.destination(path, name)
                entry.destination = destination(name)
                destinations[Int(entry.destination)].recipients += 1
                slot.live += 1
            }
            slot.recipients.append(entry)
            return true
        }
        guard isWhole else {
            effects.events.append(
                .damaged("a message's facts can't be read; it stays in the store and is not delivered"))
            return
        }
        let index = place(slot)
        schedules[index] = wanted
        keys.insert(key, index, in: slots)
        submitters[Int(submitter)].messages += 1
        for number in slot.recipients.indices where slot.recipients[number].status.state == .waiting {
            schedule(RecipientRef(slot: index, number: UInt16(truncatingIfNeeded: number)), now: now)
        }
        setDeadline(index, notBefore: now)
        if slot.recipients.contains(where: { !$0.status.owed.isEmpty }) {
            notify(index)
        } else if slot.live == 0 {
            conclude(index, &effects)
        }
    }

    private mutating func place(_ slot: MessageSlot) -> UInt32 {
        if let index = freeSlots.popLast() {
            slots[Int(index)] = slot
            return index
        }
        slots.append(slot)
        return UInt32(truncatingIfNeeded: slots.count - 1)
    }

    /// Records where a message stands, or that it is finished and gone from here.
    mutating func conclude(_ index: UInt32, notice: NewMessage? = nil, _ effects: inout QueueEffects) {
        guard let facts = slots[Int(index)].facts else { return }
        let slot = slots[Int(index)]
        guard slot.live == 0, slot.recipients.allSatisfy({ $0.status.owed.isEmpty }) else {
            let status = MessageStatus(RecipientList(slot.recipients.lazy.map(\.status)))
            effects.changes.append(.status(id: facts.id, status, notice: notice))
            return
        }
        effects.changes.append(.finished(id: facts.id, notice: notice))
        effects.events.append(.finished(id: facts.id))
        if let key = facts.key { keys.remove(key, in: slots) }
        schedules[index] = nil
        noticePauses[index] = nil
        slots[Int(index)] = MessageSlot()
        freeSlots.append(index)
        submitters[Int(slot.submitter)].messages -= 1
        removeUnused(submitter: slot.submitter)
    }

    // MARK: Destinations and submitters

    mutating func destination(_ name: QueueDestination) -> UInt32 {
        if let known = destinationIndex[name] { return known }
        let state = DestinationState(name: name, limits: settings.limits(of: name))
        let index: UInt32
        if let free = freeDestinations.popLast() {
            index = free
            destinations[Int(free)] = state
        } else {
            destinations.append(state)
            index = UInt32(truncatingIfNeeded: destinations.count - 1)
        }
        destinationIndex[name] = index
        return index
    }

    /// A recipient of this destination is done, or goes elsewhere.
    mutating func leave(destination index: UInt32, now: Int64) {
        destinations[Int(index)].recipients -= 1
        removeUnused(destination: index, now: now)
    }

    mutating func removeUnused(destination index: UInt32, now: Int64) {
        guard destinations[Int(index)].isUnused else { return }
        let next = destinations[Int(index)].nextStart
        // The interval counts for mail that comes meanwhile.
        guard next <= now else { return setGate(index, at: next) }
        destinationIndex[destinations[Int(index)].name] = nil
        destinations[Int(index)].isFree = true
        freeDestinations.append(index)
    }

    mutating func submitter(_ key: [UInt8]) -> UInt32 {
        if let known = submitterIndex[key] { return known }
        let index: UInt32
        if let free = freeSubmitters.popLast() {
            index = free
            submitters[Int(free)] = SubmitterState(key: key)
        } else {
            submitters.append(SubmitterState(key: key))
            index = UInt32(truncatingIfNeeded: submitters.count - 1)
        }
        submitterIndex[key] = index
        return index
    }

    mutating func removeUnused(submitter index: UInt32) {
        guard submitters[Int(index)].isUnused else { return }
        submitterIndex[submitters[Int(index)].key] = nil
        submitters[Int(index)].isFree = true
        freeSubmitters.append(index)
    }
}
