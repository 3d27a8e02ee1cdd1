import NameResolution
import Testing

@testable import SenderAuthentication

struct SPFHostileTests {
    private func zone(_ record: [UInt8], at domain: String = "a.test") throws -> ZoneResolver {
        var zone = ZoneResolver()
        zone.add(try #require(DNSName(domain)), .txt, .text([record]))
        return zone
    }

    @Test(
        "D04: macros of broken records",
        arguments: [
            "v=spf1 exists:%{ -all", "v=spf1 exists:%{}.x.test -all", "v=spf1 exists:%{d0}.x.test -all",
            "v=spf1 exists:%{l", "v=spf1 exists:% -all", "v=spf1 exists:%{d255rr}.x.test",
            "v=spf1 exists:%{l1r+-}.%{d9999999999}.%{p0}.x.test",
        ])
    func brokenMacros(_ record: String) async throws {
        #expect(await spfCheck(try zone(Array(record.utf8)), try spfQuestion("a.test")).result == .permerror)
    }

    @Test("D04: macros with huge values are bounded") func hugeValues() async throws {
        let record = "v=spf1 exists:%{l1r+-}.%{d9999999999}.%{h}.x.test exists:%{p}.y.test -all"
        let question = SPFQuestion(
            client: try #require(IPAddress("192.0.2.7")), domain: Array("a.test".utf8),
            sender: SPFSender(
                localPart: [UInt8](repeating: UInt8(ascii: "+"), count: 100_000), domain: Array("a.test".utf8)),
            helo: Array(String(repeating: "h.", count: 100_000).utf8))
        let resolver = RecordedQuestions(try zone(Array(record.utf8)))
        #expect(await spfCheck(resolver, question).result == .fail)
        #expect(
            spfAsked(resolver) == ["a.test TXT", "7.2.0.192.in-addr.arpa PTR", "unknown.y.test A"])
    }

    @Test(
        "D04: an explanation with line ends, controls or other scripts is none",
        arguments: [
            "a\r\nb", "a\nb", "\r\n250 2.0.0 accepted", "a\0b", "a\u{1B}[31mb", "a\u{7F}b", "caf\u{E9}", "\u{202E}txt",
            "%{x}",
            "%", "", "   ", "a\tb",
        ])
    func unshowable(_ text: String) async throws {
        var zone = try zone(Array("v=spf1 -all exp=why.test".utf8))
        zone.add(try #require(DNSName("why.test")), .txt, .text([Array(text.utf8)]))
        let finding = await spfCheck(zone, try spfQuestion("a.test", wantsExplanation: true))
        #expect(finding.result == .fail)
        #expect(finding.explanation == nil)
    }

    @Test("D04: what the client said gets into no explanation raw", arguments: ["%{l}", "%{s}", "%{h}"])
    func clientWords(_ macro: String) async throws {
        var zone = try zone(Array("v=spf1 -all exp=why.test".utf8))
        let name = try #require(DNSName("why.test"))
        zone.add(name, .txt, .text([Array("no: \(macro)".utf8)]))
        for word in ["x\r\n250 ok", "x\0", "\u{FFFD}", "x\u{1B}"] {
            let question = try spfQuestion("a.test", localPart: word, helo: word, wantsExplanation: true)
            #expect(await spfCheck(zone, question).explanation == nil)
        }
        var escaped = try self.zone(Array("v=spf1 -all exp=why.test".utf8))
        escaped.add(name, .txt, .text([Array("no: \(macro.uppercased())".utf8)]))
        let question = try spfQuestion("a.test", localPart: "x\r\n", helo: "x\r\n", wantsExplanation: true)
        let text = try #require(await spfCheck(escaped, question).explanation)
        #expect(text.hasPrefix("no: x%0D%0A"))
    }

    @Test("D04: exp of a name with macros that give line ends is no explanation") func explanationName() async throws {
        let zone = try zone(Array("v=spf1 -all exp=%{S}".utf8))
        let question = try spfQuestion("a.test", localPart: "x\r\ny", wantsExplanation: true)
        #expect(await spfCheck(zone, question).explanation == nil)
    }

    @Test("D04: an explanation is cut") func longExplanation() async throws {
        var zone = try zone(Array("v=spf1 -all exp=why.test".utf8))
        let texts = [[UInt8]](repeating: [UInt8](repeating: UInt8(ascii: "x"), count: 255), count: 200)
        zone.add(try #require(DNSName("why.test")), .txt, .text(texts))
        let finding = await spfCheck(zone, try spfQuestion("a.test", wantsExplanation: true))
        #expect(finding.explanation?.utf8.count == 400)
    }

    @Test(
        "D06: two SPF records are a permerror, whatever they say",
        arguments: [
            ["v=spf1 +all", "v=spf1 +all"], ["v=spf1 +all", "V=SPF1"], ["v=spf1 +all", "v=spf1 nonsense"],
        ])
    func two(_ records: [String]) async throws {
        var zone = ZoneResolver()
        for record in records { zone.add(try #require(DNSName("a.test")), .txt, .text([Array(record.utf8)])) }
        let finding = await spfCheck(zone, try spfQuestion("a.test"))
        #expect(finding.result == .permerror)
        #expect(finding.reason == "a.test has 2 SPF records")
    }

    @Test("D06: strings are joined without a space") func splitStrings() async throws {
        for (strings, result) in [
            (["v=spf1 ip4:192.0", ".2.7 -all"], SPFResult.pass), (["v=sp", "f1 -a", "ll"], .fail),
            (["v=spf1", "+all"], .none), (["", "v=spf1 ", "", "-all"], .fail), ([], .none),
        ] {
            var zone = ZoneResolver()
            zone.add(try #require(DNSName("a.test")), .txt, .text(strings.map { Array($0.utf8) }))
            #expect(await spfCheck(zone, try spfQuestion("a.test")).result == result)
        }
    }

    @Test(
        "D06: NUL, controls and other scripts in a record are a permerror",
        arguments: [
            [UInt8](Array("v=spf1 +all\0".utf8)), Array("v=spf1 \0 +all".utf8), Array("v=spf1 +all\r\n".utf8),
            Array("v=spf1 +all x=\u{E9}".utf8), Array("v=spf1 +all".utf8) + [0x20, 0xFF], Array("v=spf1 +all\t".utf8),
            Array("v=spf1 a:b\0c.test +all".utf8), Array("v=spf1 +all \u{FEFF}".utf8),
        ])
    func octets(_ record: [UInt8]) async throws {
        #expect(await spfCheck(try zone(record), try spfQuestion("a.test")).result == .permerror)
    }

    @Test(
        "D06: a record of 64 KiB is read to its end",
        arguments: [
            (" ip4:198.51.100.7", SPFResult.fail), (" x=y", .fail), (" ", .fail), (" exists:a.b", .permerror),
            (" a:\(String(repeating: "b", count: 60)).test", .permerror), (" redirect=a.b", .permerror),
        ])
    func large(_ term: String, _ result: SPFResult) async throws {
        let terms = String(repeating: term, count: 65_000 / term.utf8.count)
        let finding = await spfCheck(try zone(Array("v=spf1\(terms) -all".utf8)), try spfQuestion("a.test"))
        #expect(finding.result == result)
    }

    @Test(
        "D14: what a PTR record says is a host's name, or isn't used",
        arguments: [
            "<script>alert(1)</script>", "a\r\nX: y", "a\0b", "%s${run{x}}", "-a", "ü", "a b",
        ])
    func pointers(_ label: String) async throws {
        var zone = try zone(Array("v=spf1 ptr:evil.test exists:%{p}.x.test -all exp=why.test".utf8))
        zone.add(try #require(DNSName("why.test")), .txt, .text([Array("you are %{p}".utf8)]))
        let name = try #require(
            DNSName(labels: [Array(label.utf8), Array("evil.test".utf8.prefix(4)), Array("test".utf8)]))
        zone.add(try #require(IPAddress("192.0.2.7")).reverseName, .ptr, .name(name))
        zone.add(name, .a, .address(try #require(IPAddress("192.0.2.7"))))
        let resolver = RecordedQuestions(zone)
        let finding = await spfCheck(resolver, try spfQuestion("a.test", wantsExplanation: true))
        #expect(finding.result == .fail)
        #expect(finding.explanation == "you are unknown")
        #expect(!resolver.entries.contains { $0.name == name })
    }

    @Test("D14: a PTR of 255 octets") func longPointer() async throws {
        let label = [UInt8](repeating: UInt8(ascii: "a"), count: 63)
        let name = try #require(DNSName(labels: [label, label, label, Array(label.prefix(61))]))
        var zone = try zone(Array("v=spf1 exists:%{p}.x.test -all".utf8))
        zone.add(try #require(IPAddress("192.0.2.7")).reverseName, .ptr, .name(name))
        zone.add(name, .a, .address(try #require(IPAddress("192.0.2.7"))))
        let resolver = RecordedQuestions(zone)
        #expect(await spfCheck(resolver, try spfQuestion("a.test")).result == .fail)
        // Labels on the left are dropped (RFC 7208 §7.3).
        #expect(resolver.entries.last.map { $0.name.labels.count } == 5)
    }

    @Test("D06: no octets trap, and what is read is written as the same") func random() async throws {
        var generator = Generator(state: 7208)
        let pieces = [
            "v=spf1", " ", "a", "mx", "ptr", "ip4:", "ip6:", "exists:", "include:", "all", "redirect=", "exp=", "x=",
            "+", "-", "~", "?", ":", "/", "//", "24", "128", "99999999999999999999", "%{", "}", "%%", "%_", "%-", "%",
            "s",
            "l", "o", "d", "i", "p", "h", "c", "r", "t", "v", "D", "1", "0", ".", "=", ",", "a.test", "192.0.2.7",
            "2001:db8::7", "::", "\0", "\r\n", "\u{E9}",
        ].map { Array($0.utf8) }
        var wellFormed = 0
        for round in 0..<20_000 {
            var record = Array("v=spf1 ".utf8)
            for _ in 0..<generator.below(12) {
                record += round % 4 == 0 ? [UInt8(generator.below(256))] : pieces[generator.below(pieces.count)]
            }
            guard let read = try? SPFRecord(record) else { continue }
            wellFormed += 1
            #expect(try SPFRecord(Array(read.description.utf8)) == read)
            _ = await spfCheck(try zone(record), try spfQuestion("a.test", wantsExplanation: true))
        }
        #expect(wellFormed > 1_000)
    }
}

/// SplitMix64: the same seed gives the same cases.
private struct Generator {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(limit))
    }
}
