import NameResolution
import Testing
import TransportSecurity

@Suite struct MTASTSPolicyTests {
    private func policy(_ text: String) throws -> MTASTSPolicy { try MTASTSPolicy(Array(text.utf8)) }

    private func error(_ text: String) -> MTASTSPolicyError? {
        do throws(MTASTSPolicyError) {
            _ = try MTASTSPolicy(Array(text.utf8))
            return nil
        } catch { return error }
    }

    @Test(
        "a policy with CRLF or LF, with or without the last, with spaces and unknown keys",
        arguments: [
            "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.Example.NET\r\nmax_age: 604800\r\n",
            "version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmax_age: 604800",
            "version:STSv1 \nmode:\tenforce\nmx:mail.example.com\nmx: *.example.net.\nmax_age: 604800  \nx-new: a: b\n\n",
            "version: STSv1\nmax_age: 604800\nmode: enforce\nmode: none\nmx: mail.example.com\nmx: *.example.net\nmax_age: 1\n",
        ])
    func read(_ text: String) throws {
        let policy = try policy(text)
        #expect(policy.mode == .enforce)
        #expect(policy.maxAge == 604_800)
        #expect(policy.patterns == ["mail.example.com", "*.example.net"])
        #expect(try roundTrip(policy) == policy)
    }

    @Test("the modes; one that is ended needs no servers")
    func modes() throws {
        #expect(try policy("version: STSv1\nmode: testing\nmx: a.example\nmax_age: 1").mode == .testing)
        #expect(try policy("version: STSv1\nmode: none\nmax_age: 1").mode == MTASTSPolicy.Mode.none)
        #expect(error("version: STSv1\nmode: enforce\nmax_age: 1") == .pattern)
    }

    @Test(
        "what isn't a policy",
        arguments: [
            ("", .version), ("\n", .version), ("mode: enforce\nversion: STSv1\nmx: a.example\nmax_age: 1", .version),
            ("version: STSv2\nmode: enforce\nmx: a.example\nmax_age: 1", .version), ("<html>", .version),
            ("version: STSv1", .mode), ("version: STSv1\nmode: Enforce\nmx: a.example\nmax_age: 1", .mode),
            ("version: STSv1\nmode: enforce\nmx: a.example", .maxAge),
            ("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: -1", .maxAge),
            ("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: ", .maxAge),
            ("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 12345678901", .maxAge),
            ("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1e3", .maxAge),
            ("version: STSv1\nmode: enforce\nmx: \nmax_age: 1", .pattern),
            ("version: STSv1\nmode: enforce\nmx: a..b\nmax_age: 1", .pattern),
            ("version: STSv1\nmode: enforce\nmx: *\nmax_age: 1", .pattern),
            ("version: STSv1\nmode: enforce\nmx: a.*.b\nmax_age: 1", .pattern),
            ("version: STSv1\nmode enforce\nmx: a.example\nmax_age: 1", .malformedLine),
            ("version: STSv1\nmo de: enforce\nmx: a.example\nmax_age: 1", .malformedLine),
            ("version: STSv1\nmode: enforce\r\rmx: a.example\nmax_age: 1", .mode),
        ] as [(String, MTASTSPolicyError)])
    func malformed(_ text: String, _ expected: MTASTSPolicyError) { #expect(error(text) == expected) }

    @Test("D16: a policy of over 64 KiB, or of over a hundred servers, is none")
    func limits() throws {
        let start = "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1\n"
        #expect(throws: Never.self) {
            try policy(start + "x:" + String(repeating: "a", count: 65_536 - start.utf8.count - 2))
        }
        #expect(error(start + "x:" + String(repeating: "a", count: 65_536 - start.utf8.count - 1)) == .tooLong)
        let hundred = start + (1..<100).map { "mx: \($0).example\n" }.joined()
        #expect(try policy(hundred).patterns.count == 100)
        #expect(error(hundred + "mx: b.example\n") == .tooManyPatterns)
    }

    @Test("D16: max_age lasts a year at most, and no number of digits overflows")
    func maxAge() throws {
        #expect(try policy("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 9999999999").maxAge == 31_557_600)
        #expect(try policy("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 0").maxAge == 0)
        #expect(try policy("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 31557600").maxAge == 31_557_600)
    }

    @Test(
        "which servers a policy names (RFC 8461 §4.1)",
        arguments: [
            ("mail.example.com", true), ("MAIL.example.com", true), ("a.mail.example.com", false),
            ("example.com", false),
            ("a.example.net", true), ("A.Example.NET", true), ("a.b.example.net", false), ("example.net", false),
            ("aexample.net", false), ("net", false), (".", false),
        ])
    func allows(_ host: String, _ expected: Bool) throws {
        let policy = try policy("version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmax_age: 1")
        #expect(policy.allows(try name(host)) == expected)
    }

    @Test(
        "TXT records (RFC 8461 §3.1)",
        arguments: [
            (["v=STSv1; id=20160831085700Z;"], "20160831085700Z"), (["v=STSv1;id=1"], "1"),
            (["v=STSv1 ; x=y; id=a ;"], "a"),
            (["v=spf1 -all", "v=STSv1; id=1"], "1"), (["v=STSv10; id=2", "v=STSv1; id=1"], "1"),
        ] as [([String], String)])
    func record(_ texts: [String], _ id: String) throws {
        #expect(try MTASTSRecord(texts: texts.map { Array($0.utf8) }).id == id)
    }

    @Test(
        "what isn't one record",
        arguments: [
            ([], .none), (["v=STSv2; id=1"], .none), (["V=STSv1; id=1"], .none), ([" v=STSv1; id=1"], .none),
            (["v=STSv1"], .none),
            (["v=STSv1; id=1", "v=STSv1; id=1"], .several), (["v=STSv1; id=1", "v=STSv1; id=2"], .several),
            (["v=STSv1;"], .malformed), (["v=STSv1; id="], .malformed), (["v=STSv1; id=a-b"], .malformed),
            (["v=STSv1; id=1; id=2"], .malformed), (["v=STSv1; id=123456789012345678901234567890123"], .malformed),
            (["v=STSv1; id=1; ; x=1"], .malformed), (["v=STSv1; id=1; junk"], .malformed),
            (["v=STSv1; id=1; =x"], .malformed),
            (["v=STSv1; id=1;" + String(repeating: "x", count: 4_096)], .malformed),
        ] as [([String], MTASTSRecord.Failure)])
    func noRecord(_ texts: [String], _ expected: MTASTSRecord.Failure) {
        #expect(throws: expected) { try MTASTSRecord(texts: texts.map { Array($0.utf8) }) }
    }
}
