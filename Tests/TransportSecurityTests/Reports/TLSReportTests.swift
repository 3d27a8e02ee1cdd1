import Foundation
import NameResolution
import Testing

@testable import TransportSecurity

@Suite struct TLSReportTests {
    @Test(
        "where a domain wants reports (RFC 8460 §3)",
        arguments: [
            ("v=TLSRPTv1;rua=mailto:reports@example.com", [.mail(Array("reports@example.com".utf8))]),
            (
                "v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt",
                [.https("https://reporting.example.com/v1/tlsrpt")]
            ),
            (
                "v=TLSRPTv1; rua=mailto:a%2Bb@example.com?subject=x , HTTPS://r.example/ ;",
                [.mail(Array("a+b@example.com".utf8)), .https("HTTPS://r.example/")]
            ),
            ("v=TLSRPTv1; rua=ftp://x/,mailto:a@b", [.mail(Array("a@b".utf8))]),
        ] as [(String, [TLSReportRecord.Destination])])
    func record(_ text: String, _ expected: [TLSReportRecord.Destination]) throws {
        #expect(try TLSReportRecord(texts: [Array(text.utf8)]).destinations == expected)
    }

    @Test(
        "what is no such record",
        arguments: [
            ([], .none), (["v=TLSRPTv2; rua=mailto:a@b"], .none),
            (["v=TLSRPTv1; rua=mailto:a@b", "v=TLSRPTv1; rua=mailto:a@b"], .several),
            (["v=TLSRPTv1;"], .malformed), (["v=TLSRPTv1; rua=mailto:a"], .malformed),
            (["v=TLSRPTv1; rua=mailto:@b"], .malformed),
            (["v=TLSRPTv1; rua=mailto:a@"], .malformed), (["v=TLSRPTv1; rua=http://x/"], .malformed),
            (["v=TLSRPTv1; rua=mailto:a%0D%0A@b"], .malformed), (["v=TLSRPTv1; rua=mailto:a%2@b"], .malformed),
            (["v=TLSRPTv1; rua=mailto:a%+1@b"], .malformed), (["v=TLSRPTv1; rua=https://"], .malformed),
            (["v=TLSRPTv1; rua=mailto:\(String(repeating: "a", count: 1_024))@b"], .malformed),
        ] as [([String], TLSReportRecord.Failure)])
    func noRecord(_ texts: [String], _ expected: TLSReportRecord.Failure) {
        #expect(throws: expected) { try TLSReportRecord(texts: texts.map { Array($0.utf8) }) }
    }

    @Test("ten destinations at most")
    func manyDestinations() throws {
        let text = "v=TLSRPTv1; rua=" + (0..<50).map { "mailto:\($0)@b" }.joined(separator: ",")
        #expect(try TLSReportRecord(texts: [Array(text.utf8)]).destinations.count == 10)
    }

    private static let day: Int64 = 1_700_006_400

    private func session(_ failure: TLSReportFailureType? = nil, domain: String = "example.org", reason: String? = nil)
        throws -> TLSReportSession
    {
        TLSReportSession(
            policy: TLSReportPolicy(
                kind: .sts, strings: ["version: STSv1", "mode: testing"], domain: try name(domain),
                hosts: ["*.example.org"]),
            failure: try failure.map {
                TLSReportFailure(
                    type: $0, sendingAddress: IPAddress("2001:db8::1"),
                    receivingHost: try name("mx.example.org"),
                    receivingAddress: IPAddress("192.0.2.1"), reason: reason)
            })
    }

    @Test("sessions are counted by policy and day, and taken once the day is over")
    func counting() async throws {
        let store = MemoryTLSReportStore()
        for _ in 0..<3 { try await store.add(try session(), at: Self.day) }
        try await store.add(try session(.certificateExpired), at: Self.day + 86_399)
        try await store.add(try session(.certificateExpired), at: Self.day + 5)
        try await store.add(try session(.validationFailure), at: Self.day + 6)
        try await store.add(try session(), at: Self.day + 86_400)
        try await store.add(try session(domain: "a.example"), at: Self.day)
        #expect(try await store.take(endedAt: Self.day + 86_399) == [])
        let taken = try await store.take(endedAt: Self.day + 86_400)
        #expect(taken.map(\.domain.text) == ["a.example", "example.org"])
        #expect(taken.last?.begin == Self.day)
        #expect(taken.last?.end == Self.day + 86_399)
        let counted = try #require(taken.last?.policies.first)
        #expect(counted.successes == 3)
        #expect(counted.failed == 3)
        #expect(counted.failures.map(\.count) == [2, 1])
        #expect(counted.failures.first?.failure.type == .certificateExpired)
        #expect(try await store.take(endedAt: Self.day + 86_400) == [])
        #expect(try await store.take(endedAt: Self.day + 2 * 86_400).count == 1)
    }

    @Test("limits: failures of a policy, policies of a domain, policies of all")
    func limits() async throws {
        let store = MemoryTLSReportStore(maximumPolicies: 3, maximumPoliciesOfDomain: 2, maximumFailures: 2)
        for number in 0..<5 { try await store.add(try session(.validationFailure, reason: "\(number)"), at: Self.day) }
        for number in 0..<3 {
            let policy = TLSReportPolicy(kind: .tlsa, strings: ["\(number)"], domain: try name("example.org"))
            try await store.add(TLSReportSession(policy: policy), at: Self.day)
        }
        #expect(store.forgotten == 2)
        try await store.add(try session(domain: "b.example"), at: Self.day)
        try await store.add(try session(domain: "c.example"), at: Self.day)
        #expect(store.forgotten == 3)
        let taken = try await store.take(endedAt: .max)
        let counted = try #require(
            taken.first { $0.domain.text == "example.org" }?.policies.first { $0.policy.kind == .sts })
        #expect(counted.failed == 5)
        #expect(counted.failures.count == 2)
        try await store.add(try session(domain: "c.example"), at: Self.day)
        #expect(store.forgotten == 3)
    }

    @Test("the report is the JSON of RFC 8460 §4.4, to the octet")
    func json() async throws {
        let store = MemoryTLSReportStore()
        try await store.add(try session(), at: Self.day)
        try await store.add(try session(.certificateHostMismatch, reason: "it's \"wrong\"\n\u{7F}é😀"), at: Self.day)
        let period = try #require(try await store.take(endedAt: .max).first)
        let report = TLSReport(
            organizationName: "Example \\ Inc.", contact: "tls@example.net", id: "1@example.net", period: period)
        let expected =
            #"{"organization-name":"Example \\ Inc.","date-range":{"start-datetime":"2023-11-15T00:00:00Z","end-datetime":"#
            + #""2023-11-15T23:59:59Z"},"contact-info":"tls@example.net","report-id":"1@example.net","policies":[{"policy":"#
            + #"{"policy-type":"sts","policy-string":["version: STSv1","mode: testing"],"policy-domain":"example.org","mx-host":"#
            + #"["*.example.org"]},"summary":{"total-successful-session-count":1,"total-failure-session-count":1},"failure-details":"#
            + #"[{"result-type":"certificate-host-mismatch","sending-mta-ip":"2001:db8::1","receiving-mx-hostname":"mx.example.org","#
            + #""receiving-ip":"192.0.2.1","failed-session-count":1,"failure-reason-code":"it's \"wrong\"\u000a\u007f\u00e9\ud83d\ude00"}]}]}"#
        #expect(String(decoding: report.json, as: UTF8.self) == expected)
        #expect(
            report.fileName(sender: try name("mail.example.net"))
                == "mail.example.net!example.org!1700006400!1700092799")
        let read = try #require(try JSONSerialization.jsonObject(with: Data(report.json)) as? [String: Any])
        let policies = try #require(read["policies"] as? [[String: Any]])
        let details = try #require(policies.first?["failure-details"] as? [[String: Any]])
        #expect(details.first?["failure-reason-code"] as? String == "it's \"wrong\"\n\u{7F}é😀")
    }

    @Test("the policy of a report is the one that the connection was held against")
    func policies() async throws {
        let dane = TLSReportPolicy(try Samples.plan(try await .of(records: "3-1-1:leaf"), sts: .enforce))
        #expect(dane.kind == .tlsa)
        #expect(dane.strings.first?.hasPrefix("3 1 1 ") == true)
        #expect(dane.hosts == ["mx.example.org"])
        let sts = TLSReportPolicy(try Samples.plan(try await .unsigned(), sts: .testing))
        #expect(sts.kind == .sts)
        #expect(sts.strings == ["version: STSv1", "mode: testing", "mx: mx.example.org", "max_age: 86400"])
        #expect(TLSReportPolicy(try Samples.plan(try await .unsigned())).kind == .none)
        #expect(TLSReportPolicy(try Samples.plan(try await .unsigned(), sts: MTASTSPolicy.Mode.none)).kind == .none)
    }

    @Test("days of all times")
    func days() {
        #expect(TLSReportPeriod.begin(at: -1) == -86_400)
        #expect(TLSReportPeriod.begin(at: 86_400) == 86_400)
        #expect(TLSReportPeriod.begin(at: .min) == .min)
        #expect(TLSReportPeriod.begin(at: .max) <= .max)
    }
}
