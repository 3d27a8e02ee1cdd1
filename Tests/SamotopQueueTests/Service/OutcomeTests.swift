import SMTP
import SamotopCore
import SamotopTesting
import Testing

@testable import SamotopQueue

/// What those learn who keep outcomes or pass them on.
@Suite struct OutcomeTests {
    private static let dane = DeliveredTLS(version: "TLSv1.3", verifiedBy: .dane)

    /// What the scheduler tells of a message with these recipients, when each attempt comes to this.
    private func told(
        _ recipients: [String] = ["bob@a.test"], hours: Int64 = 1, isWanted: Bool = true,
        each outcome: (String) -> RecipientOutcome,
        then: (inout QueueScheduler) -> QueueEffects = { _ in QueueEffects() }
    ) throws -> [QueueOutcome] {
        var scheduler = QueueScheduler(seed: 1)
        scheduler.tellsOutcomes = isWanted
        var found = scheduler.add(try MessageFacts(Sample.message("m", to: recipients)), now: Sample.start).outcomes
        for minute in 0...(hours * 60) {
            let now = Sample.start + minute * 60
            var effects = QueueEffects()
            scheduler.advance(to: now, &effects)
            while let job = scheduler.nextJob(now: now, &effects) {
                let outcomes = job.recipients.map { outcome(String(decoding: $0.path.bytes, as: UTF8.self)) }
                effects.append(
                    scheduler.finish(job.id, DeliveryReport(outcomes: outcomes, tls: Self.dane), now: now))
            }
            found += effects.outcomes
        }
        return found + then(&scheduler).outcomes
    }

    @Test("Each recipient's end is told with its address and, when it was delivered, the TLS that it went inside")
    func ends() throws {
        let suppressed = AttemptFailure(
            stage: .suppressed, status: EnhancedStatusCode(5, 1, 1), words: "no", isHostWide: false)
        let found = try told(
            ["a@a.test", "b@a.test", "c@a.test", "d@a.test"],
            each: { address in
                switch address.first {
                case "a": .delivered(Sample.accepted)
                case "b": .refused(Sample.unknown)
                case "c": .held(HoldReason(.signature, words: "another key"))
                default: .refused(suppressed)
                }
            })
        #expect(found.map(\.kind) == [.delivered, .failed, .held, .suppressed])
        #expect(found.map(\.address) == ["a", "b", "c", "d"].map { Sample.mailbox("\($0)@a.test") })
        #expect(found.map(\.tls) == [Self.dane, nil, nil, nil])
        #expect(found.map(\.failure) == [nil, Sample.unknown, nil, suppressed])
        #expect(found[0].reply == Sample.accepted && found[2].hold?.words == "another key")
        #expect(found.allSatisfy { $0.facts.id == "m" && !$0.isLocal && !$0.isNotification })
    }

    @Test("What takes long is told once, and at the end that it is given up; tries between are nobody's business")
    func long() throws {
        let found = try told(hours: 5 * 24 + 1, each: { _ in .postponed(Sample.greylisted) })
        #expect(found.map(\.kind) == [.delayed, .expired])
        #expect(found.map(\.failure?.status) == [EnhancedStatusCode(4, 7, 1), EnhancedStatusCode(4, 7, 1)])
    }

    @Test("What an operator decides is told; an address that it was sent to instead is the one named")
    func decided() throws {
        func after(_ command: QueueCommand) throws -> [QueueOutcome] {
            try told(each: { _ in .postponed(Sample.greylisted) }) { scheduler in
                scheduler.perform(command, on: .message("m"), now: Sample.start + 3_600).effects
            }
        }
        #expect(try after(.hold(words: "wait")).map(\.kind) == [.held])
        #expect(try after(.fail(words: "no")).map(\.kind) == [.failed])
        #expect(try after(.drop).isEmpty)
        let other = NewRecipient(Sample.mailbox("eve@b.test"))
        let moved = try told(each: { _ in .postponed(Sample.greylisted) }) { scheduler in
            let now = Sample.start + 3_600
            var effects = scheduler.perform(.readdress(other), on: .message("m"), now: now).effects
            guard let job = scheduler.nextJob(now: now, &effects) else { return effects }
            effects.append(
                scheduler.finish(job.id, DeliveryReport(outcomes: [.delivered(Sample.accepted)]), now: now))
            return effects
        }
        #expect(moved.map(\.kind) == [.delivered] && moved.map(\.address) == [other.path])
        #expect(moved.map(\.destination.text) == ["b.test"] && moved.first?.tls == nil)
    }

    @Test("When nobody wants outcomes none are made")
    func unwanted() throws {
        #expect(try told(isWanted: false, each: { _ in .delivered(Sample.accepted) }).isEmpty)
    }

    @Test("The service tells them to whoever is named")
    func service() async throws {
        let (clock, seen) = (ManualClock(), Collector<QueueOutcome.Kind>())
        let service = QueueService(
            store: MemoryQueueStore(), transport: FakePeers { _, _ in .delivered(Sample.accepted) },
            notices: PlainWriter(), clock: clock, sleeper: ManualSleeper(clock), seed: 1,
            outcomes: { seen.add($0.kind) })
        let run = Task { try await service.run() }
        _ = try await service.add([Sample.message("m")])
        while seen.all.isEmpty { await Task.yield() }
        #expect(seen.all == [.delivered])
        await service.stop()
        try await run.value
    }
}
