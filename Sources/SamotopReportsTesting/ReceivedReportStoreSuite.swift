import NameResolution
public import SamotopReports
public import SamotopTesting

/// What every store of reports that came in must do.
public enum ReceivedReportStoreSuite {
    /// All checks.
    public static let checks: [StoreCheck<any ReceivedReportStore>] = [
        StoreCheck("reports are found by number and by kind, the newest first") { store in
            try expect(try await store.reports(nil, limit: 9), [], "at first")
            for (id, time, kind) in [("1", 5, ReportKind.dmarc), ("2", 7, .tls), ("3", 6, .dmarc)] {
                try expect(try await store.add(SampleReports.report(id, kind, at: Int64(time))), true, "kept")
            }
            let all = try await store.reports(nil, limit: 9)
            try expect(all.map(\.report.content.reportID), ["2", "3", "1"], "all")
            try expect(
                try await store.reports(.dmarc, limit: 9).map(\.report.content.reportID), ["3", "1"], "of a kind")
            try expect(try await store.reports(nil, limit: 1).map(\.report.content.reportID), ["2"], "the newest")
            let third = try require(all.last, "the oldest")
            try expect(try await store.report(third.number), third, "by its number")
            try expect(try await store.report(third.number + 100), nil, "by no number")
        },
        StoreCheck("the same report again is known; another reporter's or domain's isn't the same") { store in
            let report = try SampleReports.report("1")
            try expect(try await store.add(report), true, "kept")
            try expect(try await store.add(SampleReports.report("1", at: 99)), false, "again")
            try expect(try await store.reports(nil, limit: 9).map(\.report), [report], "as it was")
            for other in [
                try SampleReports.report("1", .tls), try SampleReports.report("1", reporter: "other.example"),
                try SampleReports.report("1", about: "other.example"),
            ] { try expect(try await store.add(other), true, "another") }
            try expect(try await store.reports(nil, limit: 9).count, 4, "all")
        },
        StoreCheck("a proven report takes an unproven one's place, and never the other way") { store in
            try expect(try await store.add(SampleReports.report("1", isProven: false)), true, "kept")
            try expect(try await store.add(SampleReports.report("1", isProven: true, at: 9)), true, "proven")
            try expect(try await store.add(SampleReports.report("1", isProven: false, at: 10)), false, "unproven")
            let reports = try await store.reports(nil, limit: 9)
            try expect(reports.map(\.report), [try SampleReports.report("1", isProven: true, at: 9)], "left")
        },
        StoreCheck("what is old is removed") { store in
            for time in 1...5 { _ = try await store.add(SampleReports.report("\(time)", at: Int64(time))) }
            try expect(try await store.expire(before: 4), 3, "removed")
            try expect(try await store.reports(nil, limit: 9).map(\.report.received), [5, 4], "left")
            try expect(try await store.add(SampleReports.report("1", at: 9)), true, "may come again")
        },
    ]
}

/// Reports to keep.
package enum SampleReports {
    /// A report about `about` of the day before `time`.
    package static func report(
        _ id: String, _ kind: ReportKind = .dmarc, reporter: String = "reporter.example", about: String = "our.test",
        isProven: Bool = true, at time: Int64 = 1
    ) throws -> ReceivedReport {
        let content: ReceivedReport.Content
        do throws(ReportFault) {
            switch kind {
            case .dmarc: content = .dmarc(try ReceivedDMARCReport(xml: xml(id, reporter, about)))
            case .tls: content = .tls(try ReceivedTLSReport(json: json(id, reporter, about)))
            }
        } catch {
            throw StoreFailure("\(error)")
        }
        return ReceivedReport(content, author: isProven ? DNSName(reporter) : nil, received: time)
    }

    private static func xml(_ id: String, _ reporter: String, _ domain: String) -> [UInt8] {
        Array(
            """
            <feedback><report_metadata><org_name>Reporter</org_name><email>dmarc@\(reporter)</email>
            <report_id>\(id)</report_id><date_range><begin>0</begin><end>86399</end></date_range></report_metadata>
            <policy_published><domain>\(domain)</domain><p>reject</p></policy_published>
            <record><row><source_ip>192.0.2.1</source_ip><count>3</count><policy_evaluated>
            <disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>
            <identifiers><header_from>\(domain)</header_from></identifiers></record></feedback>
            """.utf8)
    }

    private static func json(_ id: String, _ reporter: String, _ domain: String) -> [UInt8] {
        Array(
            """
            {"organization-name":"Reporter","contact-info":"tls@\(reporter)","report-id":"\(id)",
            "date-range":{"start-datetime":"1970-01-01T00:00:00Z","end-datetime":"1970-01-01T23:59:59Z"},
            "policies":[{"policy":{"policy-type":"sts","policy-domain":"\(domain)"},
            "summary":{"total-successful-session-count":5,"total-failure-session-count":1}}]}
            """.utf8)
    }
}
