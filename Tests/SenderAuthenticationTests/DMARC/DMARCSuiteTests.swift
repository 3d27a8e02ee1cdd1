import InternetMessage
import NameResolution
import SMTP
import SenderAuthentication
import Testing

/// The suites were written for RFC 7489. Where RFC 9989 decides otherwise, the case stands in ``contradictions`` with
/// the clause.
struct DMARCSuiteTests {
    /// Cases whose outcome is another one now, by suite and case.
    private static let contradictions: [String: [String: String]] = [
        "dmarc-mox/record-parse": [
            "v=DMARC1; sp=reject; p=reject": "§4.8: after v tags come in any order",
            "v=DMARC1; rua=mailto:dmarc-feedback@example.com!99999999999999999999999999999999999999999999999":
                "§4.8: obs-dmarc-report-size has any number of digits, and is not heeded",
        ],
        "dmarc-opendmarc/record-parse": [
            "v=DMARC1; p=n;": "§4.8: dmarc-request has no short forms; §4.10.1: no policy and no rua",
            "v=DMARC1; p=none; adkim=bob;": "§4.8: a value in error gives way to the default",
            "v=DMARC1; p=none; aspf=bob;": "§4.8: a value in error gives way to the default",
            "v=DMARC1; p=none; rf=bob;": "§9.3: rf is historic; §4.7: ignored",
            "v=DMARC1; p=none; ri=bob;": "§9.3: ri is historic; §4.7: ignored",
            "v=DMARC1; p=none; pct=500;": "§9.3: pct is historic; §4.7: ignored",
            "v=DMARC1; p=none; rf=000000000000000000000000000000000": "§9.3: rf is historic; §4.7: ignored",
        ],
        "dmarc-mox/verify": [
            "malformed": "§4.8: what is no tag is discarded, not the record: p=none stands, the result is fail"
        ],
        "dmarc-mox/lookup": ["malformed.example": "§4.8: what is no tag is discarded, not the record"],
        "dmarc-opendmarc/alignment": [
            ".mac.com.": "RFC 1035 §3.1: a label is not empty; so it is no domain to align with",
            "....mac.com....": "RFC 1035 §3.1: a label is not empty; so it is no domain to align with",
        ],
        // RFC 9989 §4.4: a malformed From has no author domain; §5.3.1: nor has one with several.
        "dmarc-opendmarc/from-domain": [
            "\"Johnson, Joe <joe@joe.com>\" joe@joe.com": "RFC 5322 §3.4: a name stands before an angle-addr",
            "<<<><joe@joe.com>>>": "RFC 5322 §3.4",
            "Joe Johnson <joe@joe.com>, ace@ace.com": "RFC 9989 §5.3.1: two domains",
            "joe@joe.com, ace@ace.com": "RFC 9989 §5.3.1: two domains",
            "Mail From:<joe@joe.com>": "RFC 5322 §3.4: the beginning of a group",
            "\"( bob@bob.com)\" joe@joe.com": "RFC 5322 §3.4: a name stands before an angle-addr",
            "From: Davide D'Marco <user@blah.com>": "RFC 5322 §3.4: the beginning of a group",
        ],
    ]

    /// Every case agrees but those that stand in the list, and those differ.
    private func compare<Case>(
        _ suite: String, _ cases: [Case], named name: (Case) -> String, agrees: (Case) async throws -> Bool
    ) async rethrows {
        let listed = Self.contradictions[suite] ?? [:]
        var differing = 0
        for one in cases {
            let agrees = try await agrees(one)
            if !agrees { differing += 1 }
            #expect(agrees == (listed[name(one)] == nil), "\(suite): \(name(one))")
        }
        tally(suite, count: cases.count, differing: differing, known: cases.count { listed[name($0)] != nil })
        #expect(Set(cases.map(name)).isSuperset(of: listed.keys))
    }

    @Test func moxRecords() async throws {
        let cases: [DMARCSuites.Record] = try DMARCSuites.read("dmarc-mox/record-parse")
        #expect(cases.count == 41)
        await compare("dmarc-mox/record-parse", cases, named: \.record) { one in
            let record = DMARCRecord(Array(one.record.utf8))
            guard one.valid else { return record?.policy == nil }
            guard let record, let policy = record.policy else { return false }
            return policy.rawValue == one.p && addresses(record.aggregateReports) == addresses(one.rua)
                && addresses(record.failureReports) == addresses(one.ruf)
        }
    }

    @Test func opendmarcRecords() async throws {
        let cases: [DMARCSuites.Record] = try DMARCSuites.read("dmarc-opendmarc/record-parse")
        #expect(cases.count == 19)
        await compare("dmarc-opendmarc/record-parse", cases, named: \.record) { one in
            (DMARCRecord(Array(one.record.utf8))?.policy != nil) == one.valid
        }
    }

    private func addresses(_ uris: [DMARCSuites.Record.URI]?) -> [String] {
        (uris ?? []).map { uri in
            let place = ["k", "m", "g", "t"].firstIndex(of: uri.unit).map { $0 + 1 } ?? 0
            return String(uri.uri.dropFirst("mailto:".count)) + " " + (uri.max.map { "\($0 << (10 * place))" } ?? "")
        }
    }

    private func addresses(_ addresses: [DMARCReportAddress]) -> [String] {
        addresses.map { address in
            String(decoding: address.mailbox.bytes, as: UTF8.self) + " " + (address.maximumSize.map { "\($0)" } ?? "")
        }
    }

    @Test func moxVerification() async throws {
        let world: DMARCSuites.World<DMARCSuites.Verification> = try DMARCSuites.read("dmarc-mox/verify")
        #expect(world.cases.count == 15)
        await compare("dmarc-mox/verify", world.cases, named: \.id) { one in
            let finding = await DMARCEvaluator(resolver: world.zone).evaluate(
                author: .success(AuthorDomain(DMARCZone.name(one.from))), identifiers: one.identifiers("pass"),
                undecided: one.identifiers("temperror"))
            let expected = one.expected
            return finding.result.rawValue == expected.result && (finding.disposition == .reject) == expected.reject
                && finding.isAligned(by: .spf) == expected.aligned_spf_pass
                && finding.isAligned(by: .dkim) == expected.aligned_dkim_pass
                && (finding.policyDomain ?? DMARCZone.name(one.from)) == DMARCZone.name(expected.record_domain)
        }
    }

    @Test func moxLookup() async throws {
        let world: DMARCSuites.World<DMARCSuites.Lookup> = try DMARCSuites.read("dmarc-mox/lookup")
        #expect(world.cases.count == 7)
        await compare("dmarc-mox/lookup", world.cases, named: \.domain) { one in
            let finding = await DMARCZone.evaluate(one.domain, in: world.zone)
            let status = finding.result == .temperror ? "temperror" : "none"
            return status == one.status && (finding.record != nil) == one.found
                && (finding.policyDomain ?? DMARCZone.name(one.domain)) == DMARCZone.name(one.record_domain)
        }
    }

    @Test func moxExternalReports() async throws {
        let world: DMARCSuites.World<DMARCSuites.ExternalReport> = try DMARCSuites.read("dmarc-mox/external-report")
        #expect(world.cases.count == 8)
        try await compare("dmarc-mox/external-report", world.cases, named: { "\($0.dmarc_domain) \($0.destination)" }) {
            one in
            let address = try #require(Mailbox("reports@\(one.destination)").flatMap { DMARCReportAddress($0) })
            let verdict = await DMARCReportDestinations(resolver: world.zone).verify(
                address, policyDomain: DMARCZone.name(one.dmarc_domain))
            if one.status == "temperror" { return verdict == .temperror }
            return verdict == (one.accepts ? .wanted([address]) : .unwanted)
        }
    }

    /// The suite has the list of public suffixes; here the domains below them have records.
    @Test func opendmarcAlignment() async throws {
        let cases: [DMARCSuites.Alignment] = try DMARCSuites.read("dmarc-opendmarc/alignment")
        #expect(cases.count == 10)
        await compare("dmarc-opendmarc/alignment", cases, named: \.a) { one in
            let mode = one.mode == "strict" ? "s" : "r"
            let domains = ["bcx.com", "edu.ar", "edr.au", "oooo.com", "ooo.com", "foo.com", "mac.com", "b.com", "b.de"]
            let zone = DMARCZone.policies(
                Dictionary(
                    domains.map { ($0, "v=DMARC1; p=reject; adkim=\(mode)") }, uniquingKeysWith: { one, _ in one }))
            guard let identifier = DNSName(one.a), let author = DNSName(one.b) else { return !one.aligned }
            let finding = await DMARCEvaluator(resolver: zone).evaluate(
                author: .success(AuthorDomain(author)), identifiers: [AuthenticatedIdentifier(.dkim, identifier)])
            return (finding.result == .pass) == one.aligned
        }
    }

    @Test func opendmarcFromDomain() async throws {
        let cases: [DMARCSuites.FromDomain] = try DMARCSuites.read("dmarc-opendmarc/from-domain")
        #expect(cases.count == 13)
        await compare("dmarc-opendmarc/from-domain", cases, named: \.header) { one in
            let author = try? AuthorDomain(in: HeaderSection(Array("From: \(one.header)\r\n\r\n".utf8)))
            return author?.name == DMARCZone.name(one.domain)
        }
    }
}
