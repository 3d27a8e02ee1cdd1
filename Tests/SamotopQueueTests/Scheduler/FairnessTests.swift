import SMTP
import SamotopCore
import Testing

@testable import SamotopQueue

@Suite struct FairnessTests {
    @Test(
        "O06: ten thousand messages to one dead host, which returns: one probe at a time, then all of them, slowly first"
    )
    func retryStorm() throws {
        var bench = Bench { $0.destination.maximumJobs = 10 }
        for number in 0..<10_000 { try bench.add(Sample.message("m\(number)")) }
        let back: Int64 = 20_000
        bench.run(until: back) { _, _ in .postponed(Sample.unreachable) }
        // Two at first, then one each pause: 1, 2, 4, 8, 15, 30, 30 … minutes.
        #expect(bench.attempts.count <= 2 + 6 + 20_000 / 1_800)
        #expect(Set(bench.attempts.map(\.id)).count == bench.attempts.count)
        let recorded = bench.changes.count
        #expect(recorded <= bench.attempts.count + 2 * 10_000)
        // The host is back: the probe, then two, three, … ten at a time.
        var windows: [Int] = []
        let delivered = bench.finished.count
        while bench.finished.count < delivered + 10_000 {
            var jobs = bench.allNext()
            if jobs.isEmpty {
                bench.now = max(bench.now, try #require(bench.scheduler.nextDue))
                continue
            }
            windows.append(jobs.count)
            let first = jobs.removeFirst()
            bench.finish(first)
            for job in jobs { bench.finish(job) }
        }
        #expect(windows.first == 1)
        #expect(windows[1] == 2)
        #expect(windows.max() == 10)
        // Nobody waits for a pause of his own, once somebody was let in.
        #expect(bench.now.seconds - Sample.start.seconds <= back + 1_800)
        #expect(bench.count { if case .destinationRecovered = $0 { true } else { false } } == 1)
    }

    @Test("O03: a tarpit holds its own deliveries, and nobody else's")
    func tarpit() throws {
        var bench = Bench {
            $0.maximumJobs = 30
            $0.destination.maximumJobs = 5
            $0.destination.initialJobs = 5
        }
        for number in 0..<1_000 { try bench.add(Sample.message("slow\(number)", to: ["bob@tarpit.test"])) }
        for number in 0..<20 { try bench.add(Sample.message("m\(number)", to: ["bob@h\(number).test"])) }
        let jobs = bench.allNext()
        #expect(jobs.filter { $0.destination.text == "tarpit.test" }.count == 5)
        #expect(jobs.count == 25)
        for job in jobs where job.destination.text != "tarpit.test" { bench.finish(job) }
        #expect(bench.finished.count == 20)
        #expect(bench.next() == nil)
    }

    @Test("F19: a mailbox's program that is slow holds two deliveries, and nobody else's")
    func slowProgram() throws {
        var bench = Bench()
        for number in 0..<100 { try bench.add(Sample.message("slow\(number)", route: "command:ann")) }
        for number in 0..<20 { try bench.add(Sample.message("m\(number)", to: ["bob@h\(number).test"])) }
        var jobs = bench.allNext()
        #expect(jobs.filter { $0.destination.text == "command:ann" }.count == 2)
        #expect(jobs.count == 22)
        // Success opens no more.
        while bench.finished.count < 100 {
            for job in jobs { bench.finish(job) }
            jobs = bench.allNext()
            #expect(jobs.count <= 2)
        }
    }

    @Test("O06: a dead destination with ten thousand messages costs the others nothing")
    func deadDestination() throws {
        var bench = Bench()
        for number in 0..<10_000 { try bench.add(Sample.message("dead\(number)", to: ["bob@dead.test"])) }
        for number in 0..<100 { try bench.add(Sample.message("m\(number)", to: ["bob@alive.test"])) }
        bench.run(until: 1) { job, _ in
            job.destination.text == "dead.test" ? .postponed(Sample.unreachable) : .delivered(Sample.accepted)
        }
        #expect(bench.finished.count == 100)
        #expect(bench.attempts.filter { $0.destination == "dead.test" }.count <= 2)
    }

    @Test(
        "Submitters take turns: one message isn't behind ten thousand of somebody else's, to the same host or to others"
    )
    func turns() throws {
        for isSameHost in [true, false] {
            var bench = Bench { $0.maximumJobs = 4 }
            for number in 0..<10_000 {
                let host = isSameHost ? "a.test" : "h\(number % 100).test"
                try bench.add(
                    Sample.message(
                        "bulk\(number)", to: ["bob@\(host)"], submitter: Submitter(.authenticated, name: "bulk")))
            }
            try bench.add(
                Sample.message("one", to: ["eve@a.test"], submitter: Submitter(.authenticated, name: "small")))
            var order: [String] = []
            for _ in 0..<6 {
                for job in bench.allNext() {
                    order.append(job.message.id)
                    bench.finish(job)
                }
            }
            let place = try #require(order.firstIndex(of: "one"))
            #expect(place < 8, "\(isSameHost)")
        }
    }

    @Test("Three submitters get the same share of one host")
    func shares() throws {
        var bench = Bench()
        for number in 0..<300 {
            for (name, weight) in [("a", 1), ("b", 3), ("c", 10)] {
                for copy in 0..<weight {
                    try bench.add(
                        Sample.message("\(name)\(number).\(copy)", submitter: Submitter(.authenticated, name: name)))
                }
            }
        }
        var served: [Character: Int] = [:]
        for _ in 0..<300 {
            for job in bench.allNext() {
                served[job.message.id.first ?? "?", default: 0] += 1
                bench.finish(job)
            }
            if served.values.reduce(0, +) > 600 { break }
        }
        let counts = served.values.sorted()
        #expect(counts.count == 3)
        #expect((counts.last ?? 0) - (counts.first ?? 0) <= 25)
    }

    @Test("No more deliveries than allowed, in all and to one destination, and their rate")
    func bounds() throws {
        var bench = Bench {
            $0.maximumJobs = 7
            $0.destinations[QueueDestination(name: "slow.test")] = {
                var limits = DestinationLimits()
                limits.interval = .seconds(10)
                return limits
            }()
        }
        for number in 0..<10 { try bench.add(Sample.message("m\(number)", to: ["bob@h\(number).test"])) }
        #expect(bench.allNext().count == 7)
        var paced = Bench {
            $0.destination.interval = .seconds(10)
        }
        for number in 0..<5 { try paced.add(Sample.message("m\(number)")) }
        paced.run(until: 1_000) { _, _ in .delivered(Sample.accepted) }
        #expect(paced.attempts.map(\.time) == [0, 10, 20, 30, 40])
        // The interval counts for mail that comes when the destination has none, too.
        paced.now = Sample.start + 1_000
        try paced.add(Sample.message("n1"))
        paced.finish(try paced.mustNext())
        try paced.add(Sample.message("n2"))
        #expect(paced.next() == nil)
        paced.now = Sample.start + 1_010
        #expect(paced.next() != nil)
    }

    @Test("A job has as many recipients as allowed, each of them once, all of one destination")
    func grouping() throws {
        var bench = Bench { $0.destination.recipientsPerJob = 4 }
        let recipients = (0..<10).map { "r\($0)@a.test" } + (0..<3).map { "r\($0)@B.test" }
        try bench.add(Sample.message("m", to: recipients))
        var seen: [Int] = []
        var sizes: [String: [Int]] = [:]
        while true {
            let jobs = bench.allNext()
            if jobs.isEmpty { break }
            for job in jobs {
                seen += job.recipients.map(\.number)
                sizes[job.destination.text, default: []].append(job.recipients.count)
                bench.finish(job)
            }
        }
        #expect(seen.sorted() == Array(0..<13))
        #expect(sizes == ["a.test": [4, 4, 2], "b.test": [3]])
        #expect(bench.finished == ["m"])
        var routed = Bench()
        try routed.add(Sample.message("m", to: ["a@a.test", "b@b.test"], route: "smarthost"))
        #expect(routed.next()?.recipients.count == 2)
    }

    @Test("Of many deliveries that fail at once one counts; one that succeeds meanwhile ends the pause")
    func parallelFailures() throws {
        var bench = Bench {
            $0.destination.initialJobs = 10
        }
        for number in 0..<30 { try bench.add(Sample.message("m\(number)")) }
        let jobs = bench.allNext()
        #expect(jobs.count == 10)
        for job in jobs.prefix(9) { bench.finish(job, .postponed(Sample.unreachable)) }
        #expect(bench.scheduler.listDestinations(limit: 1).first?.failures == 1)
        #expect(bench.scheduler.listDestinations(limit: 1).first?.pausedUntil == Sample.start.seconds + 60)
        #expect(bench.next() == nil)
        bench.finish(jobs[9])
        let again = bench.allNext()
        #expect(again.count == 2)
        #expect(bench.scheduler.listDestinations(limit: 1).first?.failures == 0)
    }
}
