import Foundation
import NameResolution
import SMTP
import Testing

@testable import SenderAuthentication

#if canImport(FoundationXML)
    import FoundationXML
#endif

struct DMARCReportTests {
    private let name = DMARCZone.name
    private let reporter = DMARCAggregateReport.Reporter(
        organization: "Our <Test> & \"Friends\"\u{1}", contact: "postmaster@our.test", generator: "Samotop")

    private func finding(
        _ record: String = "v=DMARC1; p=reject; rua=mailto:r@example.org", author: String = "example.org",
        dkim: [String] = []
    ) async -> DMARCFinding {
        await DMARCZone.evaluate(author, dkim: dkim, in: DMARCZone.policies(["example.org": record]))
    }

    private func row(_ finding: DMARCFinding, source: String = "192.0.2.1") throws -> DMARCReportRow? {
        DMARCReportRow(finding, source: try address(source), envelopeFrom: name("example.org"), dkim: [], spf: nil)
    }

    private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    @Test("RFC 9989 §4.7: only what passed or failed a policy with a rua is reported") func whatIsReported()
        async throws
    {
        #expect(try row(await finding()) != nil)
        #expect(try row(await finding("v=DMARC1; p=reject")) == nil)
        #expect(try row(await finding("v=DMARC1; p=reject; rua=https://example.org")) == nil)
        #expect(try row(await finding(author: "example.net")) == nil)
        var down = ZoneResolver()
        down.fail(name("_dmarc.example.org"), .timeout)
        #expect(try row(await DMARCZone.evaluate("example.org", in: down)) == nil)
    }

    @Test func whatWasDone() async throws {
        let failed = try #require(try row(await finding()))
        #expect(failed.disposition == .reject && failed.overrides.isEmpty)
        #expect(!failed.isDKIMAligned && !failed.isSPFAligned)
        let passed = try #require(try row(await finding(dkim: ["example.org"])))
        #expect(passed.disposition == .pass && passed.isDKIMAligned)
        let monitored = try #require(
            try row(await finding("v=DMARC1; p=none; rua=mailto:r@example.org", dkim: ["example.org"])))
        #expect(monitored.disposition == .none)
        let testing = try #require(try row(await finding("v=DMARC1; p=reject; t=y; rua=mailto:r@example.org")))
        #expect(testing.disposition == .quarantine && testing.overrides == [.policyTestMode])
        let (failure, mapped) = (await finding(), try address("::ffff:192.0.2.1"))
        let mild = try #require(
            DMARCReportRow(failure, source: mapped, envelopeFrom: nil, dkim: [], spf: nil, applied: .quarantine))
        #expect(mild.disposition == .quarantine && mild.overrides == [.localPolicy])
        #expect(mild.source == IPAddress("192.0.2.1"))
    }

    @Test("RFC 9990 §3.1.3: the signatures that tell most") func signatures() async throws {
        let finding = await finding(dkim: ["mail.example.org", "example.org"])
        let results =
            (0..<20).map { DMARCReportRow.DKIM(domain: name("x\($0).test"), selector: name("s"), result: .fail) }
            + [
                .init(domain: name("list.test"), selector: name("s"), result: .pass),
                .init(domain: name("mail.example.org"), selector: name("s"), result: .pass),
                .init(domain: name("example.org"), selector: name("s"), result: .pass),
            ]
        let row = try #require(
            DMARCReportRow(
                finding, source: try address("2001:db8::1"), envelopeFrom: nil, dkim: results, spf: nil))
        #expect(row.dkim.count == DMARCReportRow.maximumDKIMResults)
        #expect(row.dkim.prefix(4).map(\.domain.text) == ["example.org", "mail.example.org", "list.test", "x0.test"])
    }

    @Test func aStoreCountsByDays() async throws {
        let store = MemoryDMARCReportStore()
        let (one, other) = (
            try #require(try row(await finding())), try #require(try row(await finding(), source: "192.0.2.2"))
        )
        let day = DMARCReportPeriod.length
        for time in [day, day, 2 * day - 1] { await store.add(one, at: time) }
        await store.add(other, at: day + 5)
        await store.add(one, at: 2 * day)
        #expect(try await store.take(endedAt: 2 * day - 1).isEmpty)
        let ended = try await store.take(endedAt: 2 * day)
        #expect(ended.count == 1)
        #expect(ended.first?.begin == day)
        #expect(ended.first?.end == 2 * day - 1)
        #expect(ended.first?.entries.first { $0.row == one }?.count == 3)
        #expect(ended.first?.entries.first { $0.row == other }?.count == 1)
        #expect(try await store.take(endedAt: 2 * day).isEmpty)
        #expect(try await store.take(endedAt: 3 * day).first?.entries.map(\.count) == [1])
    }

    @Test("RFC 9990 §3.1: one policy, one report") func onePolicyAReport() async throws {
        let store = MemoryDMARCReportStore()
        let former = try #require(try row(await finding()))
        let latter = try #require(try row(await finding("v=DMARC1; p=none; rua=mailto:r@example.org")))
        await store.add(former, at: 0)
        await store.add(latter, at: 0)
        let ended = try await store.take(endedAt: DMARCReportPeriod.length)
        #expect(ended.count == 2)
        #expect(ended.allSatisfy { $0.entries.count == 1 })
        #expect(DMARCReportPeriod(begin: 0, entries: ended.flatMap(\.entries)) == nil)
        #expect(DMARCReportPeriod(begin: 0, entries: []) == nil)
    }

    @Test func aStoreIsBounded() async throws {
        let store = MemoryDMARCReportStore(maximumRows: 5, maximumRowsOfDomain: 3)
        for host in 1...10 { await store.add(try #require(try row(await finding(), source: "192.0.2.\(host)")), at: 0) }
        #expect(await store.forgotten == 7)
        let other = DMARCZone.policies(["example.net": "v=DMARC1; p=none; rua=mailto:r@example.net"])
        for host in 1...10 {
            let finding = await DMARCZone.evaluate("example.net", in: other)
            await store.add(try #require(try row(finding, source: "192.0.2.\(host)")), at: 0)
        }
        #expect(await store.forgotten == 15)
        // what is there still counts
        await store.add(try #require(try row(await finding(), source: "192.0.2.1")), at: 1)
        let ended = try await store.take(endedAt: DMARCReportPeriod.length)
        #expect(ended.map(\.entries.count) == [2, 3])
        #expect(ended.flatMap(\.entries).map(\.count).reduce(0, +) == 6)
        // and its room is free again
        await store.add(try #require(try row(await finding(), source: "192.0.2.9")), at: DMARCReportPeriod.length)
        #expect(try await store.take(endedAt: 2 * DMARCReportPeriod.length).count == 1)
    }

    @Test(
        arguments: [
            (0, 0), (86_399, 0), (86_400, 86_400), (-1, -86_400), (-86_400, -86_400), (Int64.min, Int64.min),
            (Int64.max, Int64.max - Int64.max % 86_400),
        ] as [(Int64, Int64)]) func periods(time: Int64, begin: Int64)
    { #expect(DMARCReportPeriod.begin(at: time) == begin) }

    @Test func escaping() {
        #expect(
            XMLWriter.escaped("a<b>&\"'\t\u{0}\u{B}\u{FFFE}\u{1F4E7}")
                == "a&lt;b&gt;&amp;&quot;'\t\u{FFFD}\u{FFFD}\u{FFFD}\u{1F4E7}")
    }

    @Test("RFC 9990 App. A: the report as XML") func xml() async throws {
        let finding = await finding(
            "v=DMARC1; p=reject; sp=quarantine; np=none; t=y; adkim=s; fo=1:d; "
                + "ruf=mailto:f@example.org; rua=mailto:r@example.org",
            dkim: ["example.org"])
        let hostile = try #require(DNSName(labels: [Array("a<b>&\r\n\0".utf8), Array("test".utf8)]))
        let row = try #require(
            DMARCReportRow(
                finding, source: try address("2001:db8::1"), envelopeFrom: hostile,
                dkim: [.init(domain: name("example.org"), selector: name("a.b"), result: .pass)],
                spf: .init(domain: hostile, result: .softfail)))
        let period = try #require(DMARCReportPeriod(begin: 86_400, entries: [.init(row: row, count: 7)]))
        let xml = DMARCAggregateReport(period, by: reporter, identifier: "86400.example.org@our.test").xml

        let reader = ElementReader()
        let parser = XMLParser(data: Data(xml))
        parser.delegate = reader
        #expect(parser.parse())
        #expect(reader.namespace == "urn:ietf:params:xml:ns:dmarc-2.0")
        #expect(
            reader.lines == [
                "version=1.0", "report_metadata/org_name=Our <Test> & \"Friends\"\u{FFFD}",
                "report_metadata/email=postmaster@our.test", "report_metadata/report_id=86400.example.org@our.test",
                "report_metadata/date_range/begin=86400", "report_metadata/date_range/end=172799",
                "report_metadata/generator=Samotop", "policy_published/domain=example.org",
                "policy_published/discovery_method=treewalk", "policy_published/p=reject",
                "policy_published/sp=quarantine",
                "policy_published/np=none", "policy_published/fo=1:d", "policy_published/adkim=s",
                "policy_published/aspf=r",
                "policy_published/testing=y", "record/row/source_ip=2001:db8::1", "record/row/count=7",
                "record/row/policy_evaluated/disposition=pass", "record/row/policy_evaluated/dkim=pass",
                "record/row/policy_evaluated/spf=fail", "record/identifiers/header_from=example.org",
                "record/identifiers/envelope_from=a<b>&\\013\\010\\000.test",
                "record/auth_results/dkim/domain=example.org",
                "record/auth_results/dkim/selector=a.b", "record/auth_results/dkim/result=pass",
                "record/auth_results/spf/domain=a<b>&\\013\\010\\000.test", "record/auth_results/spf/scope=mfrom",
                "record/auth_results/spf/result=softfail",
            ])
    }

    @Test("RFC 9990 §3.1.1.9: why something else was done stands in the report") func reason() async throws {
        let row = try #require(try row(await finding("v=DMARC1; p=reject; t=y; rua=mailto:r@example.org")))
        let period = try #require(DMARCReportPeriod(begin: 0, entries: [.init(row: row, count: 1)]))
        let xml = String(decoding: DMARCAggregateReport(period, by: reporter, identifier: "x").xml, as: UTF8.self)
        #expect(xml.contains("<type>policy_test_mode</type>"))
        #expect(xml.contains("<disposition>quarantine</disposition>"))
    }

    @Test("RFC 9990 §4: who may get reports") func destinations() async throws {
        var zone = DMARCZone.policies(["example.org": "v=DMARC1; p=none"])
        let confirm = { (zone: inout ZoneResolver, host: String, text: String) in
            zone.add(DMARCZone.name("example.org._report._dmarc.\(host)"), .txt, .text([Array(text.utf8)]))
        }
        confirm(&zone, "moved.test", "v=DMARC1; rua=mailto:other@moved.test")
        confirm(&zone, "loop.test", "v=DMARC1; rua=mailto:victim@victim.test")
        confirm(&zone, "empty.test", "v=DMARC1; rua=nonsense")
        confirm(&zone, "other.test", "x")
        zone.add(name("*._report._dmarc.any.test"), .txt, .text([Array("v=DMARC1;".utf8)]))
        let asked = RecordedQuestions(zone)
        let verify = { (mailbox: String) async throws -> DMARCReportDestinations.Verdict in
            let address = try #require(Mailbox(mailbox).flatMap { DMARCReportAddress($0) })
            return await DMARCReportDestinations(resolver: asked).verify(
                address, policyDomain: DMARCZone.name("example.org"))
        }
        let address = { (mailbox: String) in try #require(Mailbox(mailbox).flatMap { DMARCReportAddress($0) }) }
        #expect(try await verify("r@mail.example.org") == .wanted([try address("r@mail.example.org")]))
        #expect(asked.entries.allSatisfy { !$0.name.text.contains("_report") })
        #expect(try await verify("r@moved.test") == .wanted([try address("other@moved.test")]))
        #expect(try await verify("r@any.test") == .wanted([try address("r@any.test")]))
        for mailbox in ["r@loop.test", "r@empty.test", "r@other.test", "r@absent.test"] {
            #expect(try await verify(mailbox) == .unwanted, "\(mailbox)")
        }
        // `example.org._report._dmarc.` and this are too long for a name
        let long = [String](repeating: String(repeating: "a", count: 57), count: 4).joined(separator: ".")
        #expect(try await verify("r@\(long)") == .unwanted)
    }
}

/// Gathers the elements that hold text, in order.
private final class ElementReader: NSObject, XMLParserDelegate {
    var lines: [String] = []
    var namespace: String?
    private var path: [String] = []
    private var text = ""

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        if path.isEmpty { namespace = attributes["xmlns"] }
        path.append(name)
        text = ""
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        if !text.allSatisfy(\.isWhitespace) { lines.append(path.dropFirst().joined(separator: "/") + "=" + text) }
        path.removeLast()
        text = ""
    }
}
