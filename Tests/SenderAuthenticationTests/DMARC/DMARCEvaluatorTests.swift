import InternetMessage
import NameResolution
import Testing

@testable import SenderAuthentication

struct DMARCEvaluatorTests {
    private let name = DMARCZone.name

    @Test("RFC 9989 §4.10: the names of a walk") func namesOfAWalk() {
        let names = DMARCTreeWalk.names(from: name("a.b.c.d.e.f.g.h.i.j.mail.example.com")).map(\.text)
        #expect(
            names == [
                "a.b.c.d.e.f.g.h.i.j.mail.example.com", "g.h.i.j.mail.example.com", "h.i.j.mail.example.com",
                "i.j.mail.example.com", "j.mail.example.com", "mail.example.com", "example.com", "com",
            ])
        #expect(DMARCTreeWalk.names(from: name("1.2.3.4.5.6.7.8")).count == 8)
        #expect(DMARCTreeWalk.names(from: name("2.3.4.5.6.7.8")).count == 7)
        #expect(DMARCTreeWalk.names(from: name("com")).map(\.text) == ["com"])
        #expect(DMARCTreeWalk.names(from: .root).isEmpty)
    }

    @Test func equalDomainsAlignWithoutAWalk() async {
        let asked = RecordedQuestions(DMARCZone.policies(["example.org": "v=DMARC1; p=reject"]))
        let finding = await DMARCZone.evaluate("example.org", dkim: ["EXAMPLE.org"], in: asked)
        #expect(finding.result == .pass)
        #expect(finding.aligned == [AuthenticatedIdentifier(.dkim, name("example.org"))])
        #expect(finding.policyDomain == name("example.org"))
        #expect(finding.disposition == .none)
        #expect(asked.entries.map(\.name) == [name("_dmarc.example.org")])
    }

    @Test func whatDoesNotAlignFails() async {
        let zone = DMARCZone.policies(["example.org": "v=DMARC1; p=reject"])
        let finding = await DMARCZone.evaluate("example.org", spf: "evil.test", dkim: ["evil.test", "org"], in: zone)
        #expect(finding.result == .fail)
        #expect(finding.disposition == .reject)
        #expect(finding.aligned.isEmpty)
        #expect(finding.subject == .domain)
        #expect(await DMARCZone.evaluate("example.org", in: zone).result == .fail)
    }

    @Test("RFC 9989 §4.4: relaxed alignment goes up, down and across") func relaxed() async {
        let zone = DMARCZone.policies(["example.org": "v=DMARC1; p=reject"])
        for (author, identifier) in [
            ("news.example.org", "foo.example.org"), ("example.org", "a.b.example.org"),
            ("a.b.example.org", "example.org"),
        ] {
            for finding in [
                await DMARCZone.evaluate(author, spf: identifier, in: zone),
                await DMARCZone.evaluate(author, dkim: [identifier], in: zone),
            ] {
                #expect(finding.result == .pass, "\(author) \(identifier)")
                #expect(finding.organizationalDomain == name("example.org"))
                #expect(finding.policyDomain == name("example.org"))
            }
        }
    }

    @Test func strictAlignmentIsPerMethod() async {
        let zone = DMARCZone.policies(["example.org": "v=DMARC1; p=quarantine; adkim=s"])
        #expect(await DMARCZone.evaluate("example.org", dkim: ["mail.example.org"], in: zone).result == .fail)
        #expect(await DMARCZone.evaluate("example.org", dkim: ["example.org"], in: zone).result == .pass)
        let finding = await DMARCZone.evaluate(
            "example.org", spf: "mail.example.org", dkim: ["mail.example.org"], in: zone)
        #expect(finding.result == .pass)
        #expect(finding.isAligned(by: .spf) && !finding.isAligned(by: .dkim))
    }

    @Test("RFC 9989 §4.10.2: the highest record is the organisation's") func highestRecord() async {
        let zone = DMARCZone.policies([
            "mail.example.com": "v=DMARC1; p=none", "example.com": "v=DMARC1; p=reject; sp=quarantine",
        ])
        let inherited = await DMARCZone.evaluate("a.mail.example.com", spf: "b.example.com", in: zone)
        #expect(inherited.result == .pass)
        #expect(inherited.organizationalDomain == name("example.com"))
        #expect(inherited.policyDomain == name("example.com"))
        #expect(inherited.subject == .subdomain)
        #expect(inherited.policy == .quarantine)
        let own = await DMARCZone.evaluate("mail.example.com", in: zone)
        #expect(own.policyDomain == name("mail.example.com"))
        #expect(own.subject == .domain)
    }

    @Test("RFC 9989 §4.10.2: psd=n ends a walk") func notASuffix() async {
        let zone = DMARCZone.policies([
            "mail.example.com": "v=DMARC1; p=reject; psd=n", "example.com": "v=DMARC1; p=none",
        ])
        let finding = await DMARCZone.evaluate("a.mail.example.com", dkim: ["example.com", "b.example.com"], in: zone)
        #expect(finding.result == .fail)
        #expect(finding.organizationalDomain == name("mail.example.com"))
        #expect(finding.policy == .reject)
        #expect(await DMARCZone.evaluate("a.mail.example.com", dkim: ["c.mail.example.com"], in: zone).result == .pass)
    }

    @Test("RFC 9989 App. B.4.3: psd=y") func publicSuffix() async {
        let zone = DMARCZone.policies([
            "bank.example": "v=DMARC1; p=reject; sp=quarantine; psd=y", "giant.bank.example": "v=DMARC1; p=none",
        ])
        let finding = await DMARCZone.evaluate(
            "giant.bank.example", spf: "mail.giant.bank.example", dkim: ["mail.mega.bank.example"], in: zone)
        #expect(finding.result == .pass)
        #expect(finding.aligned == [AuthenticatedIdentifier(.spf, name("mail.giant.bank.example"))])
        #expect(finding.organizationalDomain == name("giant.bank.example"))
        #expect(finding.policyDomain == name("giant.bank.example"))

        let without = await DMARCZone.evaluate("www.mega.bank.example", dkim: ["mega.bank.example"], in: zone)
        #expect(without.result == .pass)
        #expect(without.organizationalDomain == name("mega.bank.example"))
        #expect(without.policyDomain == name("bank.example"))
        #expect(without.policy == .quarantine)
        #expect(await DMARCZone.evaluate("mega.bank.example", dkim: ["bank.example"], in: zone).result == .fail)
        // the suffix itself as an author: the walk started there
        let suffix = await DMARCZone.evaluate("bank.example", dkim: ["x.bank.example"], in: zone)
        #expect(suffix.result == .fail)
        #expect(suffix.policy == .reject)
        #expect(suffix.organizationalDomain == name("bank.example"))
    }

    @Test("RFC 9989 §4.10: the domain below a suffix is found though it is jumped over") func suffixOfALongName() async
    {
        let zone = DMARCZone.policies(["3.4.5.6.7.8.9": "v=DMARC1; p=reject; psd=y"])
        let finding = await DMARCZone.evaluate("a.b.2.3.4.5.6.7.8.9", dkim: ["2.3.4.5.6.7.8.9"], in: zone)
        #expect(finding.organizationalDomain == name("2.3.4.5.6.7.8.9"))
        #expect(finding.result == .pass)
    }

    @Test("RFC 9989 §3.2.13: np is for NXDOMAIN and nothing else") func nonexistent() async throws {
        var zone = DMARCZone.policies(["example.org": "v=DMARC1; p=none; sp=quarantine; np=reject"])
        zone.add(name("nodata.example.org"), .txt, .text([Array("x".utf8)]))
        zone.add(name("empty.above.example.org"), .txt, .text([Array("x".utf8)]))
        zone.add(name("alias.example.org"), .cname, .name(name("gone.test")))
        zone.add(name("host.example.org"), .a, .address(try #require(IPAddress("192.0.2.1"))))
        for (author, subject, policy) in [
            ("gone.example.org", DMARCRecord.Subject.nonexistentSubdomain, DMARCPolicy.reject),
            ("nodata.example.org", .subdomain, .quarantine), ("above.example.org", .subdomain, .quarantine),
            ("alias.example.org", .subdomain, .quarantine), ("host.example.org", .subdomain, .quarantine),
            ("example.org", .domain, DMARCPolicy.none),
        ] {
            let finding = await DMARCZone.evaluate(author, in: zone)
            #expect(finding.result == .fail)
            #expect(finding.subject == subject, "\(author)")
            #expect(finding.policy == policy, "\(author)")
        }
        zone.fail(name("down.example.org"), .timeout)
        let unknown = await DMARCZone.evaluate("down.example.org", in: zone)
        #expect(unknown.result == .temperror)
        #expect(unknown.disposition == .none)
        #expect(await DMARCZone.evaluate("down.example.org", dkim: ["example.org"], in: zone).result == .pass)
    }

    @Test func existenceIsAskedOnlyWhereItMatters() async {
        let asked = RecordedQuestions(DMARCZone.policies(["example.org": "v=DMARC1; p=reject; np=reject"]))
        #expect(await DMARCZone.evaluate("gone.example.org", in: asked).policy == .reject)
        #expect(asked.entries.allSatisfy { $0.type == .txt })
    }

    @Test(
        "RFC 9989 §4.7: t=y lowers the policy by one",
        arguments: [
            ("reject", DMARCPolicy.reject, DMARCPolicy.quarantine), ("quarantine", .quarantine, .none),
            ("none", .none, .none),
        ]) func testMode(text: String, published: DMARCPolicy, applied: DMARCPolicy) async
    {
        let zone = DMARCZone.policies(["example.org": "v=DMARC1; p=\(text); t=y"])
        let finding = await DMARCZone.evaluate("example.org", in: zone)
        #expect(finding.result == .fail)
        #expect(finding.publishedPolicy == published)
        #expect(finding.policy == applied)
        #expect(finding.disposition == applied)
    }

    @Test("RFC 9989 §4.10.1: a record without a policy and without reports means that DMARC doesn't apply")
    func withoutPolicy() async {
        let zone = DMARCZone.policies(["sub.example.org": "v=DMARC1", "example.org": "v=DMARC1; p=reject"])
        let finding = await DMARCZone.evaluate("sub.example.org", dkim: ["sub.example.org"], in: zone)
        #expect(finding.result == .none)
        #expect(finding.aligned.isEmpty)
        #expect(finding.disposition == .none)
        let reporting = DMARCZone.policies(["example.org": "v=DMARC1; rua=mailto:a@example.org"])
        let monitored = await DMARCZone.evaluate("example.org", in: reporting)
        #expect(monitored.result == .fail)
        #expect(monitored.disposition == .none)
    }

    @Test func withoutARecordThereIsNoResult() async {
        let finding = await DMARCZone.evaluate("example.org", spf: "example.org", in: ZoneResolver())
        #expect(finding.result == .none)
        #expect(finding.record == nil && finding.policyDomain == nil && finding.policy == nil)
    }

    @Test("RFC 9989 §5.3.6: what could not be decided is temperror only where it would have counted") func undecided()
        async
    {
        let zone = DMARCZone.policies(["example.org": "v=DMARC1; p=reject"])
        let own = [AuthenticatedIdentifier(.spf, name("mail.example.org"))]
        let strange = [AuthenticatedIdentifier(.dkim, name("evil.test"))]
        #expect(await DMARCZone.evaluate("example.org", undecided: own, in: zone).result == .temperror)
        #expect(await DMARCZone.evaluate("example.org", undecided: strange, in: zone).result == .fail)
        #expect(
            await DMARCZone.evaluate("example.org", dkim: ["example.org"], undecided: own, in: zone).result == .pass)
    }

    @Test func strangersCostNoQuestions() async {
        let asked = RecordedQuestions(DMARCZone.policies(["example.org": "v=DMARC1; p=reject"]))
        let strangers = (0..<50).map { "s\($0).evil.test" }
        #expect(await DMARCZone.evaluate("example.org", dkim: strangers, in: asked).result == .fail)
        #expect(asked.entries.map(\.name) == [name("_dmarc.example.org"), name("_dmarc.org")])
    }

    @Test func theNumberOfWalksIsBounded() async {
        let asked = RecordedQuestions(DMARCZone.policies(["example.org": "v=DMARC1; p=reject; psd=u"]))
        let many = (0..<50).map { "x.s\($0).example.org" }
        let finding = await DMARCZone.evaluate("example.org", dkim: many, in: asked)
        #expect(finding.aligned.count == DMARCEvaluator.maximumWalks)
        #expect(asked.entries.count == 2 + 2 * DMARCEvaluator.maximumWalks)
    }

    @Test("RFC 9989 §9.1: the result as written in a message") func authenticationResult() async throws {
        let zone = DMARCZone.policies(["example.org": "v=DMARC1; p=reject; t=y"])
        let pass = await DMARCZone.evaluate("example.org", dkim: ["example.org"], in: zone).authenticationResult
        let id = try #require(AuthservID(Array("mx.our.test".utf8)))
        #expect(
            String(decoding: AuthenticationResults(authservID: id, results: [pass]).bytes, as: UTF8.self)
                == "Authentication-Results: mx.our.test;\r\n"
                + " dmarc=pass header.from=example.org policy.dmarc=quarantine\r\n")
        let fail = await DMARCZone.evaluate("example.org", in: zone).authenticationResult
        #expect(fail.result == .fail)
        #expect(fail.reason == Array("nothing was authenticated".utf8))
        let none = await DMARCZone.evaluate("example.net", in: zone).authenticationResult
        #expect(none.result == .none)
        #expect(none.value(.header, .from) == Array("example.net".utf8))
        #expect(none.value(.policy, .dmarc) == nil)
    }
}
