import NameResolution
import SMTP
import Testing

@testable import SenderAuthentication

struct DMARCRecordTests {
    private func read(_ text: String) -> DMARCRecord? { DMARCRecord(Array(text.utf8)) }

    @Test func aRecordWithEveryTag() throws {
        let record = try #require(
            read(
                "v=DMARC1; p=reject; sp=quarantine; np=none; t=y; psd=n; adkim=s; aspf=s; fo=1:d:s; "
                    + "rua=mailto:a@example.org,mailto:b@example.net!10m; ruf=mailto:c@example.org; pct=7; rf=x; ri=y"))
        #expect(record.policy == .reject)
        #expect(record.subdomainPolicy == .quarantine)
        #expect(record.nonexistentSubdomainPolicy == DMARCPolicy.none)
        #expect(record.isTesting)
        #expect(record.publicSuffix == .no)
        #expect(record.dkimAlignment == .strict)
        #expect(record.spfAlignment == .strict)
        #expect(record.failureOptions == [.any, .dkim, .spf])
        #expect(
            record.aggregateReports.map { String(decoding: $0.mailbox.bytes, as: UTF8.self) }
                == ["a@example.org", "b@example.net"])
        #expect(record.aggregateReports.map(\.maximumSize) == [nil, 10 << 20])
        #expect(record.failureReports.map(\.domain) == [DMARCZone.name("example.org")])
    }

    @Test("RFC 9989 §4.7: the defaults") func defaults() throws {
        let record = try #require(read("v=DMARC1;p=none"))
        #expect(record.policy(for: .subdomain) == DMARCPolicy.none)
        #expect(!record.isTesting)
        #expect(record.publicSuffix == .unknown)
        #expect(record.dkimAlignment == .relaxed)
        #expect(record.spfAlignment == .relaxed)
        #expect(record.failureOptions == [.all])
        #expect(record.aggregateReports.isEmpty)
    }

    @Test(
        "RFC 9989 §4.7: what doesn't begin with v=DMARC1 is no record",
        arguments: [
            "", "v", "v=", "v=DMARC", "v=DMARC12; p=none", "v=dmarc1; p=none", "v=DMARC1 p=none", "p=none; v=DMARC1",
            " v=DMARC1; p=none", "\tv=DMARC1; p=none", "; v=DMARC1; p=none", "v==DMARC1; p=none", "v=DMARC1\0; p=none",
            "v=DMARC1,p=none", "x=DMARC1; p=none", "v=spf1 -all",
        ]) func version(text: String)
    {
        #expect(read(text) == nil)
    }

    @Test func theVersionMayHaveSpaces() {
        #expect(read("v = DMARC1 ; p=none")?.policy == DMARCPolicy.none)
        #expect(read("V\t=\tDMARC1\t;p=reject;")?.policy == .reject)
    }

    @Test(
        "RFC 9989 §4.8: broken parts of a record are discarded, not the record",
        arguments: [
            "bogus", "=", "=x", "p q=reject", "p2=reject", "\u{1}=x", "adkim=x", "aspf=", "t=maybe", "psd=perhaps",
            "fo=0:1",
            "fo=d:d", "fo=", "fo=x", "fo=0:", ";;;", "sp", "pct=1000", "unknown=\u{E9}", "adkim=s\0",
        ]) func syntaxErrors(part: String) throws
    {
        let record = try #require(read("v=DMARC1; \(part); p=reject; ruf=mailto:a@b.test"))
        #expect(record.policy == .reject)
        #expect(record.dkimAlignment == .relaxed)
        #expect(record.spfAlignment == .relaxed)
        #expect(record.publicSuffix == .unknown)
        #expect(record.failureOptions == [.all])
        #expect(!record.isTesting)
    }

    @Test(
        "RFC 6376 §3.2: a tag twice makes the whole record invalid",
        arguments: [
            "v=DMARC1; p=none; p=none", "v=DMARC1; p=none; P=reject", "v=DMARC1; p=none; x=1; x=1",
            "v=DMARC1; p=none; v=DMARC1",
        ]) func tagTwice(text: String)
    {
        #expect(read(text) == nil)
    }

    @Test(
        "RFC 9989 §4.10.1: without a valid policy a valid report address makes it p=none",
        arguments: [
            "", "p=", "p=bogus", "p=n", "p=reject; sp=bogus", "p=reject; np=bogus", "p=reject; sp=", "p=rejec\u{F6}",
        ]) func withoutPolicy(part: String) throws
    {
        let reported = try #require(read("v=DMARC1; \(part); rua=mailto:a@example.org"))
        #expect(reported.policy == DMARCPolicy.none)
        #expect(reported.policy(for: .nonexistentSubdomain) == DMARCPolicy.none)
        // any scheme is an address that is valid, though nobody can send there
        #expect(try #require(read("v=DMARC1; \(part); rua=https://example.org/x")).policy == DMARCPolicy.none)
        let unreported = try #require(read("v=DMARC1; \(part); rua=a@example.org"))
        #expect(unreported.policy == nil)
        #expect(unreported.policy(for: .subdomain) == nil)
    }

    @Test func theTagsMayComeInAnyOrderAndCase() throws {
        let record = try #require(read("v=DMARC1; SP=None; P=REJECT; PSD=Y; T=Y"))
        #expect(record.policy == .reject)
        #expect(record.policy(for: .subdomain) == DMARCPolicy.none)
        #expect(record.policy(for: .nonexistentSubdomain) == DMARCPolicy.none)
        #expect(record.publicSuffix == .yes)
        #expect(record.isTesting)
    }

    @Test func whichPolicyCounts() throws {
        let all = try #require(read("v=DMARC1; p=none; sp=quarantine; np=reject"))
        #expect(all.policy(for: .domain) == DMARCPolicy.none)
        #expect(all.policy(for: .subdomain) == .quarantine)
        #expect(all.policy(for: .nonexistentSubdomain) == .reject)
        let without = try #require(read("v=DMARC1; p=none; np=reject"))
        #expect(without.policy(for: .subdomain) == DMARCPolicy.none)
        #expect(try #require(read("v=DMARC1; p=reject")).policy(for: .nonexistentSubdomain) == .reject)
    }

    @Test("RFC 9989 §4.7: fo counts only beside ruf") func failureOptions() throws {
        #expect(try #require(read("v=DMARC1; p=none; fo=1")).failureOptions == [.all])
        #expect(try #require(read("v=DMARC1; p=none; fo=S : 1; ruf=mailto:a@b.test")).failureOptions == [.spf, .any])
    }

    @Test(
        arguments: [
            ("mailto:a@example.org", "a@example.org"), ("MailTo:a@example.org", "a@example.org"),
            ("mailto:a%21b@example.org", "a!b@example.org"), ("mailto:a@example.org?subject=x", "a@example.org"),
            ("mailto:%22a%2Cb%22@example.org", "\"a,b\"@example.org"), ("mailto:a%2Cb@example.org", nil),
            ("mailto:a@b%C3%BCcher.test", "a@b\u{FC}cher.test"),
            ("mailto:a@b\u{FC}cher.test", nil), ("mailto:", nil), ("mailto:a", nil), ("mailto:a@[192.0.2.1]", nil),
            ("mailto://example.org", nil), ("mailto:a%0D%0Ab@example.org", nil), ("mailto:a%2@example.org", nil),
            ("mailto:a@example.org!", nil), ("mailto:a@example.org!x", nil), ("mailto:a@example.org!1p", nil),
            ("mailto:a@example.org!1!1", nil), ("mailto:a b@example.org", nil), ("mailto:<a@example.org>", nil),
            ("ftp://example.org/", nil), (":a@example.org", nil), ("1mailto:a@example.org", nil),
        ] as [(String, String?)]) func uris(uri: String, mailbox: String?)
    {
        let addresses = DMARCURIList(Array(uri.utf8)).addresses
        #expect(addresses.map { String(decoding: $0.mailbox.bytes, as: UTF8.self) } == (mailbox.map { [$0] } ?? []))
    }

    @Test(
        arguments: [
            ("1", 1), ("10k", 10_240), ("3G", 3 << 30), ("2t", 2 << 40), ("0", 0),
            ("99999999999999999999999999", UInt64.max), ("99999999999999999999t", UInt64.max),
            ("18446744073709551615k", UInt64.max),
        ] as [(String, UInt64)]) func sizes(text: String, size: UInt64)
    {
        #expect(DMARCURIList(Array("mailto:a@b.test!\(text)".utf8)).addresses.map(\.maximumSize) == [size])
    }
}
