import NameResolution
import Testing

@testable import SenderAuthentication

/// Counts how often its octets are read.
private struct CountedText: RandomAccessCollection {
    final class Count { var reads = 0 }

    let octets: [UInt8]
    let counter = Count()

    var startIndex: Int { 0 }
    var endIndex: Int { octets.count }
    subscript(position: Int) -> UInt8 {
        counter.reads += 1
        return octets[position]
    }
}

@Suite("X08: the cost of a record grows with its length and with nothing else")
struct SPFLinearTimeTests {
    /// A prefix, something repeated, and a suffix.
    static let shapes: [(String, String, String)] = [
        ("v=spf1", " a", ""), ("v=spf1", " ", ""), ("v=spf1", " ip4:192.0.2.1/24", " -all"), ("v=spf1 ", "a", ""),
        ("v=spf1 a:", "a", ""), ("v=spf1 a:", "a.", "b"), ("v=spf1 a:", "/", ""), ("v=spf1 a:", "/1", ""),
        ("v=spf1 a:", "1", ""), ("v=spf1 a/", "1", ""), ("v=spf1 a:b.c", "//24", ""), ("v=spf1 a:", "%{d}", ""),
        ("v=spf1 a:", "%", ""), ("v=spf1 a:%{d", "1", "}"), ("v=spf1 a:%{d", ".", "}"), ("v=spf1 a:%{d", "-", ""),
        ("v=spf1 exists:", "%{", "}"), ("v=spf1 x=", "%_", ""), ("v=spf1", " x=%{d}", ""), ("v=spf1 ", "a.", "=b"),
        ("v=spf1 ip4:", "1.", ""), ("v=spf1 ip6:", ":", ""), ("v=spf1 ip6:", "1:", "/64"), ("v=spf1", " ip6::", ""),
        ("v=spf1 include:", "-", ".com"), ("v=spf1 include:a.", "b-", "c"), ("v=spf1", " mx:a.b/8//8", ""),
        ("v=spf1 ", "+", "all"), ("v=spf1 redirect=", "a.b", ""), ("v=spf1", " exp=a.b", ""),
    ]

    private func reads(_ text: String, _ read: (inout SPFGrammar<CountedText>) -> Void) -> Int {
        let counted = CountedText(octets: Array(text.utf8))
        var grammar = SPFGrammar(counted)
        read(&grammar)
        return counted.counter.reads
    }

    @Test("of n and 2n octets", arguments: shapes)
    func records(_ prefix: String, _ repeated: String, _ suffix: String) {
        let rules: [(inout SPFGrammar<CountedText>) -> Void] = [
            { _ = try? $0.record() }, { _ = try? $0.explainString() },
        ]
        for rule in rules {
            let once = prefix + String(repeating: repeated, count: 5_000) + suffix
            let twice = prefix + String(repeating: repeated, count: 10_000) + suffix
            let (few, many) = (reads(once, rule), reads(twice, rule))
            #expect(many <= 2 * few + 200)
            #expect(few <= 30 * once.utf8.count + 500)
        }
    }

    @Test("questions don't grow with the record") func questions() async throws {
        for count in [100, 200, 4_000] {
            var zone = ZoneResolver()
            let record = "v=spf1" + String(repeating: " a:x.test", count: count)
            zone.add(try #require(DNSName("a.test")), .txt, .text([Array(record.utf8)]))
            zone.add(try #require(DNSName("x.test")), .a, .address(try #require(IPAddress("192.0.2.1"))))
            let resolver = RecordedQuestions(zone)
            #expect(await spfCheck(resolver, try spfQuestion("a.test")).result == .permerror)
            #expect(resolver.entries.count == 11)
        }
    }
}
