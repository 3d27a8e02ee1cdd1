import NameResolution
import Testing

@testable import SenderAuthentication

struct SPFMacroTests {
    private func values(_ client: String, helo: String = "mail.example.com") throws -> SPFMacroValues {
        let question = SPFQuestion(
            client: try #require(IPAddress(client)), domain: Array("email.example.com".utf8),
            sender: SPFSender(localPart: Array("strong-bad".utf8), domain: Array("email.example.com".utf8)),
            helo: Array(helo.utf8), receiver: Array("mx.our.test".utf8), time: 1_700_000_000)
        return SPFMacroValues(question, domain: try #require(DNSName("email.example.com")))
    }

    private func expanded(_ text: String, _ values: SPFMacroValues) throws -> String {
        let string = try SPFMacroString(explanation: Array(text.utf8))
        return String(decoding: string.expanded(with: values, maximum: 1_000), as: UTF8.self)
    }

    @Test(
        "RFC 7208 §7.4",
        arguments: [
            ("%{s}", "strong-bad@email.example.com"), ("%{o}", "email.example.com"), ("%{d}", "email.example.com"),
            ("%{d4}", "email.example.com"), ("%{d3}", "email.example.com"), ("%{d2}", "example.com"), ("%{d1}", "com"),
            ("%{dr}", "com.example.email"), ("%{d2r}", "example.email"), ("%{l}", "strong-bad"),
            ("%{l-}", "strong.bad"),
            ("%{lr}", "strong-bad"), ("%{lr-}", "bad.strong"), ("%{l1r-}", "strong"),
            ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
            ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
            ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
            ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
            ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
        ])
    func examples(_ text: String, _ expected: String) throws {
        #expect(try expanded(text, try values("192.0.2.3")) == expected)
    }

    @Test("RFC 7208 §7.4, IPv6") func ipv6() throws {
        #expect(
            try expanded("%{ir}.%{v}._spf.%{d2}", try values("2001:db8::cb01"))
                == "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com")
    }

    @Test(arguments: [
        ("%%%_%-", "% %20"), ("%{c} %{r} %{t} %{h} %{p}", "192.0.2.3 mx.our.test 1700000000 mail.example.com unknown"),
        ("%{S}", "strong-bad%40email.example.com"), ("%{D2R}", "example.email"), ("%{d128}", "email.example.com"),
        ("%{d99999999999999999999}", "email.example.com"), ("%{s2r-.}", "bad@email.strong"),
        ("%{h.-}", "mail.example.com"),
        ("%{l=_/,+-.}", "strong.bad"),
    ])
    func others(_ text: String, _ expected: String) throws {
        #expect(try expanded(text, try values("192.0.2.3")) == expected)
    }

    @Test("RFC 7208 §7.3: the list of parts may have empty strings in it") func emptyParts() throws {
        let macro = try SPFMacroString(explanation: Array("%{hr}|%{h2}|%{h1r}".utf8))
        let expanded = macro.expanded(with: try values("192.0.2.3", helo: ".a..b."), maximum: 100)
        #expect(String(decoding: expanded, as: UTF8.self) == ".b..a.|b.|")
    }

    @Test("RFC 7208 §7.3: a name of more than 253 octets loses labels on the left", arguments: 180...330)
    func cut(_ length: Int) throws {
        // Labels of one to nine octets, so that every place of the cut comes up.
        var name = Array("a.bb.ccc.dddd.eeeee.ffffff.ggggggg.hhhhhhhh.iiiiiiiii.".utf8)
        while name.count < length { name += name }
        name = Array(name.suffix(length - 3)) + Array("com".utf8)
        var expected = name[...]
        while expected.count > 253, let dot = expected.firstIndex(of: UInt8(ascii: ".")) {
            expected = expected[(dot + 1)...]
        }
        for end in ["", "."] {
            var grammar = SPFGrammar(name + Array(end.utf8))
            let found = try grammar.domainSpec(until: grammar.end).domainName(with: try values("192.0.2.3"))
            #expect(found == DNSName(expected))
        }
    }

    @Test("a name of many parts is cut like the whole text", arguments: 1...24) func cutParts(_ count: Int) throws {
        let values = try values("2001:db8::cb01")
        for part in ["%{l}.", "%{d2r}.a%%.", "x%{S}.", "%{i}.", "%{d}.%_."] {
            let text = try SPFMacroString(explanation: Array((String(repeating: part, count: count) + "com").utf8))
            var expected = text.expanded(with: values, maximum: .max)[...]
            while expected.count > 253, let dot = expected.firstIndex(of: UInt8(ascii: ".")) {
                expected = expected[(dot + 1)...]
            }
            #expect(text.domainName(with: values) == DNSName(expected))
        }
    }

    @Test("a part on the left counts for the cut, though nothing of it is kept", arguments: 240...262)
    func cutBesideAPart(_ length: Int) throws {
        let values = try values("2001:db8::cb01")
        let literal = String(String(repeating: "aaaa.", count: 60).suffix(length - 3)) + "com"
        let text = try SPFMacroString(explanation: Array(("%{v}" + literal).utf8))
        var expected = Array(("ip6" + literal).utf8)[...]
        while expected.count > 253, let dot = expected.firstIndex(of: UInt8(ascii: ".")) {
            expected = expected[(dot + 1)...]
        }
        #expect(text.domainName(with: values) == DNSName(expected))
    }

    @Test("D04: however long the text, a name has 253 octets at most") func longNames() throws {
        for text in [
            String(repeating: "%{s}.", count: 10_000) + "x.com", "x.com" + String(repeating: "%{S}", count: 10_000),
            String(repeating: "a", count: 60_000) + ".com", String(repeating: "%{d9999999999}.", count: 5_000) + "%{d}",
        ] {
            var grammar = SPFGrammar(Array(text.utf8))
            let name = try grammar.domainSpec(until: grammar.end).domainName(with: try values("192.0.2.3"))
            #expect(name.map { $0.spfText.count <= 253 } ?? true)
        }
    }

    @Test("D04: explanations are cut") func longExplanations() throws {
        let text = try SPFMacroString(explanation: Array(String(repeating: "%{s} ", count: 10_000).utf8))
        #expect(text.expanded(with: try values("192.0.2.3"), maximum: 400).count == 400)
        #expect(text.expanded(with: try values("192.0.2.3"), maximum: -1).isEmpty)
    }
}
