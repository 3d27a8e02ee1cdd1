import SMTP
import SamotopCore
import Testing

@testable import SamotopQueue

@Suite struct SchedulerModelTests {
    /// Forty sequences each: 960 in all.
    @Test(
        "Any sequence of arrivals, deliveries, commands, pauses and restarts: the same as the naive queue",
        arguments: 0..<24)
    func sameAsNaive(block: UInt64) throws {
        for seed in (block * 40)..<(block * 40 + 40) {
            var world = World(seed: seed)
            for step in 0..<45 {
                try world.step()
                if let fault = world.fault {
                    Issue.record("seed \(seed), step \(step): \(fault)")
                    return
                }
            }
            if seed % 8 == 0 { world.drain() }
            if let fault = world.fault {
                Issue.record("seed \(seed), at the end: \(fault)")
                return
            }
        }
    }

    private struct World {
        var random: SplitMix
        var bench: Bench
        var naive: NaiveQueue
        /// What a store would hold.
        var stored: [String: StoredMessage] = [:]
        var order: [String] = []
        var inFlight: [DeliveryJob] = []
        var wishes: [DeliveryJobID: [Int: QueueCommand]] = [:]
        var told: [String: [NoticeKind]] = [:]
        var fault: String?
        var added = 0
        /// The naive queue isn't asked any more.
        var isDraining = false
        private var seenEvents = 0
        private var seenChanges = 0
        private var seenNotices = 0

        init(seed: UInt64) {
            random = SplitMix(seed: seed)
            let limit = Int.random(in: 1...5, using: &random)
            let initial = Int.random(in: 1...3, using: &random)
            let size = Int.random(in: 1...3, using: &random)
            bench = Bench {
                $0.destination.maximumJobs = limit
                $0.destination.initialJobs = min(limit, initial)
                $0.destination.recipientsPerJob = size
                $0.maximumJobs = 1_000
                $0.lifetime = .seconds(86_400)
                $0.delayWarning = .seconds(7_200)
                $0.destinationRetry = RetrySchedule([.seconds(60), .seconds(1_000), .seconds(10_000)])
            }
            naive = NaiveQueue(settings: bench.scheduler.settings, now: Sample.start.milliseconds)
        }

        mutating func step() throws {
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<6: try addMessage()
            case 6..<13: finishOne()
            case 13..<16: command()
            case 16..<19: passTime()
            default: restart()
            }
            look()
        }

        private mutating func addMessage() throws {
            added += 1
            let id = "m\(added)"
            let hosts = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                "h\(Int.random(in: 0..<4, using: &random)).test"
            }
            let message = Sample.message(
                id, to: hosts.enumerated().map { "r\($0.offset)@\($0.element)" },
                submitter: Submitter(.authenticated, name: "u\(Int.random(in: 0..<3, using: &random))"), at: bench.now)
            stored[id] = StoredMessage(facts: try MessageFacts(message))
            order.append(id)
            naive.add(id, hosts)
            try bench.add(message)
        }

        private mutating func finishOne() {
            guard let index = inFlight.indices.randomElement(using: &random) else { return }
            let job = inFlight.remove(at: index)
            let outcomes = job.recipients.map { _ -> RecipientOutcome in
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<3: .delivered(Sample.accepted)
                case 3..<5: .postponed(Sample.greylisted)
                case 5..<8: .postponed(Sample.unreachable)
                case 8: .refused(Sample.unknown)
                default: .held(HoldReason(.signature, words: "x"))
                }
            }
            naive.finish(job.id, outcomes, wishes: wishes.removeValue(forKey: job.id) ?? [:])
            bench.take(bench.scheduler.finish(job.id, DeliveryReport(outcomes: outcomes), now: bench.now))
            bench.writeNotices()
        }

        private mutating func command() {
            guard let id = naive.messages.keys.sorted().randomElement(using: &random),
                let number = naive.messages[id]?.indices.randomElement(using: &random)
            else { return }
            let commands: [QueueCommand] = [
                .retry, .retry, .hold(words: "x"), .release, .release, .fail(words: "x"), .drop,
                .readdress(NewRecipient(Sample.mailbox("n@h\(Int.random(in: 0..<4, using: &random)).test"))),
            ]
            guard let command = commands.randomElement(using: &random) else { return }
            if case .delivering(let job)? = naive.messages[id]?[number].state {
                if command != .retry { wishes[job, default: [:]][number] = command }
            }
            naive.command(command, id, number)
            _ = bench.perform(command, on: .message(id, recipient: number))
        }

        private mutating func passTime() {
            var seconds = Int64.random(in: 1...4_000, using: &random)
            if Int.random(in: 0..<4, using: &random) == 0 { seconds = Int64.random(in: 1...80_000, using: &random) }
            bench.now = bench.now + seconds
            naive.now = bench.now.milliseconds
        }

        private mutating func restart() {
            var again = Bench()
            again.scheduler = QueueScheduler(settings: bench.scheduler.settings, seed: 1)
            again.now = bench.now
            again.take(again.scheduler.restore(order.compactMap { stored[$0] }, now: again.now))
            bench = again
            (seenEvents, seenChanges, seenNotices) = (0, 0, 0)
            bench.writeNotices()
            inFlight = []
            wishes = [:]
            naive.restart()
        }

        /// Takes all jobs there are, and compares.
        private mutating func look() {
            while fault == nil {
                let job = bench.next()
                bench.writeNotices()
                follow()
                guard let job else { break }
                if let objection = naive.objection(job) { fault = "a job \(objection)" }
                naive.start(job)
                inFlight.append(job)
            }
            if fault == nil, !naive.eligible.isEmpty {
                fault = """
                    nothing is begun, but \(naive.eligible) could be: \(naive.destinations), \(naive.jobs), \(naive.now),
                    \(bench.scheduler.destinations.filter { !$0.isFree })
                    """
            }
            compare()
        }

        /// Takes over what the scheduler decided by itself, if it may.
        private mutating func follow() {
            for event in bench.events[seenEvents...] {
                if case .expired(let id, let number, destination: _) = event, !isDraining, !naive.expire(id, number) {
                    if naive.messages[id] != nil { fault = "\(id) \(number) is given up too early" }
                }
            }
            seenEvents = bench.events.count
            for change in bench.changes[seenChanges...] {
                switch change {
                case .status(let id, let status, notice: _):
                    guard let read = MessageStatus(octets: status.octets) else {
                        fault = "a status that can't be read"
                        continue
                    }
                    stored[id]?.status = read
                case .finished(let id, notice: _):
                    stored[id] = nil
                    order.removeAll { $0 == id }
                }
            }
            seenChanges = bench.changes.count
            for notice in bench.notices[seenNotices...] {
                for recipient in notice.recipients {
                    told["\(notice.message.id) \(recipient.number)", default: []].append(notice.kind)
                }
            }
            seenNotices = bench.notices.count
            for (who, kinds) in told where Set(kinds).count != kinds.count { fault = "\(who) is told \(kinds)" }
        }

        private mutating func compare() {
            guard fault == nil else { return }
            if Set(stored.keys) != Set(naive.messages.keys) {
                fault = "queued: \(stored.keys.sorted()), should be \(naive.messages.keys.sorted())"
                return
            }
            // By the memory itself, since to read every envelope at every step takes long.
            for (id, recipients) in naive.messages {
                guard let key = stored[id]?.facts.key,
                    let slot = bench.scheduler.keys.slot(of: key, in: bench.scheduler.slots)
                else {
                    fault = "\(id) isn't there"
                    return
                }
                for (number, mine) in recipients.enumerated() {
                    compare("\(id) \(number)", mine, bench.scheduler.slots[Int(slot)].recipients[number])
                }
            }
        }

        private mutating func compare(_ who: String, _ mine: NaiveQueue.Recipient, _ theirs: RecipientEntry) {
            let wanted: QueueEntryState =
                switch mine.state {
                case .waiting: naive.isReady(mine) ? .ready : .waiting
                case .delivering: .delivering
                case .held: .held
                case .done(let state): QueueEntryState(rawValue: "\(state)") ?? .waiting
                }
            if theirs.shown != wanted { fault = "\(who) is \(theirs.shown), should be \(wanted)" }
            if case .done = mine.state { return }
            if Int(theirs.status.attempts) != mine.attempts { fault = "\(who): \(theirs.status.attempts) attempts" }
            let name = bench.scheduler.destinations[Int(theirs.destination)].name.text
            if name != mine.destination { fault = "\(who) goes to \(name)" }
            if theirs.status.due != mine.due {
                fault = "\(who): at \(theirs.status.due), should be at \(mine.due): \(mine)"
            }
        }

        /// Everything is released, and all hosts are dead for two days: nothing is left, and each failure was told.
        mutating func drain() {
            isDraining = true
            for job in inFlight {
                bench.finish(job, .postponed(Sample.unreachable))
            }
            _ = bench.perform(.release, on: .matching(QueueQuery()))
            let elapsed = bench.now.seconds - Sample.start.seconds
            bench.run(until: elapsed + 2 * 86_400) { _, _ in .postponed(Sample.unreachable) }
            follow()
            if bench.scheduler.totals().messages > 0 { fault = fault ?? "\(bench.scheduler.totals()) is left" }
            if !stored.isEmpty { fault = fault ?? "the store still has \(stored.count)" }
            if !bench.scheduler.destinationIndex.isEmpty || !bench.scheduler.submitterIndex.isEmpty {
                fault = fault ?? "a destination or a submitter is left"
            }
        }
    }
}
