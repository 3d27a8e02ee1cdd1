import SMTP
import SamotopCore
import Testing

@testable import SamotopQueue

@Suite struct NoticeTests {
    private static let outcomes: [(RecipientOutcome, NoticeKind)] = [
        (.refused(Sample.unknown), .failed), (.postponed(Sample.greylisted), .delayed),
        (.delivered(Sample.relayed), .relayed),
    ]

    /// What a sender is told about a recipient of this NOTIFY, within five hours.
    private func kinds(
        _ outcome: RecipientOutcome, notify: Notify?, sender: String? = "ann@our.test",
        submitter: Submitter = Submitter(.authenticated, name: "ann")
    ) throws -> (kinds: [NoticeKind], bench: Bench) {
        var bench = Bench()
        try bench.add(Sample.message("m", from: sender, submitter: submitter, notify: notify))
        bench.run(until: 5 * 3_600) { _, _ in outcome }
        return (bench.notices.map(\.kind), bench)
    }

    @Test("RFC 3461 §4.1: NOTIFY decides what is told")
    func notify() throws {
        let wanted: [(Notify?, Set<NoticeKind>)] = [
            (nil, [.failed, .delayed]), ([], [.failed, .delayed]), (.never, []), (.success, [.relayed]),
            (.failure, [.failed]), (.delay, [.delayed]), ([.failure, .delay], [.failed, .delayed]),
            ([.success, .failure, .delay], [.failed, .delayed, .relayed]),
        ]
        for (notify, kinds) in wanted {
            for (outcome, kind) in Self.outcomes {
                let told = try self.kinds(outcome, notify: notify).kinds
                #expect(told == (kinds.contains(kind) ? [kind] : []), "\(String(describing: notify)) \(kind)")
            }
        }
    }

    @Test("Success is told only where the next hop doesn't tell it")
    func success() throws {
        #expect(try kinds(.delivered(Sample.accepted), notify: .success).kinds == [])
        let (kinds, bench) = try kinds(.delivered(Sample.relayed), notify: .success)
        #expect(kinds == [.relayed])
        #expect(bench.notices.first?.recipients.first?.reply == Sample.relayed)
        #expect(bench.notices.first?.recipients.first?.failure == nil)
        #expect(bench.finished == ["m"])
    }

    @Test("C07: what bounces of a bounce is dropped, counted and told to the operator; nobody is notified")
    func bounceOfABounce() throws {
        for (outcome, kind) in Self.outcomes {
            let (kinds, bench) = try kinds(outcome, notify: [.success, .failure, .delay], sender: nil)
            #expect(kinds == [])
            let dropped = bench.events.contains(.unnotified(id: "m", .failed, recipients: 1, .nullReversePath))
            #expect(dropped == (kind == .failed))
            #expect(bench.scheduler.totals().unnotified == (kind == .failed ? 1 : 0))
            #expect(bench.finished == (kind == .delayed ? [] : ["m"]))
        }
    }

    @Test("C06: no notification ever goes to whom we don't know")
    func backscatter() throws {
        for (outcome, kind) in Self.outcomes {
            for submitter in Submitter.Kind.allCases {
                let (kinds, bench) = try kinds(
                    outcome, notify: [.success, .failure, .delay], submitter: Submitter(submitter, name: "x"))
                #expect(kinds == (submitter == .stranger ? [] : [kind]), "\(submitter) \(kind)")
                #expect(bench.scheduler.totals().unnotified == (submitter == .stranger && kind == .failed ? 1 : 0))
            }
        }
        var bench = Bench()
        try bench.add(Sample.message("m", submitter: Submitter(.stranger, name: "")))
        bench.run(until: 6 * 86_400) { _, _ in .postponed(Sample.unreachable) }
        #expect(bench.notices.isEmpty)
        #expect(bench.finished == ["m"])
    }

    @Test("A notice carries ENVID, RET and ORCPT, and all that failed at once in one")
    func facts() throws {
        var parameters = MailParameters()
        parameters.envelopeID = Array("QQ314159".utf8)
        parameters.ret = .full
        parameters.smtpUTF8 = true
        var rcpt = RcptParameters()
        rcpt.notify = [.failure, .success]
        rcpt.originalRecipient = OriginalRecipient(
            addressType: Array("rfc822".utf8), address: Array("bob+x@a.test".utf8))
        let plain = Sample.message("m", parameters: parameters)
        let message = NewMessage(
            plain.message,
            to: [
                NewRecipient(Sample.mailbox("bob@a.test"), parameters: rcpt),
                NewRecipient(Sample.mailbox("eve@a.test")),
                NewRecipient(Sample.mailbox("\"a@b\"@a.test")),
            ], content: plain.content)
        var bench = Bench()
        try bench.add(message)
        bench.finish(
            try bench.mustNext(), .refused(Sample.unknown), .delivered(Sample.accepted), .refused(Sample.unknown))
        let notice = try #require(bench.notices.first)
        #expect(bench.notices.count == 1)
        #expect(notice.message.parameters == parameters)
        #expect(notice.recipients.map(\.number) == [0, 2])
        #expect(notice.recipients[0].parameters == rcpt)
        #expect(notice.recipients[1].path == Sample.mailbox("\"a@b\"@a.test"))
        #expect(notice.recipients[0].failure == Sample.unknown)
        #expect(notice.recipients[0].attempts == 1)
    }

    @Test("What is told twice of the same has the same id, anything else another one")
    func ids() {
        func id(_ message: String, _ kind: NoticeKind, _ recipients: [(Int, Int)]) -> String {
            QueueScheduler.noticeID(
                message, kind,
                recipients.map { QueuedRecipient(number: $0.0, path: Sample.mailbox("a@a.test"), attempts: $0.1) })
        }
        let all = [
            id("m", .failed, [(0, 1)]), id("n", .failed, [(0, 1)]), id("m", .delayed, [(0, 1)]),
            id("m", .failed, [(1, 1)]),
            id("m", .failed, [(0, 2)]), id("m", .failed, [(0, 1), (1, 1)]),
        ]
        #expect(Set(all).count == all.count)
        #expect(id("m", .failed, [(0, 1)]) == all[0])
        #expect(all.allSatisfy { $0.utf8.count == 26 })
    }

    @Test("A notification that can't be written is tried again; a debt survives a restart; a failure replaces a delay")
    func debts() throws {
        var bench = Bench()
        try bench.add(Sample.message("m"))
        let job = try bench.mustNext()
        bench.take(
            bench.scheduler.finish(job.id, DeliveryReport(outcomes: [.refused(Sample.unknown)]), now: bench.now))
        let first = try bench.mustNotice()
        #expect(bench.scheduler.nextNotice() == nil)
        bench.take(bench.scheduler.noticeFailed(first, now: bench.now))
        #expect(bench.scheduler.nextNotice() == nil)
        #expect(bench.finished == [])
        bench.now = bench.now + 300
        _ = bench.next()
        #expect(bench.scheduler.nextNotice() == first)
        // A crash: the status that was recorded owes the same notice.
        guard case .status(_, let status, notice: nil)? = bench.changes.last else {
            Issue.record("nothing was recorded")
            return
        }
        var again = Bench()
        again.take(
            again.scheduler.restore(
                [StoredMessage(facts: try MessageFacts(Sample.message("m")), status: status)], now: again.now))
        again.writeNotices()
        #expect(again.notices == [first])
        guard case .finished(id: "m", let carrier?)? = again.changes.last else {
            Issue.record("the notice wasn't queued with the end of its message")
            return
        }
        #expect(carrier.message.id == first.id)
        #expect(again.next() == nil)
        // A delay that nobody was told of yet is forgotten when it fails.
        var late = Bench()
        try late.add(Sample.message("m"))
        late.finish(try late.mustNext(), .postponed(Sample.greylisted))
        late.now = Sample.start + 4 * 3_600
        let retry = try late.mustNext()
        #expect(late.scheduler.totals().owedNotices == 1)
        late.take(late.scheduler.finish(retry.id, DeliveryReport(outcomes: [.refused(Sample.unknown)]), now: late.now))
        late.writeNotices()
        #expect(late.notices.map(\.kind) == [.failed])
    }

    @Test("A delay is told once, also after a restart and a release")
    func onceDelayed() throws {
        var bench = Bench()
        try bench.add(Sample.message("m"))
        bench.run(until: 20 * 3_600) { _, _ in .postponed(Sample.greylisted) }
        #expect(bench.notices.map(\.kind) == [.delayed])
        let status = try #require(
            bench.changes.compactMap { if case .status(_, let status, notice: _) = $0 { status } else { nil } }.last)
        var again = Bench(now: bench.now)
        again.take(
            again.scheduler.restore(
                [StoredMessage(facts: try MessageFacts(Sample.message("m")), status: status)], now: again.now))
        _ = again.perform(.hold(words: "x"), on: .message("m"))
        _ = again.perform(.release, on: .message("m"))
        again.run(until: 40 * 3_600) { _, _ in .postponed(Sample.greylisted) }
        #expect(again.notices.isEmpty)
    }

    @Test("Without a warning configured nobody is warned")
    func noWarning() throws {
        var bench = Bench { $0.delayWarning = nil }
        try bench.add(Sample.message("m"))
        bench.run(until: 6 * 86_400) { _, _ in .postponed(Sample.greylisted) }
        #expect(bench.notices.map(\.kind) == [.failed])
    }
}
