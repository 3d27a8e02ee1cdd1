import InternetMessage
import NameResolution
import Testing

@testable import SenderAuthentication

struct DMARCThreatTests {
    private let name = DMARCZone.name
    private let zone = DMARCZone.policies([
        "legit.test": "v=DMARC1; p=reject; sp=reject", "evil.test": "v=DMARC1; p=none",
    ])

    @Test("M01: what SPF says of HELO proves nothing about the author") func helo() async {
        // MAIL FROM:<any@nx.legit.test> has no SPF record, and HELO's pass is no identifier: nothing was proved.
        let nothing = await DMARCZone.evaluate(header: "From: admin@legit.test", in: zone)
        #expect(nothing.result == .fail)
        #expect(nothing.disposition == .reject)
        // With a null reverse-path, postmaster at the name of HELO is the MAIL FROM identity; the attacker's own
        // doesn't align.
        #expect(
            await DMARCZone.evaluate(header: "From: admin@legit.test", spf: "helo.evil.test", in: zone).result == .fail)
        #expect(
            await DMARCZone.evaluate(header: "From: admin@legit.test", spf: "mx.legit.test", in: zone).result == .pass)
    }

    @Test(
        "M07: two From fields have no author, whatever is proved",
        arguments: [
            "From: <a@evil.test>\r\nFrom: <admin@legit.test>", "From: <admin@legit.test>\r\nFrom: <a@evil.test>",
            "From: <admin@legit.test>\r\nfrom: <admin@legit.test>",
        ]) func twoFields(header: String) async
    { await hasNoAuthor(header) }

    @Test(
        "M08: a From that readers disagree about",
        arguments: [
            " From: admin@legit.test", "From : admin@legit.test", "From\r\n : admin@legit.test",
            "From\t: admin@legit.test",
            "\0From: admin@legit.test", " From: a@evil.test\r\nFrom: admin@legit.test",
            "From: a@evil.test\r\nFrom : admin@legit.test", "From: admin@legit.test\nX: y",
            "X: y\rFrom: admin@legit.test",
        ]) func spacedField(header: String) async
    { await hasNoAuthor(header) }

    @Test(
        "M09: nothing stands in for a missing author",
        arguments: [
            "Sender: admin@legit.test", "Resent-From: admin@legit.test", "Subject: x", "From:", "From: <>",
            "From: undisclosed:;", "From: team: admin@legit.test;",
        ]) func noAuthor(header: String) async
    { await hasNoAuthor(header) }

    @Test(
        "M10: several authors don't pass for the first one, nor for the last",
        arguments: [
            "From: <a@evil.test>, <admin@legit.test>\r\nSender: a@evil.test", "From: <admin@legit.test>, <a@evil.test>",
            "From: <a@legit.test>, <admin@legit.test>",
        ]) func severalAddresses(header: String) async
    { await hasNoAuthor(header) }

    @Test(
        "M11: encoded-words are never decoded into an address",
        arguments: [
            "From: =?utf-8?b?PGFkbWluQGxlZ2l0LnRlc3Q+?=,<x@evil.test>",
            "From: =?utf-8?q?admin=40legit.test=3e=00?=x@evil.test", "From: admin@=?utf-8?q?legit.test?=",
        ]) func encodedAddress(header: String) async
    { await hasNoAuthor(header) }

    @Test("M11: an encoded name is a name") func encodedName() async {
        let header = "From: =?utf-8?b?PGFkbWluQGxlZ2l0LnRlc3Q+?= <x@evil.test>"
        #expect(await DMARCZone.evaluate(header: header, in: zone).author == name("evil.test"))
    }

    @Test(
        "M12: routes, quoted pairs and leftovers",
        arguments: [
            "From: <@evil.test,@a:admin@legit.test>", "From: <admin@legit.test>\\,<x@evil.test>",
            "From: admin@legit.test,<x@evil.test>", "From: <x@evil.test>admin@legit.test",
        ]) func oddAddresses(header: String) async
    { await hasNoAuthor(header) }

    @Test("M13: comments nested without end, and open quotes") func nesting() async {
        let deep = String(repeating: "(", count: 100_000) + String(repeating: ")", count: 100_000)
        await hasNoAuthor("From: a\(deep)@legit.test")
        await hasNoAuthor("From: \"admin@legit.test")
        await hasNoAuthor("From: (admin@legit.test")
        // A comment in the domain is lawful, and no part of it.
        let comment = await DMARCZone.evaluate(
            header: "From: admin@(evil.test)legit.test", dkim: ["evil.test"], in: zone)
        #expect(comment.author == name("legit.test"))
        #expect(comment.result == .fail)
    }

    private func hasNoAuthor(_ header: String) async {
        for domain in ["evil.test", "legit.test"] {
            let finding = await DMARCZone.evaluate(header: header, spf: domain, dkim: [domain], in: zone)
            #expect(finding.result == .permerror, "\(header.prefix(60))")
            #expect(finding.author == nil && finding.aligned.isEmpty)
            guard case .author = finding.authorFailure else {
                Issue.record("\(String(describing: finding.authorFailure))")
                continue
            }
            #expect(finding.authenticationResult.properties.isEmpty)
            #expect(finding.reason.allSatisfy { $0 != "@" })
        }
    }

    @Test("M20: the author's domain is its A-labels; names around it don't count") func homographs() async {
        let idn = DMARCZone.policies(["xn--bcher-kva.test": "v=DMARC1; p=reject"])
        let finding = await DMARCZone.evaluate(
            header: "From: \"admin@legit.test\" <x@b\u{FC}cher.test>", dkim: ["xn--bcher-kva.test"], in: idn)
        #expect(finding.author == name("xn--bcher-kva.test"))
        #expect(finding.result == .pass)
        #expect(finding.authenticationResult.value(.header, .from) == Array("xn--bcher-kva.test".utf8))
        // Cyrillic е is another letter, and so is the domain with it.
        let cyrillic = await DMARCZone.evaluate(header: "From: x@l\u{435}git.test", dkim: ["legit.test"], in: zone)
        #expect(cyrillic.author != nil && cyrillic.author != name("legit.test"))
        #expect(cyrillic.result == .none)
        // What isn't itself in the DNS, and what turns the line around, can't stand in a domain; nor can a label
        // without a base.
        for domain in ["\u{FF2C}egit.test", "\u{202E}tigel.test", "l\u{200D}egit.test", "legit.test\u{2024}"] {
            let finding = await DMARCZone.evaluate(header: "From: x@\(domain)", dkim: ["legit.test"], in: zone)
            #expect(finding.result == .permerror, "\(domain)")
            #expect(finding.author == nil && finding.aligned.isEmpty)
        }
        let bare = await DMARCZone.evaluate(header: "From: x@\u{301}legit.test", in: zone)
        #expect(bare.result == .permerror)
        #expect(bare.authorFailure == .noDomainName)
    }

    @Test func anAddressLiteralHasNoPolicy() async {
        let finding = await DMARCZone.evaluate(header: "From: x@[192.0.2.1]", dkim: ["legit.test"], in: zone)
        #expect(finding.result == .none)
        #expect(finding.authorFailure == .addressLiteral)
        #expect(finding.aligned.isEmpty)
    }

    @Test("D06: of two policy records none counts") func twoRecords() async {
        for second in ["v=DMARC1; p=none", "v=DMARC1; p=reject", "v=DMARC1; p=none; p=none", "v=DMARC1"] {
            var zone = DMARCZone.policies(["legit.test": "v=DMARC1; p=reject"])
            zone.add(name("_dmarc.legit.test"), .txt, .text([Array(second.utf8)]))
            let finding = await DMARCZone.evaluate("legit.test", dkim: ["legit.test"], in: zone)
            #expect(finding.result == .none, "\(second)")
            #expect(finding.policyDomain == nil)
        }
        // What is no policy record doesn't count as one.
        var zone = DMARCZone.policies(["legit.test": "v=DMARC1; p=reject"])
        for other in ["v=spf1 -all", "", "v=DMARC2; p=none", "\u{FF}\0"] {
            zone.add(name("_dmarc.legit.test"), .txt, .text([Array(other.utf8)]))
        }
        #expect(await DMARCZone.evaluate("legit.test", in: zone).disposition == .reject)
    }

    @Test("D06: huge and broken records, and strings cut anywhere") func brokenRecords() async throws {
        let text = Array("v=DMARC1; p=reject; rua=mailto:a@legit.test".utf8)
        for cut in text.indices {
            var zone = ZoneResolver()
            zone.add(name("_dmarc.legit.test"), .txt, .text([Array(text[..<cut]), [], Array(text[cut...])]))
            #expect(await DMARCZone.evaluate("legit.test", in: zone).disposition == .reject)
        }
        for broken in [
            [UInt8](repeating: 0, count: 65_000),
            Array("v=DMARC1; p=reject".utf8) + [UInt8](repeating: 0x3B, count: 65_000),
            Array("v=DMARC1; p=reject; x=".utf8) + [UInt8](repeating: 0xFF, count: 65_000),
            Array("v=DMARC1;".utf8) + (0..<16_000).flatMap { _ in Array("p=x;".utf8) },
        ] {
            var zone = ZoneResolver()
            zone.add(name("_dmarc.legit.test"), .txt, .text([broken]))
            #expect(await DMARCZone.evaluate("legit.test", dkim: ["legit.test"], in: zone).result == .none)
        }
    }

    @Test(
        "D10: without the DNS the result is temperror, never none",
        arguments: [
            Answer.Failure.serverFailure, .timeout, .bogus, .malformed, .unavailable,
        ]) func noAnswer(failure: Answer.Failure) async
    {
        for failing in ["_dmarc.a.legit.test", "_dmarc.legit.test", "_dmarc.test"] {
            var zone = ZoneResolver()
            zone.fail(name(failing), failure)
            let finding = await DMARCZone.evaluate("a.legit.test", dkim: ["a.legit.test"], in: zone)
            #expect(finding.result == .temperror, "\(failing)")
            #expect(finding.disposition == .none && finding.policy == nil)
        }
        // A walk for an identifier that fails: nobody knows whether it aligns.
        var zone = DMARCZone.policies(["legit.test": "v=DMARC1; p=reject"])
        zone.fail(name("_dmarc.mail.legit.test"), failure)
        #expect(await DMARCZone.evaluate("legit.test", dkim: ["mail.legit.test"], in: zone).result == .temperror)
        #expect(
            await DMARCZone.evaluate("legit.test", dkim: ["mail.legit.test", "legit.test"], in: zone).result == .pass)
        #expect(await DMARCZone.evaluate("legit.test", dkim: ["evil.test"], in: zone).result == .fail)
    }

    @Test("D17: an author's domain of a hundred labels costs eight questions") func manyLabels() async {
        let labels = String(repeating: "a.", count: 100) + "evil.test"
        let asked = RecordedQuestions(DMARCZone.policies(["evil.test": "v=DMARC1; p=reject"]))
        let finding = await DMARCZone.evaluate(labels, in: asked)
        #expect(finding.result == .fail)
        #expect(finding.policyDomain == name("evil.test"))
        #expect(asked.entries.count == DMARCTreeWalk.maximumQuestions)
        // `_dmarc` before a name of 254 octets is no name: there can't be a record.
        let longest =
            [String](repeating: String(repeating: "a", count: 60), count: 4).joined(separator: ".") + ".legit.te"
        #expect(name(longest).wire.count == 254)
        #expect(await DMARCZone.evaluate(longest, in: ZoneResolver()).result == .none)
    }

    @Test("D17: a stranger's psd=y takes no domain from anybody") func spoofedSuffix() async {
        let zone = DMARCZone.policies([
            "legit.test": "v=DMARC1; p=reject", "evil.legit.test": "v=DMARC1; p=none; psd=y",
        ])
        // Below a domain that says it is a suffix everybody is alone.
        #expect(await DMARCZone.evaluate("legit.test", dkim: ["x.evil.legit.test"], in: zone).result == .fail)
        #expect(await DMARCZone.evaluate("a.evil.legit.test", dkim: ["b.evil.legit.test"], in: zone).result == .fail)
    }

    @Test("D17: ten thousand report addresses are ten") func manyAddresses() throws {
        let list = (0..<10_000).map { "mailto:a@b\($0).test" }
        let addresses = DMARCURIList(Array(list.joined(separator: ",").utf8)).addresses
        #expect(addresses.count == DMARCRecord.maximumReportAddresses)
        #expect(addresses.first?.domain == name("b0.test"))
    }

    @Test("D17: reports go to strangers only when they ask for them") func victims() async throws {
        var zone = DMARCZone.policies(["evil.test": "v=DMARC1; p=reject; rua=mailto:victim@victim.test"])
        zone.add(name("victim.test"), .a, .address(try #require(IPAddress("192.0.2.1"))))
        let finding = await DMARCZone.evaluate("evil.test", in: zone)
        let address = try #require(finding.record?.aggregateReports.first)
        let verdict = await DMARCReportDestinations(resolver: zone).verify(address, policyDomain: name("evil.test"))
        #expect(verdict == .unwanted)
    }
}
