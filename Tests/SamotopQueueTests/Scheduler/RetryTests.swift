import SMTP
import SamotopCore
import Testing

@testable import SamotopQueue

@Suite struct RetryTests {
    private static let day: Int64 = 86_400

    @Test("O01: a peer that is lost after the dot is tried again, and the message is delivered")
    func lostAfterTheDot() throws {
        var bench = Bench()
        try bench.add(Sample.message("m"))
        let lost = AttemptFailure(
            stage: .content, status: EnhancedStatusCode(4, 4, 2), words: "the connection was lost", isHostWide: true)
        let first = try bench.mustNext()
        #expect(first.recipients.map(\.attempts) == [0])
        bench.finish(first, .postponed(lost))
        bench.now = bench.now + 300
        let second = try bench.mustNext()
        #expect(second.recipients.map(\.attempts) == [1])
        bench.finish(second)
        #expect(bench.finished == ["m"])
        #expect(bench.notices.isEmpty)
    }

    @Test(
        "O02: 4yz is tried again by the schedule, 5yz is returned at once, at each stage",
        arguments: AttemptStage.allCases)
    func eachStage(stage: AttemptStage) throws {
        var bench = Bench()
        try bench.add(Sample.message("m", to: ["bob@a.test"]), Sample.message("n", to: ["eve@b.test"]))
        func failure(_ severity: UInt8) -> AttemptFailure {
            AttemptFailure(
                stage: stage, status: EnhancedStatusCode(severity, 0, 0), words: "no",
                isHostWide: stage.rawValue <= 4 && severity == 4)
        }
        bench.run(until: 1) { job, _ in job.message.id == "m" ? .postponed(failure(4)) : .refused(failure(5)) }
        #expect(bench.state("m") == .waiting)
        #expect(bench.finished == ["n"])
        #expect(bench.notices.map(\.kind) == [.failed])
        #expect(bench.notices.first?.recipients.first?.failure == failure(5))
        #expect(bench.notices.first?.recipients.first?.isExpired == false)
        bench.run(until: 300) { _, _ in .delivered(Sample.accepted) }
        #expect(bench.finished == ["n", "m"])
        #expect(bench.attempts.map(\.time) == [0, 0, 300])
    }

    @Test("O04: each recipient of a transaction has its own outcome")
    func mixed() throws {
        var bench = Bench()
        try bench.add(Sample.message("m", to: ["a@a.test", "b@a.test", "c@a.test", "d@a.test"]))
        let job = try bench.mustNext()
        #expect(job.recipients.map(\.number) == [0, 1, 2, 3])
        bench.finish(
            job, .delivered(Sample.accepted), .postponed(Sample.greylisted), .refused(Sample.unknown),
            .held(HoldReason(.signature, words: "another signature")))
        #expect((0..<4).map { bench.state("m", $0) } == [.delivered, .waiting, .failed, .held])
        #expect(bench.notices.map { $0.recipients.map(\.number) } == [[2]])
        bench.now = bench.now + 300
        let again = try bench.mustNext()
        #expect(again.recipients.map(\.number) == [1])
        bench.finish(again)
        #expect(bench.finished == [])
        #expect(bench.perform(.release, on: .message("m")).changed == 1)
        bench.finish(try bench.mustNext())
        #expect(bench.finished == ["m"])
    }

    @Test("O05: what a peer can't take is returned with the code of that, and not tried again")
    func notConvertible() throws {
        var bench = Bench()
        try bench.add(Sample.message("m"))
        let failure = AttemptFailure(
            stage: .mail, status: EnhancedStatusCode(5, 6, 7), words: "the peer takes no internationalised mail",
            isHostWide: false)
        bench.run(until: 3_600) { _, _ in .refused(failure) }
        #expect(bench.attempts.count == 1)
        #expect(bench.notices.first?.recipients.first?.failure?.status == EnhancedStatusCode(5, 6, 7))
        #expect(bench.finished == ["m"])
    }

    @Test("A report without outcomes counts as postponed")
    func noOutcomes() throws {
        var bench = Bench()
        try bench.add(Sample.message("m", to: ["a@a.test", "b@a.test"]))
        let job = try bench.mustNext()
        bench.take(
            bench.scheduler.finish(job.id, DeliveryReport(outcomes: [.delivered(Sample.accepted)]), now: bench.now))
        #expect(bench.state("m", 0) == .delivered)
        #expect(bench.state("m", 1) == .waiting)
        // And one that comes twice changes nothing.
        bench.take(bench.scheduler.finish(job.id, DeliveryReport(outcomes: [.refused(Sample.unknown)]), now: bench.now))
        #expect(bench.state("m", 1) == .waiting)
    }

    @Test(
        "O07: five days of a greylisting host: the schedule, one warning after four hours, one failure at the end, then gone"
    )
    func fiveDaysPostponed() throws {
        var bench = Bench()
        try bench.add(Sample.message("m"))
        bench.run(until: 6 * Self.day) { _, _ in .postponed(Sample.greylisted) }
        let times = bench.attempts.map(\.time)
        #expect(times.prefix(8) == [0, 300, 1_200, 3_000, 6_600, 13_800, 28_200, 42_600])
        #expect(times.last == 5 * Self.day)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 <= 14_400 })
        #expect(bench.notices.map(\.kind) == [.delayed, .failed])
        let delayed = try #require(bench.notices.first?.recipients.first)
        #expect(delayed.expires == Sample.start + 5 * Self.day)
        #expect(delayed.failure == Sample.greylisted)
        let failed = try #require(bench.notices.last?.recipients.first)
        #expect(failed.isExpired)
        #expect(failed.failure == Sample.greylisted)
        #expect(failed.attempts == times.count)
        #expect(bench.finished == ["m"])
        #expect(bench.scheduler.nextDue.map { $0 <= bench.now } ?? true)
        #expect(bench.scheduler.totals().messages == 0)
    }

    @Test("O07: five days of a dead host: the same for every message, also for those that were never tried themselves")
    func fiveDaysDead() throws {
        var bench = Bench()
        let count = 200
        for number in 0..<count { try bench.add(Sample.message("m\(number)")) }
        var warned: Int64?
        bench.run(until: 6 * Self.day) { _, _ in .postponed(Sample.unreachable) }
        for event in bench.events {
            if case .notified(_, .delayed, notice: _) = event { warned = warned ?? 0 }
        }
        #expect(warned != nil)
        #expect(bench.notices.filter { $0.kind == .delayed }.count == count)
        let failed = bench.notices.filter { $0.kind == .failed }
        #expect(failed.count == count)
        #expect(Set(failed.map(\.message.id)).count == count)
        #expect(
            failed.allSatisfy {
                $0.recipients.first?.failure == Sample.unreachable && $0.recipients.first?.isExpired == true
            })
        #expect(Set(bench.notices.map(\.id)).count == 2 * count)
        #expect(bench.finished.count == count)
        // One probe each half an hour, whatever waits.
        #expect(bench.attempts.count < 5 * 48 + 30)
        #expect(bench.scheduler.destinationIndex.isEmpty)
        #expect(bench.scheduler.submitterIndex.isEmpty)
    }

    @Test("O07: what waits for a busy destination past its time still gets one attempt before it is returned")
    func lastAttempt() throws {
        var bench = Bench { $0.destination.maximumJobs = 1 }
        try bench.add(Sample.message("busy"), Sample.message("late"))
        let busy = try bench.mustNext()
        #expect(bench.next() == nil)
        // The clock goes by the timers, as a service would.
        while let due = bench.scheduler.nextDue, due < Sample.start + 5 * Self.day + 3_600 {
            bench.now = max(due, bench.now)
            #expect(bench.next() == nil)
        }
        #expect(bench.state("late") == .ready)
        bench.finish(busy)
        let late = try bench.mustNext()
        #expect(late.message.id == "late")
        bench.finish(late, .postponed(Sample.greylisted))
        #expect(bench.notices.filter { $0.kind == .failed }.map(\.message.id) == ["late"])
        #expect(bench.finished == ["busy", "late"])
    }

    @Test("F11: an hour without DNS returns nothing, warns nobody, and drains within half an hour after")
    func withoutDNS() throws {
        var bench = Bench()
        for number in 0..<300 { try bench.add(Sample.message("m\(number)", to: ["bob@host\(number % 30).test"])) }
        bench.run(until: 3_600) { _, _ in .postponed(Sample.noDNS) }
        #expect(bench.notices.isEmpty)
        #expect(bench.finished.isEmpty)
        bench.run(until: 2 * 3_600) { _, _ in .delivered(Sample.accepted) }
        #expect(bench.notices.isEmpty)
        #expect(bench.finished.count == 300)
        #expect(bench.attempts.last.map { $0.time <= 3_600 + 1_800 } == true)
    }

    @Test("Jitter keeps each pause within a tenth, and draws them apart")
    func jitter() throws {
        var pauses: Set<Int64> = []
        for seed in 0..<40 {
            var bench = Bench({ $0.jitter = 0.1 }, seed: UInt64(seed))
            try bench.add(Sample.message("m"))
            bench.finish(try bench.mustNext(), .postponed(Sample.greylisted))
            let due = try #require(bench.scheduler.message("m")?.recipients.first?.nextAttempt)
            pauses.insert(due - Sample.start.seconds)
        }
        #expect(pauses.allSatisfy { (270...330).contains($0) })
        #expect(pauses.count > 15)
    }

    @Test("Recipients that were postponed together are tried together again")
    func together() throws {
        var bench = Bench { $0.jitter = 0.1 }
        try bench.add(Sample.message("m", to: (0..<10).map { "r\($0)@a.test" }))
        bench.finish(try bench.mustNext(), .postponed(Sample.greylisted))
        bench.now = try #require(bench.scheduler.timers.earliest.map { Timestamp(milliseconds: $0) })
        #expect(bench.next()?.recipients.count == 10)
    }

    @Test(
        "F10: a clock that jumps forward expires nothing until it is trusted; one that jumps back keeps nothing waiting"
    )
    func clockJumps() throws {
        var bench = Bench()
        for number in 0..<20 { try bench.add(Sample.message("m\(number)", to: ["bob@h\(number).test"])) }
        for job in bench.allNext() { bench.finish(job, .postponed(Sample.unreachable)) }
        bench.now = Sample.start + 3_650 * Self.day
        for job in bench.allNext() { bench.finish(job, .postponed(Sample.unreachable)) }
        #expect(bench.count { if case .clockJumped(let by) = $0 { by > 3_649 * Self.day } else { false } } == 1)
        #expect(bench.notices.isEmpty)
        #expect(bench.scheduler.totals().messages == 20)
        // Back again: what was put off to a far future is due soon.
        bench.now = Sample.start + 600
        _ = bench.allNext()
        #expect(bench.count { if case .clockJumped(let by) = $0 { by < 0 } else { false } } == 1)
        var end = bench
        end.run(until: 600 + 14_401) { _, _ in .delivered(Sample.accepted) }
        #expect(end.finished.count == 20)
        #expect(end.notices.filter { $0.kind == .failed }.isEmpty)
        // Trusted after all.
        var trusted = Bench()
        try trusted.add(Sample.message("m"))
        trusted.finish(try trusted.mustNext(), .postponed(Sample.greylisted))
        trusted.now = Sample.start + 30 * Self.day
        trusted.finish(try trusted.mustNext(), .postponed(Sample.greylisted))
        #expect(trusted.notices.isEmpty)
        trusted.scheduler.trustClock()
        trusted.run(until: 31 * Self.day) { _, _ in .postponed(Sample.greylisted) }
        #expect(trusted.notices.filter { $0.kind == .failed }.count == 1)
    }
}
