import InternetMessage
import NameResolution
import SMTP
import SamotopReports
import SamotopReportsTesting
import SamotopTesting
import Testing

@Suite struct ReceivedReportStoreTests {
    @Test("reports in memory", arguments: ReceivedReportStoreSuite.checks)
    func memory(_ check: StoreCheck<any ReceivedReportStore>) async throws {
        try await check.run(on: MemoryReceivedReportStore())
    }

    @Test("over the maximum the unproven go first, then the oldest")
    func maximum() async throws {
        let store = MemoryReceivedReportStore(maximum: 3)
        for number in 1...6 {
            _ = await store.add(try SampleReports.report("\(number)", isProven: number % 2 == 1, at: Int64(number)))
        }
        #expect(await store.reports(nil, limit: 9).map(\.report.content.reportID) == ["6", "5", "3"])
    }
}

@Suite("Mail to the address for reports") struct InboxTests {
    private static func gzip(_ octets: [UInt8]) -> [UInt8] { Gzip.compress(octets) ?? [] }

    private func message(_ part: MessagePart) throws -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return try MessageBuilder(from: "r@reporter.example", date: InternetDate(secondsSince1970: 0))
            .to("reports@our.test").subject("Report Domain: our.test")
            .body(.mixed(.plain("Hello"), part)).build(using: &random).bytes
    }

    private func inbox(_ store: any ReceivedReportStore = MemoryReceivedReportStore()) throws -> ReportInbox {
        ReportInbox(store, domains: [try name("our.test")])
    }

    private func evidence(_ domain: String, _ result: AuthenticationKeyword = .pass) -> [AuthenticationResult] {
        [
            AuthenticationResult(
                method: .dmarc, result: result, properties: [.init(.header, .from, Array(domain.utf8))])
        ]
    }

    private func take(
        _ part: MessagePart, _ evidence: [AuthenticationResult] = []
    ) async throws -> ReportInbox.Receipt {
        try await inbox().take(try message(part), evidence: evidence, receivedAt: 9)
    }

    @Test(
        "reports are found in every form that reporters send them in",
        arguments: [
            "application/tlsrpt+gzip", "application/tlsrpt+json", "application/gzip", "application/x-gzip", "text/xml",
            "application/xml", "application/octet-stream", "application/json",
        ])
    func forms(_ type: String) async throws {
        for (file, ending) in [(SampleXML.modern, "xml"), (SampleXML.tls(), "json")] {
            for (octets, name) in [
                (file, "a!our.test!0!1.\(ending)"), (Self.gzip(file), "a!our.test!0!1.\(ending).gz"),
            ] {
                let receipt = try await take(.attachment(name, type: type, content: octets))
                guard case .kept(let report) = receipt else {
                    Issue.record("\(type) \(name): \(receipt)")
                    continue
                }
                #expect(report.kind == (ending == "xml" ? .dmarc : .tls))
                #expect(report.received == 9 && !report.isProven)
            }
        }
    }

    @Test("what is no report is refused with its reason, and nothing of it is kept")
    func refused() async throws {
        func refusal(_ part: MessagePart) async throws -> ReportFault? {
            if case .refused(let fault) = try await take(part) { fault } else { nil }
        }
        try await #expect(refusal(.attachment("a.pdf", type: "application/pdf", content: [1])) == .noReport)
        try await #expect(refusal(.attachment("a.exe", type: "application/octet-stream", content: [1])) == .noReport)
        try await #expect(
            refusal(.attachment("a.gz", type: "application/gzip", content: Array("hello".utf8)))
                == .malformed("neither JSON nor XML"))
        let bomb = Self.gzip([UInt8](repeating: 0x20, count: 40 << 20))
        try await #expect(
            refusal(.attachment("a.gz", type: "application/gzip", content: bomb)) == .unpacksTooFar(ratio: 200))
        let other = SampleXML.report(SampleXML.record(), domain: "theirs.test")
        try await #expect(refusal(.attachment("a.xml", type: "text/xml", content: other)) == .notOurDomain)
        try await #expect(
            refusal(.attachment("a.json", type: "application/json", content: SampleXML.tls(domain: "theirs.test")))
                == .notOurDomain)
        try await #expect(
            refusal(.attachment("a.json", type: "application/json", content: SampleXML.tls(domain: "notour.test")))
                == .notOurDomain)
        try await #expect(
            refusal(.attachment("a.json", type: "application/json", content: SampleXML.tls(successes: "-1")))
                == .invalid("total-successful-session-count"))
    }

    @Test("damaged base64 and a part that is too large are refused")
    func parts() async throws {
        let head = "MIME-Version: 1.0\r\nContent-Type: application/gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        let inbox = try inbox()
        try await #expect(
            inbox.take(Array("\(head)####\r\n".utf8), evidence: [], receivedAt: 0) == .refused(.damagedEncoding))
        var large = Array(head.utf8)
        large += [UInt8](repeating: UInt8(ascii: "A"), count: (12 << 20) * 3 / 2 + 1)
        try await #expect(inbox.take(large, evidence: [], receivedAt: 0) == .refused(.tooLarge(limit: 12 << 20)))
    }

    @Test("a report is proven by a DMARC pass of its reporter's domain, and by nothing else")
    func proof() async throws {
        let part = MessagePart.attachment("a.xml", type: "text/xml", content: SampleXML.modern)
        func isProven(_ evidence: [AuthenticationResult]) async throws -> Bool? {
            if case .kept(let report) = try await take(part, evidence) { report.isProven } else { nil }
        }
        // The report says dmarc@mail.reporter.example.
        try await #expect(isProven(evidence("mail.reporter.example")) == true)
        try await #expect(isProven(evidence("reporter.example")) == true)
        try await #expect(isProven(evidence("Reporter.Example")) == true)
        try await #expect(isProven([]) == false)
        try await #expect(isProven(evidence("reporter.example", .fail)) == false)
        try await #expect(isProven(evidence("evil.example")) == false)
        try await #expect(isProven(evidence("deep.mail.reporter.example")) == false)
        try await #expect(isProven(evidence("eporter.example")) == false)
        try await #expect(isProven(evidence("reporter.example") + evidence("evil.example")) == false)
    }

    @Test("a report that comes twice is known; a forged one before it doesn't keep it out")
    func duplicates() async throws {
        let store = MemoryReceivedReportStore()
        let inbox = try inbox(store)
        let forged = try message(
            .attachment("a.xml", type: "text/xml", content: SampleXML.report(SampleXML.record(count: "999"))))
        let true_ = try message(.attachment("a.xml", type: "text/xml", content: SampleXML.report(SampleXML.record())))
        guard case .kept = try await inbox.take(forged, evidence: evidence("evil.example"), receivedAt: 1),
            case .kept = try await inbox.take(true_, evidence: evidence("reporter.example"), receivedAt: 2),
            case .known = try await inbox.take(true_, evidence: evidence("reporter.example"), receivedAt: 3),
            case .known = try await inbox.take(forged, evidence: [], receivedAt: 4)
        else {
            Issue.record("kept or not")
            return
        }
        let kept = await store.reports(nil, limit: 9)
        #expect(kept.map(\.report.content.counts.good) == [1])
        #expect(kept.map(\.report.isProven) == [true])
    }

    @Test("of a TLS report only what is about our domains is kept")
    func foreignPolicies() async throws {
        let json = Array(
            text(SampleXML.tls()).replacing(
                "\"policies\": [",
                with: """
                    "policies": [{"policy": {"policy-type": "sts", "policy-domain": "theirs.test"},
                    "summary": {"total-successful-session-count": 1, "total-failure-session-count": 0}},
                    """
            ).utf8)
        guard
            case .kept(let report) = try await take(
                .attachment("a.json", type: "application/tlsrpt+json", content: json)),
            case .tls(let tls) = report.content
        else {
            Issue.record("not kept")
            return
        }
        #expect(tls.policies.map(\.domain.text) == ["our.test"])
    }
}

@Suite("Views of reports") struct ViewTests {
    @Test("a list, for people and for programs")
    func list() throws {
        let reports = [
            StoredReport(number: 12, report: try SampleReports.report("1")),
            StoredReport(
                number: 3, report: try SampleReports.report("2", .tls, about: "long.our.test", isProven: false)),
        ]
        #expect(
            ReportsText.list(reports) == """
                number  kind   day         about          good  bad  from
                12      dmarc  1970-01-01  our.test       3     0    reporter.example
                3       tls    1970-01-01  long.our.test  5     1    reporter.example  unproven

                """)
        #expect(ReportsText.list([]) == "No reports came in.\n")
        let json = text(try ReportsJSON.list(reports))
        #expect(json.contains("\"number\" : 12") && json.contains("\"isProven\" : false"))
        #expect(text(try ReportsJSON.show(reports[0])).contains("\"reportID\" : \"1\""))
    }

    @Test("a report")
    func show() throws {
        let dmarc = ReportsText.show(StoredReport(number: 1, report: try SampleReports.report("1")))
        #expect(dmarc.contains("The message is by reporter.example: DMARC passed.\n"))
        #expect(dmarc.contains("3         192.0.2.1  our.test  pass  fail  none\n"))
        let content = ReceivedReport.Content.tls(try ReceivedTLSReport(json: SampleXML.tls()))
        let tls = ReportsText.show(StoredReport(number: 2, report: ReceivedReport(content, author: nil, received: 0)))
        #expect(tls.contains("Unproven: anybody may have written this.\n"))
        #expect(tls.contains("our.test (sts): 5326 sessions as they should be, 303 failed\n"))
        #expect(tls.contains("  100 × certificate-expired at mx1.mail.our.test from 2001:db8:abcd:12::1\n"))
        #expect(tls.contains("  3 × validation-failure at a server: X509\u{FFFD}[31m_V_ERR\n"))
    }

    @Test("what a run did")
    func run() async throws {
        let world = try World(["_smtp._tls.there.example": "v=TLSRPTv1; rua=mailto:tls@there.example"])
        try await world.countTLS("there.example")
        try await world.countDMARC("silent.example")
        let desk = try world.desk()
        let dry = await desk.run(isDryRun: true)
        #expect(
            ReportsText.run(dry) == """
                tls 2024-10-03 there.example: would go to tls@there.example
                dmarc 2024-10-03 silent.example: nobody wants it

                """)
        #expect(text(try ReportsJSON.run(dry)).contains("\"outcome\" : \"would-send\""))
        #expect(ReportsText.run(await desk.run()).contains("there.example: sent to tls@there.example\n"))
        #expect(ReportsText.run(await desk.run()) == "There is nothing to report.\n")
    }
}
