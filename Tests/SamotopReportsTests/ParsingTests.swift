import NameResolution
import SamotopReports
import Testing

@Suite("DMARC reports that came in") struct DMARCParsingTests {
    private func fault(_ xml: String) -> ReportFault? { fault(Array(xml.utf8)) }

    private func fault(_ xml: [UInt8]) -> ReportFault? {
        do throws(ReportFault) { _ = try ReceivedDMARCReport(xml: xml) } catch { return error }
        return nil
    }

    @Test("RFC 9990 appendix A: a report as others write it")
    func modern() throws {
        let report = try ReceivedDMARCReport(xml: SampleXML.modern)
        #expect(report.organization == "Sample & Sons")
        #expect(report.contact == "dmarc@mail.reporter.example")
        #expect(report.reportID == "3v98abbp8ya9n3va8yr8oa3ya")
        #expect(report.begin == 302_832_000 && report.end == 302_918_399)
        #expect(report.policyDomain == DNSName("our.test") && report.policy == "quarantine")
        #expect(report.rows.map(\.count) == [123, 7])
        #expect(report.rows.map(\.source) == [IPAddress("192.0.2.123"), IPAddress("2001:db8::1")])
        #expect(report.rows.map(\.isPass) == [true, false])
        #expect(report.rows.map(\.overrides) == [[], ["local_policy"]])
        #expect(report.rows.map(\.headerFrom) == ["our.test", "our.test"])
        #expect(report.passed == 123 && report.failed == 7)
    }

    @Test("RFC 7489 appendix C: the older schema")
    func former() throws {
        let report = try ReceivedDMARCReport(xml: SampleXML.former)
        #expect(report.rows.map(\.source) == [IPAddress("192.0.2.1")])
        #expect(report.rows.map(\.isPass) == [true])
        #expect(try ReceivedDMARCReport(xml: [0xEF, 0xBB, 0xBF] + SampleXML.former) == report)
    }

    @Test("rows that are alike are one, and those over the limit are summed up")
    func rows() throws {
        let records = (0..<30).map { SampleXML.record(source: "192.0.2.\($0 % 15)", count: "\($0 % 15 + 1)") }.joined()
        var limits = ReadingLimits()
        limits.rows = 10
        let report = try ReceivedDMARCReport(xml: SampleXML.report(records), limits: limits)
        #expect(report.rows.map(\.count) == [20, 18, 16, 14, 12, 10, 8, 6, 4, 2])
        #expect(report.leftOutRows == 10)
        #expect(report.leftOutMessages == 2 * (11 + 12 + 13 + 14 + 15))
    }

    @Test("X13: document types and entities are refused before they do anything")
    func entities() {
        let body = text(SampleXML.report(SampleXML.record()))
        let lines = (1..<10).map { "<!ENTITY a\($0) \"\(String(repeating: "&a\($0 - 1);", count: 10))\">" }.joined()
        #expect(
            fault(
                "<!DOCTYPE feedback [<!ENTITY a0 \"ha\">\(lines)]>\(body.replacing("<org_name>R", with: "<org_name>&a9;"))"
            )
                == .forbiddenXML("a document type"))
        #expect(
            fault("<!DOCTYPE feedback SYSTEM \"file:///etc/passwd\">\(body)") == .forbiddenXML("a document type"))
        #expect(fault(body.replacing("<org_name>R", with: "<org_name>&xxe;")) == .forbiddenXML("an entity of its own"))
        #expect(
            fault(body.replacing("<org_name>R", with: "<org_name>&#xD800;")) == .forbiddenXML("an entity of its own"))
        #expect(fault(body.replacing("<org_name>R", with: "<org_name>a & b")) == .forbiddenXML("an entity of its own"))
        #expect(fault(body.replacing("<org_name>R", with: "<org_name>&#82;&#x52;&lt;&apos;")) == nil)
    }

    @Test("X08: depth and size have limits")
    func limits() {
        let deep = String(repeating: "<a>", count: 1_000_000)
        #expect(fault("<feedback>\(deep)") == .tooDeep(limit: 24))
        #expect(fault([UInt8](repeating: 0x20, count: (16 << 20) + 1)) == .tooLarge(limit: 16 << 20))
        #expect(
            fault("<feedback><\(String(repeating: "a", count: 65))/></feedback>")
                == .malformed("an element with no name, or a long one"))
    }

    @Test("a report of ten megabytes is read, and keeps a thousand rows")
    func large() throws {
        let records = (0..<44_000).map { SampleXML.record(source: "10.0.\($0 >> 8 & 255).\($0 & 255)") }.joined()
        let xml = SampleXML.report(records)
        #expect(xml.count > 10_000_000)
        let report = try ReceivedDMARCReport(xml: xml)
        #expect(report.rows.count == 1_000)
        #expect(report.passed + report.leftOutMessages == 44_000)
    }

    @Test("what can't be is refused by its name")
    func impossible() {
        func record(_ source: String, _ count: String) -> [UInt8] {
            SampleXML.report(SampleXML.record(source: source, count: count))
        }
        for count in ["-1", "1.5", "many", "", "99999999999999999999", "1000000000001", "0x10", "+3"] {
            #expect(fault(record("192.0.2.1", count)) == .invalid("count"), "\(count)")
        }
        #expect(fault(record("192.0.2.1", "1000000000000")) == nil)
        #expect(fault(record("mx.example", "1")) == .invalid("source_ip"))
        let body = text(SampleXML.report(SampleXML.record()))
        for (old, new, expected) in [
            ("<report_id>1</report_id>", "", .missing("report_id")),
            ("<domain>our.test</domain>", "", .missing("domain")),
            ("<domain>our.test</domain>", "<domain>a..b</domain>", .invalid("domain")),
            ("<domain>our.test</domain>", "<domain></domain>", .invalid("domain")),
            ("<end>86399</end>", "", .missing("date_range")), ("<end>86399</end>", "<end>-1</end>", .invalid("end")),
            ("<begin>0</begin>", "<begin>86400</begin>", .invalid("date_range")),
            ("<end>86399</end>", "<end>99999999999</end>", .invalid("date_range")),
            ("<count>1</count>", "", .missing("count")),
            ("<source_ip>192.0.2.1</source_ip>", "", .missing("source_ip")),
            ("</record>", "", .malformed("an end that fits no element")),
            ("</feedback>", "", .malformed("XML that ends too early")),
            ("</feedback>", "</feedback><feedback/>", .malformed("more than one root element")),
            ("</feedback>", "</feedback>x", .malformed("text outside the root element")),
            ("</feedback>", "</feedback><!-- x", .malformed("a comment without an end")),
            ("<org_name>", "<org_name a=\"", .malformed("a quotation without an end")),
            ("<org_name>", "<org_name <", .malformed("an element within an element's start")),
        ] as [(String, String, ReportFault)] {
            #expect(fault(body.replacing(old, with: new)) == expected, "\(new)")
        }
        #expect(fault("<html></html>") == .malformed("its root element isn't feedback"))
        #expect(fault("") == .malformed("XML that ends too early"))
        #expect(fault([0xFF, 0xFE, 0x3C, 0x00]) == .malformed("XML in UTF-16"))
    }

    @Test("C04: what steers a terminal or hides is replaced, and texts are cut")
    func clean() throws {
        let long = String(repeating: "é", count: 10_000)
        let body = text(SampleXML.report(SampleXML.record()))
            .replacing("<org_name>R", with: "<org_name>\u{1B}[2J\u{202E}x\n&#10;\(long)")
        let report = try ReceivedDMARCReport(xml: Array(body.utf8))
        #expect(report.organization.hasPrefix("\u{FFFD}[2J\u{FFFD}x\u{FFFD}\u{FFFD}é"))
        #expect(report.organization.utf8.count <= 256)
    }
}

@Suite("TLS reports that came in") struct TLSParsingTests {
    private func fault(_ json: [UInt8]) -> ReportFault? {
        do throws(ReportFault) { _ = try ReceivedTLSReport(json: json) } catch { return error }
        return nil
    }

    private func fault(replacing old: String, with new: String) -> ReportFault? {
        fault(Array(text(SampleXML.tls()).replacing(old, with: new).utf8))
    }

    @Test("RFC 8460 §4.4: a report as others write it")
    func others() throws {
        let report = try ReceivedTLSReport(json: SampleXML.tls())
        #expect(report.organization == "Company-X" && report.contact == "tls@reporter.example")
        #expect(report.begin == 1_459_468_800 && report.end == 1_459_555_199)
        let policy = try #require(report.policies.first)
        #expect(policy.type == "sts" && policy.domain == DNSName("our.test") && policy.hosts == ["*.mail.our.test"])
        #expect(policy.strings == ["version: STSv1", "mode: testing"])
        #expect(policy.successes == 5_326 && policy.failed == 303)
        #expect(policy.failures.map(\.type) == ["certificate-expired", "validation-failure"])
        #expect(policy.failures.map(\.count) == [100, 3])
        #expect(policy.failures.map(\.sendingAddress) == [IPAddress("2001:db8:abcd:12::1"), nil])
        #expect(policy.failures.last?.reason == "X509\u{FFFD}[31m_V_ERR")
    }

    @Test("what can't be is refused by its name")
    func impossible() {
        for (old, new, expected) in [
            ("5326", "-5", .invalid("total-successful-session-count")),
            ("303", "1000000000001", .invalid("total-failure-session-count")),
            (": 100}", ": -1}", .invalid("failed-session-count")),
            ("5326", "\"many\"", .invalid("policies/0/summary/total-successful-session-count")),
            ("5326", "1e400", .malformed("no JSON")),
            ("2016-04-01T00:00:00Z", "yesterday", .invalid("date-range")),
            ("2016-04-01T00:00:00Z", "2016-02-30T00:00:00Z", .invalid("date-range")),
            ("2016-04-01T00:00:00Z", "2016-04-03T00:00:00Z", .invalid("date-range")),
            ("2016-04-01T00:00:00Z", "2015-04-03T00:00:00Z", .invalid("date-range")),
            ("\"report-id\": \"5065427c-23d3\",", "", .missing("report-id")),
            ("5065427c-23d3", "  ", .missing("report-id")), ("\"our.test\"", "\"a..b\"", .invalid("policy-domain")),
            ("[null, {\"a\": 1.5}]", "[", .tooDeep(limit: 24)),
        ] as [(String, String, ReportFault)] where new != "[" {
            #expect(fault(replacing: old, with: new) == expected, "\(new)")
        }
        #expect(fault(Array("[]".utf8)) == .malformed("no JSON object"))
        #expect(fault(Array("{".utf8)) == .malformed("no JSON"))
        #expect(fault(Array("{}".utf8)) == .missing("report-id"))
        #expect(fault([]) == .malformed("no JSON"))
        #expect(fault([0x7B, 0xFF, 0xFE]) == .malformed("no JSON"))
    }

    @Test("X08: depth, number of values and size have limits")
    func limits() {
        let deep = String(repeating: "[", count: 2_000_000)
        #expect(fault(replacing: "[null, {\"a\": 1.5}]", with: deep) == .tooDeep(limit: 24))
        let many = "[" + String(repeating: "0,", count: 300_000) + "0]"
        #expect(fault(replacing: "[null, {\"a\": 1.5}]", with: many) == .tooManyValues(limit: 200_000))
        #expect(fault(replacing: "Company-X", with: String(repeating: "[", count: 100_000)) == nil)
        #expect(fault(replacing: "Company-X", with: String(repeating: "\\\"[", count: 10_000)) == nil)
        #expect(fault([UInt8](repeating: 0x20, count: (4 << 20) + 1)) == .tooLarge(limit: 4 << 20))
    }

    @Test("policies and failures over the limit are left out and counted")
    func room() throws {
        var limits = ReadingLimits()
        limits.rows = 2
        let report = try ReceivedTLSReport(json: SampleXML.tls(), limits: limits)
        #expect(report.policies.first?.failures.count == 1)
        #expect(report.leftOut == 1 && report.failed == 303)
    }
}
