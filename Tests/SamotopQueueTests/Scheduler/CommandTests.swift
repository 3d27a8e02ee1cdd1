import SMTP
import SamotopCore
import Testing

@testable import SamotopQueue

@Suite struct CommandTests {
    private static let wishes: [QueueCommand] = [
        .retry, .hold(words: "wait"), .release, .fail(words: "returned"), .drop,
        .readdress(NewRecipient(Sample.mailbox("eve@b.test"))),
    ]

    @Test(
        "O08: a command that meets a delivery: if the delivery settles it, that is the outcome, whatever was said",
        arguments: 0..<6)
    func raceWithASettledDelivery(index: Int) throws {
        for outcome in [RecipientOutcome.delivered(Sample.accepted), .refused(Sample.unknown)] {
            var bench = Bench()
            try bench.add(Sample.message("m"))
            let job = try bench.mustNext()
            let result = bench.perform(Self.wishes[index], on: .message("m"))
            #expect(result == CommandResult(changed: 0, delivering: 1, unchanged: 0))
            #expect(bench.state("m") == .delivering)
            bench.finish(job, outcome)
            #expect(bench.finished == ["m"])
            #expect(bench.notices.count == (outcome == .delivered(Sample.accepted) ? 0 : 1))
            #expect(bench.next() == nil)
        }
    }

    @Test("O08: if the delivery settles nothing, the command is done after it, once", arguments: 0..<6)
    func raceWithAPostponedDelivery(index: Int) throws {
        var bench = Bench()
        try bench.add(Sample.message("m"))
        let job = try bench.mustNext()
        _ = bench.perform(Self.wishes[index], on: .matching(QueueQuery()))
        bench.finish(job, .postponed(Sample.greylisted))
        let commanded = bench.count { if case .commanded = $0 { true } else { false } }
        switch Self.wishes[index] {
        case .retry, .release:
            #expect(bench.state("m") == .waiting)
            #expect(commanded == 0)
        case .hold: #expect(bench.state("m") == .held)
        case .fail:
            #expect(bench.finished == ["m"])
            #expect(bench.notices.map(\.kind) == [.failed])
        case .drop:
            #expect(bench.finished == ["m"])
            #expect(bench.notices.isEmpty)
        case .readdress:
            let next = try bench.mustNext()
            #expect(next.destination.text == "b.test")
            #expect(next.recipients.first?.path == Sample.mailbox("eve@b.test"))
        }
        if index != 0 && index != 2 { #expect(commanded == 1) }
    }

    @Test("Retry now: at once, whatever schedule and pause say")
    func retry() throws {
        var bench = Bench()
        try bench.add(Sample.message("m"), Sample.message("n"), Sample.message("o"))
        for job in bench.allNext() { bench.finish(job, .postponed(Sample.unreachable)) }
        #expect(bench.next() == nil)
        #expect(bench.perform(.retry, on: .message("m")).changed == 1)
        // One at a time: it is still not known to be alive.
        #expect(bench.allNext().count == 1)
        var held = Bench()
        try held.add(Sample.message("m"))
        _ = held.perform(.hold(words: "x"), on: .message("m"))
        #expect(held.perform(.retry, on: .message("m")).unchanged == 1)
        #expect(held.next() == nil)
    }

    @Test("Held mail is neither tried nor returned, nor its sender warned; released it has a new lifetime")
    func holdAndRelease() throws {
        var bench = Bench()
        try bench.add(Sample.message("m"))
        #expect(bench.perform(.hold(words: "look at it"), on: .message("m")).changed == 1)
        #expect(bench.perform(.hold(words: "look at it"), on: .message("m")).unchanged == 1)
        bench.run(until: 30 * 86_400) { _, _ in .postponed(Sample.greylisted) }
        #expect(bench.attempts.isEmpty)
        #expect(bench.notices.isEmpty)
        #expect(bench.scheduler.message("m")?.recipients.first?.hold == "look at it")
        #expect(bench.scheduler.message("m")?.recipients.first?.expires == nil)
        #expect(bench.perform(.release, on: .message("m")).changed == 1)
        bench.run(until: 34 * 86_400) { _, _ in .postponed(Sample.greylisted) }
        #expect(bench.notices.map(\.kind) == [.delayed])
        bench.run(until: 36 * 86_400) { _, _ in .postponed(Sample.greylisted) }
        #expect(bench.notices.map(\.kind) == [.delayed, .failed])
    }

    @Test("A recipient that the transport holds waits for a person")
    func heldByTransport() throws {
        var bench = Bench()
        try bench.add(Sample.message("m"))
        bench.finish(try bench.mustNext(), .held(HoldReason(.signature, words: "the certificate changed")))
        bench.run(until: 10 * 86_400) { _, _ in .delivered(Sample.accepted) }
        #expect(bench.state("m") == .held)
        #expect(bench.scheduler.totals().held == 1)
        #expect(bench.notices.isEmpty)
    }

    @Test("An address that was corrected keeps its NOTIFY, and survives a restart")
    func readdress() throws {
        var bench = Bench()
        try bench.add(Sample.message("m", to: ["bob@a.test", "x@a.test"], notify: .success))
        let new = NewRecipient(Sample.mailbox("bob@c.test"))
        #expect(bench.perform(.readdress(new), on: .message("m", recipient: 0)).changed == 1)
        guard case .status(_, let status, notice: nil)? = bench.changes.last else {
            Issue.record("it wasn't recorded")
            return
        }
        let stored = StoredMessage(
            facts: try MessageFacts(Sample.message("m", to: ["bob@a.test", "x@a.test"], notify: .success)),
            status: try #require(MessageStatus(octets: status.octets)))
        var again = Bench()
        again.take(again.scheduler.restore([stored], now: again.now))
        for var each in [bench, again] {
            let jobs = each.allNext()
            #expect(Set(jobs.map(\.destination.text)) == ["a.test", "c.test"])
            for job in jobs { each.finish(job, .delivered(Sample.relayed)) }
            #expect(
                Set(each.notices.flatMap(\.recipients).map(\.path)) == [
                    Sample.mailbox("bob@c.test"), Sample.mailbox("x@a.test"),
                ])
            #expect(each.finished == ["m"])
        }
    }

    @Test("A query finds by sender, recipient, destination, submitter, age and state, and nothing else")
    func queries() throws {
        var bench = Bench()
        for number in 0..<40 {
            try bench.add(
                Sample.message(
                    "m\(number)", to: ["r\(number % 5)@a.test", "s@H\(number % 4).test"],
                    from: "s\(number % 8)@our.test",
                    submitter: Submitter(.authenticated, name: "u\(number % 3)"), at: Sample.start + Int64(number)))
        }
        func ids(_ change: (inout QueueQuery) -> Void) -> Set<Int> {
            var query = QueueQuery()
            change(&query)
            return Set(
                bench.scheduler.list(query, after: nil, limit: 1_000).entries.compactMap { Int($0.id.dropFirst()) })
        }
        func numbers(_ isMeant: (Int) -> Bool) -> Set<Int> { Set((0..<40).filter(isMeant)) }
        #expect(ids { _ in } == numbers { _ in true })
        #expect(ids { $0.sender = .mailbox(Sample.mailbox("s3@OUR.test")) } == numbers { $0 % 8 == 3 })
        #expect(ids { $0.sender = .mailbox(Sample.mailbox("S3@our.test")) } == [])
        #expect(ids { $0.sender = .null } == [])
        #expect(ids { $0.recipient = Sample.mailbox("r2@A.TEST") } == numbers { $0 % 5 == 2 })
        #expect(ids { $0.destination = QueueDestination(name: "h1.test") } == numbers { $0 % 4 == 1 })
        #expect(ids { $0.destination = QueueDestination(name: "none.test") } == [])
        #expect(ids { $0.submitter = Submitter(.authenticated, name: "u2") } == numbers { $0 % 3 == 2 })
        #expect(ids { $0.submitter = Submitter(.local, name: "u2") } == [])
        #expect(ids { $0.before = Sample.start + 10 } == numbers { $0 < 10 })
        #expect(ids { $0.since = Sample.start + 30 } == numbers { $0 >= 30 })
        #expect(ids { $0.state = .held } == [])
        var query = QueueQuery()
        query.sender = .mailbox(Sample.mailbox("s1@our.test"))
        query.destination = QueueDestination(name: "h1.test")
        #expect(bench.perform(.hold(words: "x"), on: .matching(query)).changed == 5)
        #expect(ids { $0.state = .held } == numbers { $0 % 8 == 1 })
        query = QueueQuery()
        query.state = .held
        #expect(bench.perform(.drop, on: .matching(query)).changed == 5)
        #expect(bench.scheduler.totals().held == 0)
        // Only one of two recipients is gone: the messages stay.
        #expect(bench.finished == [])
        #expect(bench.perform(.drop, on: .matching(QueueQuery())).changed == 75)
        #expect(bench.finished.count == 40)
        #expect(bench.scheduler.totals() == QueueTotals())
    }

    @Test("Pages bring each message once, also when others come and go between them")
    func pages() throws {
        var bench = Bench()
        for number in 0..<50 { try bench.add(Sample.message("m\(number)", to: ["b@h\(number).test"])) }
        var seen: [String] = []
        var cursor: Int?
        repeat {
            let page = bench.scheduler.list(QueueQuery(), after: cursor, limit: 7)
            #expect(page.entries.count <= 7)
            seen += page.entries.map(\.id)
            cursor = page.next
            _ = bench.perform(.drop, on: .message("m\(seen.count % 3)"))
            try bench.add(Sample.message("n\(seen.count)", to: ["c@x.test"]))
        } while cursor != nil
        let stayed = (3..<50).map { "m\($0)" }
        #expect(stayed.allSatisfy { id in seen.filter { $0 == id }.count == 1 })
    }

    @Test("What is shown holds no control characters of a peer's")
    func shown() throws {
        var bench = Bench()
        try bench.add(Sample.message("m"))
        let reply = RemoteReply(code: 451, lines: [Array("bad\u{1B}[31m\u{7F}\u{202E} x".utf8) + [0xFF]])
        let failure = AttemptFailure(
            stage: .data, reply: reply, status: EnhancedStatusCode(4, 0, 0), words: "later", isHostWide: false)
        bench.finish(try bench.mustNext(), .postponed(failure))
        let entry = try #require(bench.scheduler.message("m")?.recipients.first?.failure)
        #expect(entry.reply == ["451 bad?[31m?? x\u{FFFD}"])
        #expect(entry.stage == "data")
        #expect(entry.status == "4.0.0")
        #expect("\(Sample.unknown) \(Sample.accepted) \(RemoteHost(name: "mx.a.test"))".contains("a.test") == false)
    }
}
