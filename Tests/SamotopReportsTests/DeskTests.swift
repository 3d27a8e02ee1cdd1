import Crypto
import InternetMessage
import NameResolution
import SMTP
@testable import SamotopReports
import SamotopReportsTesting
import SenderAuthentication
import Testing
import TransportSecurity

@Suite("The daily reports") struct DeskTests {
    private static let both = [
        "_smtp._tls.there.example": "v=TLSRPTv1; rua=mailto:tls@there.example,mailto:tls@else.example",
        "_dmarc.there.example": "v=DMARC1; p=reject; rua=mailto:d@there.example!1k",
    ]

    @Test("yesterday's counts go out once, today's stay")
    func once() async throws {
        let world = try World(Self.both)
        try await world.countTLS("there.example")
        try await world.countTLS("there.example", at: World.today)
        try await world.countDMARC("there.example")
        try await world.countDMARC("there.example", at: World.today + 5)
        let desk = try world.desk()
        let run = await desk.run()
        #expect(run.entries.map(\.subject.kind) == [.tls, .dmarc])
        #expect(!run.hasPostponed)
        #expect(world.recipients == [["tls@there.example", "tls@else.example"], ["d@there.example"]])
        await #expect(desk.run().entries == [])
        // Another process, the next day.
        world.clock.advance(by: World.day)
        await #expect(try world.desk().run().entries.count == 2)
        #expect(world.recipients.count == 4)
        #expect(Set(world.sent.withLock { $0.map(\.id) }).count == 4)
    }

    @Test("nothing is sent of a kind that nobody asked for")
    func optIn() async throws {
        let world = try World(Self.both)
        try await world.countTLS("there.example")
        try await world.countDMARC("there.example")
        await #expect(try world.desk(try world.sender { $0.kinds = [] }).run().entries == [])
        await #expect(try world.desk(try world.sender { $0.kinds = [.dmarc] }).run().entries.count == 1)
        #expect(world.recipients == [["d@there.example"]])
        try await #expect(world.tls.ended(at: World.today).count == 1)
    }

    @Test(
        "RFC 8460 §5.3, RFC 9990 §3.5: the message is one tree, for our reader and for Python's",
        .enabled(if: Peer.hasPython))
    func message() async throws {
        let world = try World(Self.both)
        try await world.countTLS("there.example")
        try await world.countDMARC("there.example")
        _ = try await world.desk().run()
        let script = """
            import sys,email,email.policy,gzip,json,hashlib
            import xml.etree.ElementTree as ET
            m=email.message_from_bytes(sys.stdin.buffer.read(),policy=email.policy.default)
            assert not any(p.defects for p in m.walk())
            for f in ['Subject','From','To','TLS-Report-Domain','TLS-Report-Submitter','Auto-Submitted','Message-ID']: print(f, m[f])
            for p in m.walk(): print(p.get_content_type(), p.get_filename())
            d=gzip.decompress(list(m.walk())[-1].get_payload(decode=True))
            if d[:1]==b'{':
                r=json.loads(d)
                print(r['organization-name'], r['contact-info'], r['report-id'], r['date-range'])
                p=r['policies'][0]
                print(p['policy'], p['summary'], p['failure-details'])
            else:
                n='{urn:ietf:params:xml:ns:dmarc-2.0}'
                r=ET.fromstring(d)
                print(r.tag, [c.tag.replace(n,'') for c in r], r.findtext(n+'report_metadata/'+n+'report_id'))
                print(r.findtext(f'{n}record/{n}row/{n}source_ip'), r.findtext(f'{n}record/{n}row/{n}count'))
            """
        let reports = world.sent.withLock { $0 }
        let lines = try reports.map { text(try Peer.python(script, $0.octets)).split(separator: "\n").map(String.init) }
        let (tls, dmarc) = (try #require(reports.first), try #require(reports.last))
        let (begin, end) = (World.yesterday, World.today - 1)
        #expect(
            lines.first == [
                "Subject Report Domain: there.example Submitter: our.test Report-ID: <\(tls.id)>",
                "From Our Reports <reports@our.test>", "To tls@there.example, tls@else.example",
                "TLS-Report-Domain there.example", "TLS-Report-Submitter our.test", "Auto-Submitted auto-generated",
                "Message-ID <\(tls.id)>", "multipart/report None", "text/plain None",
                "application/tlsrpt+gzip our.test!there.example!\(begin)!\(end).json.gz",
                """
                Our Mail reports@our.test \(tls.id) {'start-datetime': '2024-10-03T00:00:00Z', \
                'end-datetime': '2024-10-03T23:59:59Z'}
                """,
                """
                {'policy-type': 'sts', 'policy-string': ['version: STSv1', 'mode: enforce', 'mx: *.there.example'], \
                'policy-domain': 'there.example', 'mx-host': ['*.there.example']} \
                {'total-successful-session-count': 4, 'total-failure-session-count': 1} \
                [{'result-type': 'certificate-expired', 'receiving-mx-hostname': 'mx.there.example', \
                'receiving-ip': '192.0.2.25', 'failed-session-count': 1, 'failure-reason-code': 'ends "now"\\x07'}]
                """,
            ])
        #expect(
            lines.last == [
                "Subject Report Domain: there.example Submitter: our.test Report-ID: <\(dmarc.id)>",
                "From Our Reports <reports@our.test>", "To d@there.example", "TLS-Report-Domain None",
                "TLS-Report-Submitter None", "Auto-Submitted auto-generated", "Message-ID <\(dmarc.id)>",
                "multipart/mixed None", "text/plain None",
                "application/gzip our.test!there.example!\(begin)!\(end).xml.gz",
                """
                {urn:ietf:params:xml:ns:dmarc-2.0}feedback ['version', 'report_metadata', 'policy_published', 'record'] \
                \(dmarc.id)
                """, "192.0.2.1 1",
            ])
        for report in reports {
            let read = MIMEMessage(report.octets)
            #expect(read.findings.isEmpty && read.entities.count == 3)
            #expect(report.reversePath == .null)
            // What we write, we read.
            let content = try ReportReader().report(in: read)
            #expect(content.reportID == report.id && content.domain == report.subject.domain)
            #expect(content.period == begin...end)
            #expect(content.counts.good + content.counts.bad == (report.subject.kind == .tls ? 5 : 1))
        }
    }

    @Test("a kill between handing over and removing sends it twice, with the same identifiers, and loses nothing")
    func killed() async throws {
        let world = try World(Self.both)
        try await world.countTLS("there.example")
        let dying = try world.desk(tls: ForgetfulStore(store: world.tls))
        let run = await dying.run()
        #expect(run.hasPostponed)
        // The same process doesn't send it again while only its store fails.
        _ = await dying.run()
        #expect(world.recipients.count == 1)
        // The next one does.
        _ = try await world.desk().run()
        let sent = world.sent.withLock { $0 }
        #expect(sent.count == 2)
        #expect(sent.first?.id == sent.last?.id && sent.first?.octets == sent.last?.octets)
        try await #expect(world.tls.ended(at: World.today) == [])
    }

    @Test("what can't be handed over stays, is tried again, and is given up after three days")
    func unreachable() async throws {
        let world = try World(Self.both)
        try await world.countTLS("there.example")
        try await world.countDMARC("there.example")
        world.isDown.withLock { $0 = true }
        let desk = try world.desk()
        for _ in 0..<3 { await #expect(desk.run().hasPostponed) }
        try await #expect(world.tls.ended(at: World.today).count == 1)
        world.isDown.withLock { $0 = false }
        await #expect(!desk.run().hasPostponed)
        #expect(world.recipients.count == 2)
        try await world.countTLS("there.example")
        try await world.countDMARC("there.example")
        world.isDown.withLock { $0 = true }
        world.clock.advance(by: 2 * World.day - 7_200)
        await #expect(desk.run().hasPostponed)
        world.clock.advance(by: 1)
        await #expect(desk.run().entries.map(\.outcome) == [.expired, .expired])
        await #expect(desk.run().entries == [])
    }

    @Test("a DNS that doesn't answer is no answer; one that says no is")
    func questions() async throws {
        let world = try World([:])
        for owner in ["_smtp._tls.down.example", "_dmarc.down.example"] {
            let name = try name(owner)
            world.zone.withLock { $0.fail(name, .timeout) }
        }
        for domain in ["down.example", "silent.example"] {
            try await world.countTLS(domain)
            try await world.countDMARC(domain)
        }
        let run = try await world.desk().run()
        #expect(
            run.entries.map(\.outcome) == [
                .postponed("the DNS: timeout"), .unwanted, .postponed("the DNS doesn't tell who wants it"), .unwanted,
            ])
        #expect(world.recipients == [])
        try await #expect(world.tls.ended(at: World.today).map(\.domain.text) == ["down.example"])
        await #expect(world.dmarc.ended(at: World.today).map(\.policyDomain.text) == ["down.example"])
    }

    @Test(
        "D17: an address of somebody else gets a DMARC report only when they say so, whatever the record said yesterday"
    )
    func strangers() async throws {
        let world = try World([
            "_dmarc.there.example":
                "v=DMARC1; p=none; rua=mailto:victim@victim.test,mailto:r@collector.test,mailto:r@there.example",
            "there.example._report._dmarc.collector.test": "v=DMARC1",
            "_dmarc.alone.example": "v=DMARC1; p=none; rua=mailto:victim@victim.test",
        ])
        try await world.countDMARC("there.example")
        try await world.countDMARC("alone.example")
        let run = try await world.desk().run()
        #expect(world.recipients == [["r@collector.test", "r@there.example"]])
        #expect(run.entries.map(\.outcome).first == .unwanted)
        await #expect(world.dmarc.ended(at: World.today) == [])
    }

    @Test("RFC 8460 §5.4: https goes by whoever can, and one destination is enough")
    func https() async throws {
        let record = "v=TLSRPTv1; rua=https://there.example/tls,mailto:tls@there.example"
        let world = try World([
            "_smtp._tls.there.example": record, "_smtp._tls.web.example": "v=TLSRPTv1; rua=https://web.example/",
        ])
        for domain in ["there.example", "web.example"] { try await world.countTLS(domain) }
        // Without a way, such an address is as good as none.
        let run = try await world.desk().run()
        #expect(run.entries.map(\.outcome).last == .unwanted)
        #expect(world.recipients == [["tls@there.example"]])
        for domain in ["there.example", "web.example"] { try await world.countTLS(domain) }
        let down = try await world.desk(poster: ListPosting(world: world, isDown: true)).run()
        #expect(down.entries.map { if case .sent = $0.outcome { true } else { false } } == [true, false])
        #expect(down.hasPostponed)
        _ = try await world.desk(poster: ListPosting(world: world)).run()
        #expect(world.posted.withLock { $0 } == ["application/tlsrpt+gzip https://web.example/"])
        try await #expect(world.tls.ended(at: World.today) == [])
    }

    @Test("no more than so many go in a day; the others wait for the next")
    func budget() async throws {
        let world = try World(
            .init(
                uniqueKeysWithValues: (0..<7).map {
                    ("_smtp._tls.d\($0).example", "v=TLSRPTv1; rua=mailto:r@d\($0).example")
                }))
        for number in 0..<7 { try await world.countTLS("d\(number).example") }
        let desk = try world.desk(try world.sender { $0.maximumReportsADay = 3 })
        for _ in 0..<2 { _ = await desk.run() }
        #expect(world.recipients == [["r@d0.example"], ["r@d1.example"], ["r@d2.example"]])
        world.clock.advance(by: World.day)
        _ = await desk.run()
        #expect(world.recipients.count == 6)
    }

    @Test("a report that is too large is not sent, and not kept")
    func size() async throws {
        let world = try World(Self.both)
        try await world.countTLS("there.example")
        let run = try await world.desk(try world.sender { $0.maximumReport = 100 }).run()
        guard case .impossible(let cause)? = run.entries.first?.outcome else {
            Issue.record("\(run)")
            return
        }
        #expect(cause.hasSuffix("100 are sent at most"))
        try await #expect(world.tls.ended(at: World.today) == [])
    }

    @Test("a dry run writes everything, sends nothing and removes nothing")
    func dryRun() async throws {
        let world = try World(Self.both)
        try await world.countTLS("there.example")
        try await world.countDMARC("silent.example")
        let run = try await world.desk().run(isDryRun: true)
        guard case .wouldSend(_, let to)? = run.entries.first?.outcome else {
            Issue.record("\(run)")
            return
        }
        #expect(to == ["tls@there.example", "tls@else.example"])
        #expect(world.recipients == [])
        try await #expect(world.tls.ended(at: World.today).count == 1)
        await #expect(world.dmarc.ended(at: World.today).count == 1)
    }

    @Test("a day with two records makes two reports with two names")
    func twoRecords() async throws {
        let world = try World(Self.both)
        try await world.countDMARC("there.example")
        await world.dmarc.add(
            try await SampleRows.row("there.example", policy: "v=DMARC1; p=none; rua=mailto:d@there.example"),
            at: World.yesterday)
        _ = try await world.desk().run()
        #expect(Set(world.sent.withLock { $0.map(\.id) }).count == 2)
    }

    @Test("RFC 8460 §3: a report is signed, with the fields that make it one")
    func signed() async throws {
        let world = try World(Self.both)
        try await world.countTLS("there.example")
        let key = Curve25519.Signing.PrivateKey()
        let signer = DKIMSigner(
            key: try DKIMPrivateKey(ed25519: Array(key.rawRepresentation)), domain: try name("our.test"),
            selector: try name("s"))
        _ = try await world.desk(signer: signer).run()
        let report = try #require(world.sent.withLock { $0 }.first)
        var zone = ZoneResolver()
        let record = "v=DKIM1; k=ed25519; p=\(key.publicKey.rawRepresentation.base64EncodedString())"
        zone.add(try name("s._domainkey.our.test"), .txt, .text([Array(record.utf8)]))
        var reader = SignedMessageReader(bodyHashes: [signer.bodyHash])
        reader.push(report.octets)
        let findings = await DKIMVerifier(resolver: zone).verify(reader.finish(), now: world.clock.now().seconds)
        #expect(findings.map(\.result) == [.pass])
        let names = try #require(findings.first?.signedNames.map { String(decoding: $0, as: UTF8.self).lowercased() })
        #expect(names.contains("tls-report-domain") && names.contains("tls-report-submitter"))
    }
}

@Suite("When reports go") struct ScheduleTests {
    private let day = World.day

    @Test("at a moment of the night that chance chooses, for each day anew")
    func nights() {
        var schedule = ReportSchedule()
        let noon = World.today + day / 2
        #expect(schedule.next(now: World.today, last: nil, random: 0) == World.today + 900)
        #expect(schedule.next(now: World.today + 10, last: nil, random: 77) == World.today + 900)
        #expect(schedule.next(now: noon, last: nil, random: 5) == noon)
        let done = ReportRun()
        #expect(schedule.next(now: noon, last: done, random: 0) == World.today + day + 900)
        #expect(schedule.next(now: noon, last: done, random: 100) == World.today + day + 1_000)
        for random in [0, 1, UInt64.max, 12_345_678_901] {
            let next = schedule.next(now: noon, last: done, random: random) - World.today - day
            #expect((900..<14_400).contains(next))
        }
        #expect(schedule.next(now: .max, last: done, random: .max) != .min)
    }

    @Test("what was postponed is tried each hour until the next night")
    func again() async throws {
        let world = try World([:])
        let name = try name("_smtp._tls.there.example")
        world.zone.withLock { $0.fail(name, .timeout) }
        try await world.countTLS("there.example")
        let run = try await world.desk().run()
        var schedule = ReportSchedule()
        #expect(schedule.next(now: World.today + 7_200, last: run, random: 0) == World.today + 10_800)
        #expect(schedule.next(now: World.today + day - 60, last: run, random: 0) == World.today + day + 900)
    }

    @Test("the loop runs every day under a clock that is turned, and ends with its task")
    func loop() async throws {
        let world = try World(["_smtp._tls.there.example": "v=TLSRPTv1; rua=mailto:tls@there.example"])
        for back in 1...3 { try await world.countTLS("there.example", at: World.today + (Int64(back) - 2) * day) }
        let runs = Turns()
        let reports = DailyReports(
            try world.desk(), clock: world.clock, random: { 1_000 },
            sleep: { seconds in
                #expect(seconds > 0 && seconds <= 3_600)
                world.clock.advance(by: seconds)
            },
            told: { run in
                if await runs.add(world.clock.now().seconds, run) == 4 { withUnsafeCurrentTask { $0?.cancel() } }
            })
        await Task { await reports.run() }.value
        let times = await runs.times
        #expect(times == [World.today + 7_200] + (1...3).map { World.today + $0 * day + 1_900 })
        #expect(await runs.sent == [1, 1, 1, 0])
    }

    private actor Turns {
        var times: [Int64] = []
        var sent: [Int] = []

        func add(_ time: Int64, _ run: ReportRun) -> Int {
            times.append(time)
            sent.append(run.entries.count)
            return times.count
        }
    }
}
