import SMTP
import SamotopCore
import Testing

@testable import SamotopQueue

/// What senders say of when their mail goes: RFC 4865, RFC 2852 and RFC 6710.
@Suite struct ScheduledMailTests {
    private static func parameters(_ change: (inout MailParameters) -> Void) -> MailParameters {
        var parameters = MailParameters()
        change(&parameters)
        return parameters
    }

    @Test(
        "A message is held until its release, and its five days begin then",
        arguments: [FutureRelease.after(seconds: 7_200), .at(Array("2023-11-15T00:13:20Z".utf8))])
    func heldForLater(_ release: FutureRelease) throws {
        var bench = Bench { $0.delayWarning = .seconds(4 * 3_600) }
        let parameters = Self.parameters { $0.release = release }
        try bench.add(Sample.message("m", parameters: parameters))
        #expect(bench.next() == nil)
        #expect(bench.scheduler.message("m")?.recipients.first?.nextAttempt == Sample.start.seconds + 7_200)
        bench.run(until: 6 * 86_400) { job, _ in
            #expect(job.message.parameters.release == nil)
            return .postponed(Sample.greylisted)
        }
        let times = bench.attempts.map(\.time)
        let end: Int64 = 7_200 + 5 * 86_400
        #expect(times.first == 7_200 && times.last == end)
        #expect(bench.notices.map(\.kind) == [.delayed, .failed])
        #expect(bench.finished == ["m"])
    }

    @Test("A restart forgets no release, and an operator may let it go at once")
    func restart() throws {
        let parameters = Self.parameters { $0.release = .after(seconds: 3_600) }
        let facts = try MessageFacts(Sample.message("m", parameters: parameters))
        var bench = Bench()
        bench.take(bench.scheduler.restore([StoredMessage(facts: facts)], now: bench.now + 60))
        bench.now = bench.now + 60
        #expect(bench.next() == nil)
        #expect(bench.perform(.retry, on: .message("m")).changed == 1)
        bench.finish(try bench.mustNext())
        #expect(bench.finished == ["m"])
    }

    @Test("F10: a clock that goes back sends nothing early")
    func clockBack() throws {
        var bench = Bench()
        try bench.add(Sample.message("m", parameters: Self.parameters { $0.release = .after(seconds: 604_800) }))
        let start = bench.now
        bench.now = Timestamp(seconds: start.seconds - 3_600)
        #expect(bench.next() == nil)
        bench.now = Timestamp(seconds: start.seconds + 604_799)
        #expect(bench.next() == nil)
        bench.now = Timestamp(seconds: start.seconds + 604_800)
        #expect(bench.next() != nil)
    }

    @Test("What goes into the queue again when it is released has its five days and the time that is left from then on")
    func releasedAgain() throws {
        let parameters = Self.parameters {
            $0.release = .after(seconds: 1_000)
            $0.deliverBy = DeliverBy(seconds: 500, mode: .notify)
        }
        var bench = Bench()
        try bench.add(Sample.message("m", parameters: parameters))
        bench.now = Sample.start + 1_100
        let job = try bench.mustNext()
        #expect(job.message.arrived == Sample.start + 1_000)
        #expect(job.message.parameters.deliverBy?.seconds == 400)
    }

    @Test("A release in the past, or at no moment, is now")
    func past() throws {
        var bench = Bench()
        for (id, text) in [("a", "2000-01-01T00:00:00Z"), ("b", "2026-02-30T00:00:00Z")] {
            try bench.add(Sample.message(id, parameters: Self.parameters { $0.release = .at(Array(text.utf8)) }))
        }
        #expect(bench.allNext().count == 2)
    }

    @Test("What is wanted back in time is returned then, and never tried later")
    func returned() throws {
        var bench = Bench()
        let parameters = Self.parameters { $0.deliverBy = DeliverBy(seconds: 1_000, mode: .return) }
        try bench.add(Sample.message("m", parameters: parameters))
        var left: [Int32] = []
        bench.run(until: 10_000) { job, _ in
            left.append(job.message.parameters.deliverBy?.seconds ?? 0)
            return .postponed(Sample.greylisted)
        }
        #expect(left.first == 1_000)
        #expect(zip(left, left.dropFirst()).allSatisfy { $0 > $1 } && left.allSatisfy { $0 > 0 })
        #expect(bench.attempts.allSatisfy { $0.time <= 1_000 })
        #expect(bench.notices.map(\.kind) == [.failed])
        #expect(bench.notices.first?.recipients.first?.isExpired == true)
        #expect(bench.finished == ["m"])
    }

    @Test("Behind a destination that can't be reached it is returned in time, too")
    func returnedUntried() throws {
        var bench = Bench()
        try bench.add(Sample.message("first"))
        bench.finish(try bench.mustNext(), .postponed(Sample.unreachable))
        let parameters = Self.parameters { $0.deliverBy = DeliverBy(seconds: 30, mode: .return) }
        try bench.add(Sample.message("m", parameters: parameters))
        bench.run(until: 31) { _, _ in .postponed(Sample.unreachable) }
        #expect(bench.finished == ["m"])
        #expect(bench.state("first") == .waiting)
    }

    @Test("Who wants to be told is told once, at the moment that they named, and the message goes on")
    func told() throws {
        var bench = Bench { $0.delayWarning = .seconds(4 * 3_600) }
        let parameters = Self.parameters { $0.deliverBy = DeliverBy(seconds: 600, mode: .notify) }
        try bench.add(Sample.message("m", parameters: parameters))
        var left: Int32 = 0
        bench.run(until: 599) { _, _ in .postponed(Sample.greylisted) }
        #expect(bench.notices.isEmpty)
        bench.run(until: 86_400) { job, _ in
            left = job.message.parameters.deliverBy?.seconds ?? 0
            return .postponed(Sample.greylisted)
        }
        #expect(bench.notices.map(\.kind) == [.delayed])
        #expect(left < 0)
        bench.run(until: 6 * 86_400) { _, _ in .postponed(Sample.greylisted) }
        #expect(bench.notices.map(\.kind) == [.delayed, .failed])
    }

    @Test("More urgent mail of a submitter goes first to a destination, and mail of one priority in its order")
    func priorities() throws {
        var bench = Bench {
            $0.destination.initialJobs = 1
            $0.destination.maximumJobs = 1
        }
        // The first one has left the line before the others come.
        try bench.add(Sample.message("first"))
        let first = try bench.mustNext()
        for (id, priority) in [("a", 0), ("b", -4), ("c", 3), ("d", 0), ("e", 9), ("f", 3), ("g", -9)] {
            let parameters = Self.parameters { $0.priority = Int8(priority) }
            try bench.add(Sample.message(id, parameters: parameters))
        }
        bench.finish(first)
        var order: [String] = []
        while let job = bench.next() {
            order.append(job.message.id)
            bench.finish(job)
        }
        #expect(order == ["e", "c", "f", "a", "d", "b", "g"])
    }

    @Test("A message that is to go later waits in the queue for mailboxes of ours, too")
    func local() throws {
        let ours = Recipient(
            path: .mailbox(Sample.mailbox("bob@our.test")), parameters: RcptParameters(),
            destinations: [.mailbox("bob")])
        func parts(_ parameters: MailParameters) throws -> OutgoingParts {
            let envelope = Envelope(id: "m", reversePath: .null, parameters: parameters, recipients: [ours])
            let message = ReceivedMessage(
                envelope: envelope, trace: [], content: MemoryContent([]), received: Sample.start)
            return try OutgoingParts(message, [ours], { QueueDestination($0.domain) }, nil)
        }
        let now = try parts(MailParameters())
        #expect(now.local.count == 1 && now.outgoing.isEmpty)
        let later = try parts(Self.parameters { $0.release = .after(seconds: 60) })
        #expect(later.local.isEmpty && later.outgoing.count == 1)
        #expect(later.outgoing.first?.recipients.map(\.path) == [Sample.mailbox("bob@our.test")])
    }
}
