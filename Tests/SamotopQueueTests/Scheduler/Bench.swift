import SMTP
import SamotopCore
import Testing

@testable import SamotopQueue

/// A scheduler with its time, its store and a script of what peers say.
struct Bench {
    var scheduler: QueueScheduler
    var now: Timestamp
    var events: [QueueEvent] = []
    var changes: [QueueChange] = []
    var notices: [Notice] = []
    /// Attempts made, in order.
    var attempts: [(time: Int64, id: String, destination: String, recipients: [Int])] = []

    init(_ change: (inout QueueSettings) -> Void = { _ in }, seed: UInt64 = 1, now: Timestamp = Sample.start) {
        var settings = QueueSettings()
        settings.jitter = 0
        change(&settings)
        scheduler = QueueScheduler(settings: settings, seed: seed)
        self.now = now
    }

    mutating func take(_ effects: QueueEffects) {
        events += effects.events
        changes += effects.changes
    }

    mutating func add(_ messages: NewMessage...) throws {
        for message in messages { take(scheduler.add(try MessageFacts(message), now: now)) }
    }

    mutating func next() -> DeliveryJob? {
        var effects = QueueEffects()
        let job = scheduler.nextJob(now: now, &effects)
        take(effects)
        guard let job else { return nil }
        attempts.append(
            (now.seconds - Sample.start.seconds, job.message.id, job.destination.text, job.recipients.map(\.number)))
        return job
    }

    mutating func mustNext() throws -> DeliveryJob {
        let job = next()
        return try #require(job)
    }

    mutating func mustNotice() throws -> Notice {
        let notice = scheduler.nextNotice()
        return try #require(notice)
    }

    mutating func allNext() -> [DeliveryJob] {
        var jobs: [DeliveryJob] = []
        while let job = next() { jobs.append(job) }
        return jobs
    }

    mutating func finish(_ job: DeliveryJob, _ outcomes: RecipientOutcome...) {
        let last = outcomes.last ?? .delivered(Sample.accepted)
        let all = job.recipients.indices.map { $0 < outcomes.count ? outcomes[$0] : last }
        take(scheduler.finish(job.id, DeliveryReport(outcomes: all), now: now))
        writeNotices()
    }

    /// Every notification is written at once, and its message forgotten.
    mutating func writeNotices() {
        while let notice = scheduler.nextNotice() {
            notices.append(notice)
            let carrier = Sample.message(notice.id, to: ["ann@our.test"], from: nil, submitter: .queue, at: now)
            take(scheduler.noticeWritten(notice, carrier, now: now))
        }
    }

    mutating func perform(_ command: QueueCommand, on selection: QueueSelection) -> CommandResult {
        let (result, effects) = scheduler.perform(command, on: selection, now: now)
        take(effects)
        writeNotices()
        return result
    }

    /// Lets time pass up to a moment, from timer to timer; each delivery takes no time and comes to what `outcome` says.
    mutating func run(until seconds: Int64, _ outcome: (DeliveryJob, Int64) -> RecipientOutcome) {
        let end = Sample.start + seconds
        while true {
            let elapsed = now.seconds - Sample.start.seconds
            for job in allNext() { finish(job, outcome(job, elapsed)) }
            var effects = QueueEffects()
            scheduler.advance(to: now, &effects)
            take(effects)
            writeNotices()
            if let job = next() {
                finish(job, outcome(job, elapsed))
                continue
            }
            // A service looks at the clock each hour.
            let due = min(scheduler.nextDue ?? end, now + 3_600)
            guard due <= end, now < end || due <= now && scheduler.nextDue == due else { break }
            now = max(due, now)
        }
        now = end
    }

    func state(_ id: String, _ number: Int = 0) -> QueueEntryState? {
        scheduler.message(id).flatMap { $0.recipients.indices.contains(number) ? $0.recipients[number].state : nil }
    }
    var finished: [String] { events.compactMap { if case .finished(let id) = $0 { id } else { nil } } }
    func count(_ isMeant: (QueueEvent) -> Bool) -> Int { events.filter(isMeant).count }
}
