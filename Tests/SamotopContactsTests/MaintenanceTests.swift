import SamotopCore
import SamotopTesting
import Synchronization
import Testing

@testable import SamotopContacts

@Suite struct MaintenanceTests {
    private static let day: Int64 = 86_400
    private let world: ContactWorld
    init() throws { world = try ContactWorld() }

    private func maintenance(_ audit: MemoryAuditStore? = nil) -> ContactMaintenance {
        ContactMaintenance(
            contacts: world.contacts, audit: audit, passes: world.passes, desk: world.desk, arrivals: world.arrivals,
            clock: world.clock)
    }

    /// Turns the clock by so many seconds, a round for each step.
    private func run(_ maintenance: ContactMaintenance, _ seconds: Int64, step: Int64) async {
        var schedule = MaintenanceSchedule(ContactMaintenance.Settings(), at: world.clock.now())
        for _ in 0..<(seconds / step) {
            world.clock.advance(by: step)
            await maintenance.round(&schedule)
        }
    }

    @Test func countsOfDeliveriesAreWrittenInBatches() async throws {
        try await world.decide(.welcome, "ann@ann.test")
        for _ in 0..<3 { try await world.send(from: "ann@ann.test", facts: .proving("ann.test")) }
        #expect(try await world.contact("ann@ann.test")?.delivered == 0)
        await run(maintenance(), 5, step: 1)
        #expect(try await world.contact("ann@ann.test")?.delivered == 3)
    }

    @Test func strangersWhomNobodyAnsweredAreForgotten() async throws {
        try await world.send(from: "ann@ann.test")
        try await world.send(from: "bo@bo.test")
        try await world.decide(.blocked, "bo@bo.test")
        await run(maintenance(), 64 * Self.day, step: 43_200)
        #expect(try await world.contact("ann@ann.test") != nil)
        await run(maintenance(), 2 * Self.day, step: 43_200)
        #expect(try await world.contact("ann@ann.test") == nil)
        #expect(try await world.contact("bo@bo.test") != nil)
    }

    @Test("F10: after a jump of the clock nothing expires for a day") func jump() async throws {
        try await world.send(from: "ann@ann.test")
        var schedule = MaintenanceSchedule(ContactMaintenance.Settings(), at: world.clock.now())
        world.clock.advance(by: 10 * 365 * Self.day)
        #expect(schedule.due(at: world.clock.now()) == [.flushing])
        for _ in 0..<23 {
            world.clock.advance(by: 3_600)
            #expect(!schedule.due(at: world.clock.now()).contains(.expiring))
        }
        world.clock.advance(by: -10 * 365 * Self.day)
        #expect(!schedule.due(at: world.clock.now()).contains(.expiring))
        for _ in 0..<24 {
            world.clock.advance(by: 3_600)
            _ = schedule.due(at: world.clock.now())
        }
        world.clock.advance(by: 3_600)
        #expect(schedule.due(at: world.clock.now()).contains(.expiring))
        #expect(schedule.due(at: Timestamp(seconds: .min)) == [.flushing])
        #expect(schedule.due(at: Timestamp(seconds: .max)) == [.flushing])
    }

    @Test func itRunsUntilItIsCancelledAndWritesWhatWaits() async throws {
        try await world.decide(.welcome, "ann@ann.test")
        try await world.send(from: "ann@ann.test", facts: .proving("ann.test"))
        let rounds = Mutex(0)
        await maintenance().run { duration in
            #expect(duration == .milliseconds(500))
            rounds.withLock { $0 += 1 }
            if rounds.withLock({ $0 }) == 3 { throw CancellationError() }
        }
        #expect(rounds.withLock { $0 } == 3)
        #expect(try await world.contact("ann@ann.test")?.delivered == 1)
    }

    @Test func othersChangesAreSeenInTheNextRound() async throws {
        #expect(try await world.send(from: "ann@ann.test", facts: .proving("ann.test")).last == "450 4.7.1")
        let ann = try #require(ContactWorld.correspondent("ann@ann.test"))
        await run(maintenance(), 1, step: 1)
        // It is at hand now.
        #expect(try await world.send(from: "ann@ann.test", facts: .proving("ann.test")).last == "450 4.7.1")
        try await ContactDesk(world.store).decide(.welcome, about: ann, of: ContactWorld.alice, by: "command")
        await run(maintenance(), 1, step: 1)
        #expect(try await world.send(from: "ann@ann.test", facts: .proving("ann.test")).last == "250 2.0.0")
    }
}

@Suite struct RetryClockTests {
    private func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) }

    @Test func theNextTryFollowsFromThoseBefore() {
        let first = RetryClock(start: at(0), latest: at(0), tries: 1)
        #expect(first.nextTry(after: at(10)) == at(600))
        #expect(first.nextTry(after: at(700)) == at(700))
        let third = RetryClock(start: at(0), latest: at(7_200), tries: 3)
        #expect(third.nextTry(after: at(7_300)) == at(7_200 + 5_400))
        let slow = RetryClock(start: at(0), latest: at(100_000), tries: 2)
        #expect(slow.nextTry(after: at(100_000)) == at(100_000 + 4 * 3_600))
        #expect(first.mayGiveUp == at(4 * 86_400))
        #expect(first.nextTry(after: first.givesUp) == nil)
        #expect(!first.hasWaited(days: 5, at: at(5 * 86_400 - 1)))
        #expect(first.hasWaited(days: 5, at: at(5 * 86_400)))
        #expect(!first.hasWaited(days: 1, at: at(-1_000_000)))
    }

    @Test func extremeClocksDoNotTrap() {
        let clock = RetryClock(start: at(.min), latest: at(.max), tries: .max)
        #expect(clock.nextTry(after: at(.min)) != nil)
        _ = RetryClock(start: at(.max), latest: at(.min), tries: -1).nextTry(after: at(.max))
        #expect(!clock.hasWaited(days: .max, at: at(.max)))
    }
}
