import SMTP
import SamotopCore

@testable import SamotopQueue

/// The scheduler's rules again, in a form that is slow and easy to see through: everything is searched for each time.
struct NaiveQueue {
    enum State: Equatable { case waiting, delivering(DeliveryJobID), held, done(RecipientStatus.State) }

    struct Recipient {
        var destination: String
        var state = State.waiting
        var attempts = 0
        var due: Int64
        var since: Int64
        /// Waits after a failure of its destination.
        var isParked = false
        /// Need not wait until it is due: its destination is back, or an operator said so. Not remembered over a restart.
        var isAwake = false
        var isWarned = false
    }

    struct Destination {
        var window: Int
        var failures = 0
        var pausedUntil = Int64.min
        var epoch = 0
    }

    let settings: QueueSettings
    var messages: [String: [Recipient]] = [:]
    var destinations: [String: Destination] = [:]
    var jobs: [DeliveryJobID: (id: String, numbers: [Int], destination: String, epoch: Int)] = [:]
    var now: Int64

    var lifetime: Int64 { settings.lifetime.milliseconds }

    mutating func add(_ id: String, _ recipients: [String]) {
        messages[id] = recipients.map { Recipient(destination: $0, due: now, since: now) }
    }

    func destination(_ name: String) -> Destination {
        destinations[name] ?? Destination(window: settings.destination.initialJobs)
    }

    func isReady(_ recipient: Recipient) -> Bool {
        recipient.state == .waiting && (recipient.due <= now || recipient.isAwake)
    }

    func mayStart(_ name: String) -> Bool {
        let state = destination(name)
        return jobs.values.filter { $0.destination == name }.count < state.window && state.pausedUntil <= now
    }

    /// Destinations with mail that could go out now.
    var eligible: [String] {
        let ready = Set(messages.values.joined().filter(isReady).map(\.destination))
        return ready.filter(mayStart).sorted()
    }

    /// Why a job must not be; nil: it may.
    func objection(_ job: DeliveryJob) -> String? {
        guard let recipients = messages[job.message.id] else { return "of no message" }
        let name = job.destination.text
        if !mayStart(name) { return "to a destination that is full or pauses" }
        if job.recipients.isEmpty || job.recipients.count > settings.destination.recipientsPerJob {
            return "of a wrong size"
        }
        if Set(job.recipients.map(\.number)).count != job.recipients.count { return "with a recipient twice" }
        for recipient in job.recipients {
            guard recipients.indices.contains(recipient.number) else { return "with a recipient that isn't" }
            let mine = recipients[recipient.number]
            if !isReady(mine) { return "with a recipient that isn't ready" }
            if mine.destination != name { return "with a recipient of another destination" }
            if mine.attempts != recipient.attempts { return "with another number of attempts" }
        }
        return nil
    }

    mutating func start(_ job: DeliveryJob) {
        let numbers = job.recipients.map(\.number)
        let name = job.destination.text
        destinations[name] = destination(name)
        jobs[job.id] = (job.message.id, numbers, name, destination(name).epoch)
        for number in numbers {
            messages[job.message.id]?[number].state = .delivering(job.id)
            messages[job.message.id]?[number].isAwake = false
        }
    }

    mutating func finish(_ id: DeliveryJobID, _ outcomes: [RecipientOutcome], wishes: [Int: QueueCommand]) {
        guard let job = jobs[id] else { return }
        var isFailure = false
        var deliveries = 0
        for (number, outcome) in zip(job.numbers, outcomes) {
            guard var recipient = messages[job.id]?[number] else { continue }
            recipient.attempts += 1
            recipient.isParked = false
            switch outcome {
            case .delivered:
                deliveries += 1
                recipient.state = .done(.delivered)
            case .refused: recipient.state = .done(.failed)
            case .held:
                recipient.state = .held
                switch wishes[number] {
                case .fail?, .drop?, .readdress?: wishes[number].map { apply($0, &recipient) }
                case .hold?, .retry?, .release?, nil: break
                }
            case .postponed(let failure):
                recipient.state = .waiting
                if failure.isHostWide { isFailure = true }
                switch wishes[number] {
                case .hold?, .fail?, .drop?, .readdress?:
                    // What isn't for this destination any more is not parked at it.
                    wishes[number].map { apply($0, &recipient) }
                default:
                    let over = recipient.since + lifetime
                    if now >= over {
                        recipient.state = .done(.expired)
                    } else {
                        recipient.due = min(over, now + settings.retry.pause(after: recipient.attempts))
                        recipient.isParked = failure.isHostWide
                    }
                }
            }
            messages[job.id]?[number] = recipient
        }
        var state = destination(job.destination)
        if isFailure, deliveries == 0 {
            if state.epoch == job.epoch {
                state.epoch += 1
                state.failures += 1
                state.window = 1
                state.pausedUntil = now + settings.destinationRetry.pause(after: state.failures)
            }
        } else {
            if state.failures > 0 {
                state.failures = 0
                state.pausedUntil = .min
                state.epoch += 1
                for (id, recipients) in messages {
                    for number in recipients.indices where recipients[number].destination == job.destination {
                        guard recipients[number].isParked, recipients[number].state == .waiting else { continue }
                        messages[id]?[number].isAwake = true
                    }
                }
            }
            if deliveries > 0 { state.window = min(settings.destination.maximumJobs, state.window + 1) }
        }
        destinations[job.destination] = state
        jobs[id] = nil
        forget()
    }

    mutating func apply(_ command: QueueCommand, _ recipient: inout Recipient) {
        switch command {
        case .retry:
            guard recipient.state == .waiting else { return }
            destinations[recipient.destination]?.pausedUntil = .min
            recipient.isAwake = true
        case .hold: if recipient.state == .waiting { recipient.state = .held }
        case .release:
            guard recipient.state == .held else { return }
            recipient.state = .waiting
            recipient.since = now
            recipient.due = now
        case .fail: recipient.state = .done(.failed)
        case .drop: recipient.state = .done(.dropped)
        case .readdress(let other):
            recipient.destination = other.destination.text
            recipient.isParked = false
            if recipient.state == .waiting { recipient.due = now }
        }
        if recipient.state != .waiting {
            recipient.isParked = false
            recipient.isAwake = false
        }
    }

    mutating func command(_ command: QueueCommand, _ id: String, _ number: Int) {
        guard var recipient = messages[id]?[number] else { return }
        switch recipient.state {
        case .done, .delivering: return
        case .waiting, .held: apply(command, &recipient)
        }
        messages[id]?[number] = recipient
        forget()
    }

    /// Whether a recipient may be given up now, and that it is.
    mutating func expire(_ id: String, _ number: Int) -> Bool {
        guard let recipient = messages[id]?[number] else { return false }
        if recipient.state == .done(.expired) { return true }
        guard isReady(recipient), now >= recipient.since + lifetime, destination(recipient.destination).failures > 0
        else {
            return false
        }
        messages[id]?[number].state = .done(.expired)
        forget()
        return true
    }

    /// Messages that are done, and destinations without mail.
    mutating func forget() {
        messages = messages.filter { !$0.value.allSatisfy { if case .done = $0.state { true } else { false } } }
        let used = Set(
            messages.values.joined().filter { if case .done = $0.state { false } else { true } }.map(\.destination)
                + jobs.values.map(\.destination))
        destinations = destinations.filter { used.contains($0.key) }
    }

    /// Deliveries are lost, and what was known of destinations.
    mutating func restart() {
        jobs = [:]
        destinations = [:]
        for (id, recipients) in messages {
            for number in recipients.indices {
                if case .delivering = recipients[number].state { messages[id]?[number].state = .waiting }
                messages[id]?[number].isParked = false
                messages[id]?[number].isAwake = false
            }
        }
        forget()
    }
}
