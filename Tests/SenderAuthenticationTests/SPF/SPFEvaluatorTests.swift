import InternetMessage
import NameResolution
import SenderAuthentication
import Testing

struct SPFEvaluatorTests {
    @Test(
        "RFC 7208 §4.3: what is no host's name of two labels or more has no policy",
        arguments: [
            "", ".", "localhost", "[192.0.2.1]", "[IPv6:2001:db8::1]", "a..test", ".a.test", "-a.test", "a b.test",
            "a.test(b.test", "a\r\n.test", "a\0.test", "a%.test", "\u{FF}\u{FFFD}.test", "a/b.test",
            String(repeating: "a", count: 64) + ".test", String(repeating: "a.", count: 127) + "test",
            String(repeating: "ü", count: 10_000) + ".test",
        ])
    func noDomain(_ domain: String) async throws {
        let resolver = RecordedQuestions(ZoneResolver())
        let finding = await spfCheck(resolver, try spfQuestion(domain))
        #expect(finding.result == .none)
        #expect(finding.name == nil)
        #expect(finding.domain == Array(domain.utf8))
        #expect(resolver.entries.isEmpty)
    }

    @Test func aDotAtTheEndIsIgnored() async throws {
        let zone = try spfZone("a.test TXT v=spf1 include:b.test. -all", "b.test TXT v=spf1 +all")
        #expect(await spfCheck(zone, try spfQuestion("a.test.")).result == .pass)
    }

    @Test("RFC 8616 §4: U-labels are asked for as A-labels, in macros too") func internationalized() async throws {
        let zone = try spfZone(
            "xn--bcher-kva.test TXT v=spf1 exists:%{o}.%{h}.x.test -all",
            "xn--bcher-kva.test.xn--mnchen-3ya.test.x.test A 127.0.0.2")
        let finding = await spfCheck(zone, try spfQuestion("bücher.test", helo: "münchen.test"))
        #expect(finding.result == .pass)
        #expect(finding.name == DNSName("xn--bcher-kva.test"))
        #expect(
            finding.authenticationResult.value(.smtp, .mailfrom) == Array("xn--bcher-kva.test".utf8))
    }

    @Test("RFC 8616 §4: a local-part that isn't ASCII never matches") func internationalizedLocalPart() async throws {
        let zone = try spfZone("a.test TXT v=spf1 exists:%{l}.x.test -all", "jörg.x.test A 127.0.0.2")
        let resolver = RecordedQuestions(zone)
        let finding = await spfCheck(resolver, try spfQuestion("a.test", localPart: "jörg"))
        #expect(finding.result == .fail)
        #expect(finding.steps.map(\.outcome) == [.withheld, .matched])
        #expect(spfAsked(resolver) == ["a.test TXT"])
    }

    @Test(
        "the local-part is not told to the DNS when that is switched off",
        arguments: [
            "exists:%{l}.x.test", "exists:%{S}.x.test", "a:%{l1r-}.x.test", "mx:%{s}.x.test", "include:%{l}.x.test",
            "ptr:%{l}.x.test", "redirect=%{l}.x.test",
        ])
    func withheld(_ term: String) async throws {
        let isRedirect = term.hasPrefix("redirect")
        let resolver = RecordedQuestions(try spfZone("a.test TXT v=spf1 \(term)\(isRedirect ? "" : " -all")"))
        var limits = SPFLimits.standard
        limits.expandsLocalPart = false
        let finding = await spfCheck(resolver, try spfQuestion("a.test"), limits: limits)
        #expect(finding.result == (isRedirect ? .neutral : .fail))
        #expect(finding.steps.first?.outcome == .withheld)
        #expect(spfAsked(resolver) == ["a.test TXT"])
        _ = await spfCheck(resolver, try spfQuestion("a.test"))
        #expect(resolver.entries.count > 2)
    }

    @Test(
        "RFC 7208 §4.4, §5: a look-up that fails is a temperror",
        arguments: [
            "a:x.test", "mx:x.test", "mx:m.test", "include:x.test", "exists:x.test", "redirect=x.test",
        ])
    func failures(_ term: String) async throws {
        let zone = try spfZone("a.test TXT v=spf1 \(term)", "x.test FAIL", "m.test MX 1 x.test", "m.test MX 2 y.test")
        let finding = await spfCheck(zone, try spfQuestion("a.test"))
        #expect(finding.result == .temperror)
        #expect(finding.reason.contains("serverFailure"))
        #expect(await spfCheck(zone, try spfQuestion("x.test")).result == .temperror)
    }

    @Test("RFC 7208 §5.5: with reverse mapping a failure is no match") func reverseFailures() async throws {
        let zone = try spfZone(
            "a.test TXT v=spf1 ptr exists:%{p}.x.test -all", "7.2.0.192.in-addr.arpa FAIL",
            "unknown.x.test A 192.0.2.1",
            "b.test TXT v=spf1 ptr -all", "8.2.0.192.in-addr.arpa PTR bad.b.test",
            "8.2.0.192.in-addr.arpa PTR good.b.test", "bad.b.test FAIL", "good.b.test A 192.0.2.8")
        #expect(await spfCheck(zone, try spfQuestion("a.test")).mechanism == "exists:%{p}.x.test")
        #expect(await spfCheck(zone, try spfQuestion("b.test", client: "192.0.2.8")).result == .pass)
    }

    @Test(
        "RFC 7208 §7.3: the validated name is best the domain itself, else one below it, else any",
        arguments: [
            (["x.test", "b.a.test", "a.test"], "a.test"), (["x.test", "b.a.test"], "b.a.test"), (["x.test"], "x.test"),
            (["y.test", "x.test"], "x.test"), ([], "unknown"),
        ])
    func validatedName(_ pointers: [String], _ expected: String) async throws {
        var zone = try spfZone(
            "a.test TXT v=spf1 exists:%{p}.p.test -all", "a.test A 192.0.2.7", "b.a.test A 192.0.2.7",
            "x.test A 192.0.2.7", "y.test A 192.0.2.1", "\(expected).p.test A 127.0.0.2")
        for name in pointers {
            let reverse = try #require(IPAddress("192.0.2.7")).reverseName
            zone.add(reverse, .ptr, .name(try #require(DNSName(name))))
        }
        #expect(await spfCheck(zone, try spfQuestion("a.test")).result == .pass)
    }

    @Test("RFC 7208 §4.4: no name and no record are none") func noRecord() async throws {
        let zone = try spfZone("a.test TXT something else", "b.test A 192.0.2.7")
        for domain in ["a.test", "b.test", "nx.test"] {
            let finding = await spfCheck(zone, try spfQuestion(domain))
            #expect(finding.result == .none)
            #expect(finding.reason == "\(domain) has no SPF record")
        }
    }

    @Test("a client with an IPv4 address as an IPv6 address is one with an IPv4 address") func mapped() async throws {
        let zone = try spfZone("a.test TXT v=spf1 -ip6:::ffff:192.0.2.7 ip4:192.0.2.7 -all")
        #expect(await spfCheck(zone, try spfQuestion("a.test", client: "::ffff:192.0.2.7")).result == .pass)
    }

    @Test("mx hosts are tried by preference, and the null MX is none") func preference() async throws {
        let zone = try spfZone(
            "a.test TXT v=spf1 mx -all", "a.test MX 20 m2.test", "a.test MX 10 m1.test", "a.test MX 0 .",
            "m1.test A 192.0.2.7", "m2.test A 192.0.2.7")
        let resolver = RecordedQuestions(zone)
        #expect(await spfCheck(resolver, try spfQuestion("a.test")).result == .pass)
        #expect(spfAsked(resolver) == ["a.test TXT", "a.test MX", "m1.test A"])
    }

    @Test func whatWasDoneIsTold() async throws {
        let zone = try spfZone(
            "a.test TXT v=spf1 ip4:198.51.100.0/24 include:b.test redirect=c.test", "b.test TXT v=spf1 a ?all",
            "b.test A 192.0.2.1", "c.test TXT v=spf1 ~ip4:192.0.2.0/24 -all")
        let finding = await spfCheck(zone, try spfQuestion("a.test"))
        #expect(finding.result == .softfail)
        #expect(finding.mechanism == "~ip4:192.0.2.0/24")
        #expect(finding.reason == "~ip4:192.0.2.0/24 of c.test matched")
        #expect(
            finding.steps.map(\.description) == [
                "a.test: ip4:198.51.100.0/24 did not match", "a.test: include:b.test is followed",
                "b.test: a did not match", "b.test: ?all matched", "a.test: include:b.test did not match",
                "a.test: redirect=c.test is followed", "c.test: ~ip4:192.0.2.0/24 matched",
            ])
        #expect(finding.steps.map(\.depth) == [0, 0, 1, 1, 0, 0, 0])
    }

    @Test(
        "nothing that identifies a person is in reasons and steps",
        arguments: [
            "exists:%{l}.x.test -all", "a:%{s}.x.test -all", "include:%{l}.x.test", "mx:%{l}.x.test",
            "redirect=%{l}.x.test",
            "include:%{i}.x.test -all", "redirect=%{i}.x.test", "ptr:%{p}.x.test -all",
        ])
    func discretion(_ term: String) async throws {
        for there in [
            "TXT v=spf1 include:sub.%{d}", "TXT v=spf1 ?all", "TXT v=spf1 x", "TXT other", "FAIL", "A 192.0.2.9",
        ] {
            let zone = try spfZone(
                "a.test TXT v=spf1 \(term)", "secret.x.test \(there)", "192.0.2.7.x.test \(there)",
                "sub.secret.x.test TXT v=spf1 exists:%{d} x=y z", "sub.192.0.2.7.x.test TXT v=spf1 redirect=%{d}")
            let finding = await spfCheck(zone, try spfQuestion("a.test", localPart: "secret"))
            let told = finding.reason + finding.steps.map(\.description).joined()
            #expect(!told.contains("secret") && !told.contains("192.0.2.7"), "\(told)")
        }
    }

    @Test("an explanation is fetched for a fail, and when it is wanted") func explanationWhenWanted() async throws {
        let zone = try spfZone(
            "a.test TXT v=spf1 ?ip4:192.0.2.8 -all exp=why.%{d}", "why.a.test TXT %{i} is not ours, see %{r} at %{t}")
        let wanted = RecordedQuestions(zone)
        let finding = await spfCheck(wanted, try spfQuestion("a.test", wantsExplanation: true))
        #expect(finding.explanation == "192.0.2.7 is not ours, see mx.our.test at 1700000000")
        #expect(spfAsked(wanted) == ["a.test TXT", "why.a.test TXT"])
        let unwanted = RecordedQuestions(zone)
        #expect(await spfCheck(unwanted, try spfQuestion("a.test")).explanation == nil)
        let neutral = try spfQuestion("a.test", client: "192.0.2.8", wantsExplanation: true)
        #expect(await spfCheck(unwanted, neutral).explanation == nil)
        #expect(spfAsked(unwanted) == ["a.test TXT", "a.test TXT"])
    }

    @Test("RFC 8601 §2.7.2: the result as a field tells it") func authenticationResult() async throws {
        let zone = try spfZone("a.test TXT v=spf1 ip4:192.0.2.7 -all", "helo.test TXT v=spf1 -all")
        let envelope = SPFEnvelope(
            client: try #require(IPAddress("192.0.2.7")), helo: Array("helo.test".utf8),
            sender: SPFSender(localPart: Array("ann".utf8), domain: Array("a.test".utf8)))
        let findings = await SPFEvaluator(resolver: zone).check(envelope)
        let field = AuthenticationResults(
            authservID: try #require(AuthservID(Array("mx.our.test".utf8))),
            results: [findings.helo.authenticationResult, findings.mailFrom.authenticationResult])
        #expect(
            String(decoding: field.bytes, as: UTF8.self) == """
                Authentication-Results: mx.our.test;\r
                 spf=fail reason="-all of helo.test matched" smtp.helo=helo.test;\r
                 spf=pass reason="ip4:192.0.2.7 of a.test matched" smtp.mailfrom=a.test\r\n
                """)
        for result in SPFResult.allCases { #expect(result.keyword.bytes == Array(result.rawValue.utf8)) }
    }
}
