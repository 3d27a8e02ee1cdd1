import NameResolution
import Testing

@Suite struct ZoneFileTests {
    private static let whole = ##"""
        $ORIGIN example.org.
        $TTL 1h   ; of all that don't say
        @       IN SOA ns hostmaster\.x (
                        2026010101 ; serial
                        2h 15m 1w
                        300 )
                NS      ns
                MX      10 mail
                60 IN MX 20 mail.other.test.
        mail    A       192.0.2.1
                IN 90 AAAA 2001:db8::1
        txt     TXT     "two" strings"and a \"third\" \\ ; one\044"
        alias   CNAME   mail
        _25._tcp.mail TLSA 3 1 1 ( 00fF
                        aa )
        _submission._tcp SRV 0 1 587 mail
        1.2.0.192.in-addr.arpa. PTR mail
        $ORIGIN sub
        @       A       192.0.2.2
        *       TYPE99  \# 3 01 0203
        """##

    private func zone(_ text: String, origin: String = "example.org") throws -> ZoneFile {
        try ZoneFile(Array(text.utf8), origin: try #require(DNSName(origin)))
    }

    private func data(_ text: String) throws -> RecordData { try #require(try zone("x \(text)\n").records.first).data }

    @Test("A name is written so that it is read as the same, whatever is in its labels")
    func writtenNames() throws {
        let octets: [UInt8] = Array(0...255)
        for start in stride(from: 0, to: 256, by: 32) {
            let name = try #require(DNSName(labels: [octets[start..<start + 32], Array("test".utf8)[...]]))
            for data in [RecordData.name(name), .mailExchange(preference: 10, name)] {
                let type: RecordType = if case .name = data { .cname } else { .mx }
                let zone = try ZoneFile(Array("x. 60 IN \(type) \(data).\n".utf8))
                #expect(zone.records.map(\.data) == [data], "\(data)")
            }
        }
    }

    @Test(arguments: ["\n", "\r\n"]) func aWholeZone(_ newline: String) throws {
        let records = try zone(Self.whole.replacing("\n", with: newline), origin: ".").records
        #expect(
            records.map { "\($0.name) \($0.timeToLive) \($0.type) \($0.data)" } == [
                "example.org 3600 SOA \\# 62 026e73076578616d706c65036f7267000c686f73746d61737465722e78"
                    + "076578616d706c65036f72670078c275f500001c200000038400093a800000012c",
                "example.org 3600 NS ns.example.org", "example.org 3600 MX 10 mail.example.org",
                "example.org 60 MX 20 mail.other.test", "mail.example.org 3600 A 192.0.2.1",
                "mail.example.org 90 AAAA 2001:db8::1",
                #"txt.example.org 3600 TXT "two" "strings" "and a \"third\" \\ ; one,""#,
                "alias.example.org 3600 CNAME mail.example.org",
                "_25._tcp.mail.example.org 3600 TLSA 3 1 1 00ffaa",
                "_submission._tcp.example.org 3600 SRV \\# 24 00000001024b046d61696c076578616d706c65036f726700",
                "1.2.0.192.in-addr.arpa 3600 PTR mail.example.org", "sub.example.org 3600 A 192.0.2.2",
                "*.sub.example.org 3600 TYPE99 \\# 3 010203",
            ])
    }

    @Test func timesToLive() throws {
        #expect(try zone("x A 192.0.2.1").records.map(\.timeToLive) == [ZoneFile.defaultTimeToLive])
        // RFC 1035 §5.1: the last one that was stated; RFC 2308 §4: but for $TTL.
        #expect(try zone("x 7 A 192.0.2.1\nx A 192.0.2.2\n").records.map(\.timeToLive) == [7, 7])
        #expect(try zone("$TTL 9\nx 7 A 192.0.2.1\nx A 192.0.2.2\n").records.map(\.timeToLive) == [7, 9])
        #expect(try zone("x 1w2d3h4m5s A 192.0.2.1").records.map(\.timeToLive) == [788_645])
        #expect(try zone("x 2147483647 A 192.0.2.1").records.map(\.timeToLive) == [.max >> 1])
    }

    @Test(arguments: [
        ##"TYPE1 \# 4 c0000201"##, ##"A \# 4 C0 00 02 01"##, "IN A 192.0.2.1", "CLASS1 a 192.0.2.1", "5 IN A 192.0.2.1",
        "IN 5 A 192.0.2.1", "( A\n 192.0.2.1 )",
    ]) func formsOfOneRecord(_ text: String) throws { #expect(try data(text).description == "192.0.2.1") }

    @Test func names() throws {
        #expect(
            try data(#"PTR a\.b.c"#)
                == .name(try #require(DNSName(labels: ["a.b", "c", "example", "org"].map(\.utf8).map(Array.init)))))
        #expect(try data(#"PTR \097\000."#) == .name(try #require(DNSName(labels: [[0x61, 0]]))))
        #expect(try data("PTR .") == .name(.root))
        #expect(try data("MX 0 .") == .mailExchange(preference: 0, .root))
        #expect(try zone(#"\@ A 192.0.2.1"#).records.first?.name == DNSName("@.example.org"))
        #expect(try zone("@ A 192.0.2.1").records.first?.name == DNSName("example.org"))
    }

    @Test func strings() throws {
        let long = String(repeating: "x", count: 255)
        #expect(try data("TXT \"\"") == .text([[]]))
        #expect(try data("TXT \(long) \"\(long)\"") == .text([Array(long.utf8), Array(long.utf8)]))
        #expect(
            try data("TXT \(String(repeating: #"\255"#, count: 255))") == .text([[UInt8](repeating: 255, count: 255)]))
        #expect(try data("TXT \"a ; b ( c\" ; comment") == .text([Array("a ; b ( c".utf8)]))
        #expect(try data("TXT \"ü\"") == .text([Array("ü".utf8)]))
    }

    typealias Problem = ZoneFileError.Problem

    @Test(arguments: [
        ("x A 192.0.2.1\nx A (\n192.0.2.2", 2, Problem.openParenthesis), ("x A ( ( 192.0.2.1 ) )", 1, .openParenthesis),
        ("x A ) 192.0.2.1", 1, .closingParenthesis), ("x TXT \"a\nb\"", 1, .openString), ("x TXT \"a", 1, .openString),
        ("x TXT a\\", 1, .escape), ("x TXT a\\\n", 1, .escape), ("x TXT a\\25", 1, .escape),
        ("x TXT \\256", 1, .escape),
        ("\n$INCLUDE other", 2, .directive("$INCLUDE")), ("$GENERATE 1-2 a A 1", 1, .directive("$GENERATE")),
        (" A 192.0.2.1", 1, .noOwner), ("x CH A 192.0.2.1", 1, .recordClass("CH")), ("x IN", 1, .missing("type")),
        ("x FOO bar", 1, .type("FOO")), ("x 5 5 A 192.0.2.1", 1, .type("5")), ("x DS 1 2 3 00", 1, .type("DS")),
        ("x \"A\" 192.0.2.1", 1, .type("A")), ("x A", 1, .missing("address")), ("x MX 10", 1, .missing("exchange")),
        ("x A 192.0.2.1 192.0.2.2", 1, .surplus("192.0.2.2")), ("x A 2001:db8::1", 1, .address("2001:db8::1")),
        ("x AAAA 192.0.2.1", 1, .address("192.0.2.1")), ("x A 192.0.2.256", 1, .address("192.0.2.256")),
        ("x MX 65536 y", 1, .number("65536")), ("x MX -1 y", 1, .number("-1")),
        ("x MX 99999999999 y", 1, .number("99999999999")),
        ("x MX 1 a..b", 1, .name("a..b")), ("x MX 1 \"y\"", 1, .name("y")), ("x MX 1 .y", 1, .name(".y")),
        ("a\\256 A 192.0.2.1", 1, .name("a\\256")), ("x 2147483648 A 192.0.2.1", 1, .number("2147483648")),
        ("x 1x A 192.0.2.1", 1, .number("1x")), ("x 4000w A 192.0.2.1", 1, .number("4000w")),
        ("x 5mm A 192.0.2.1", 1, .number("5mm")), ("x TLSA 3 1 1 0", 1, .hexadecimal),
        ("x TLSA 3 1 1 0g", 1, .hexadecimal),
        ("x TLSA 3 1 256 00", 1, .number("256")), ("x TLSA 3 1 1", 1, .missing("association data")),
        ("x A \\# 4 c00002", 1, .octets), ("x A \\# 3 c00002", 1, .octets), ("x MX \\# 2 0001", 1, .octets),
        ("x TYPE99 \\# 2 00", 1, .octets),
        ("x TXT", 1, .missing("text")), ("x SRV 1 2 3", 1, .missing("target")),
        ("x SOA a b 1 2 3 4", 1, .missing("minimum")),
        ("$ORIGIN", 1, .missing("origin")), ("$TTL x", 1, .number("x")), ("$TTL 1 2", 1, .surplus("2")),
        ("x A (\n\n192.0.2.1\n192.0.2.2)", 4, .surplus("192.0.2.2")),
    ]) func whatIsWrongIsToldWithItsLine(_ text: String, _ line: Int, _ problem: Problem) throws {
        let error = try #require(throws: ZoneFileError.self) { try zone(text) }
        #expect(error.line == line)
        #expect(error.problem == problem)
        #expect(error.description.hasPrefix("line \(line): "))
    }

    @Test func longNamesAndStringsAreRefused() {
        let label = String(repeating: "x", count: 63)
        #expect(throws: ZoneFileError.self) { try data("PTR \(label)x.") }
        #expect(throws: ZoneFileError.self) { try data("PTR \(label).\(label).\(label).\(label).") }
        #expect(throws: ZoneFileError.self) {
            try data("PTR \(label).\(label).\(label).\(String(repeating: "x", count: 51))")
        }
        #expect(throws: ZoneFileError.self) { try data("TXT \(String(repeating: "x", count: 256))") }
    }

    @Test func isBounded() throws {
        #expect(throws: ZoneFileError.self) { try ZoneFile(repeatElement(0x0A, count: ZoneFile.maximumLength + 1)) }
        let line = Array("x A 192.0.2.1\n".utf8)
        let text = Array(repeatElement(line, count: ZoneFile.maximumRecords + 1).joined())
        let error = try #require(throws: ZoneFileError.self) { try ZoneFile(text) }
        #expect(error.problem == .tooManyRecords)
        #expect(error.line == ZoneFile.maximumRecords + 1)
    }

    @Test func noInputTraps() {
        var random = SystemRandomNumberGenerator()
        let whole = Array(Self.whole.utf8)
        for _ in 0..<2_000 {
            var text = whole
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let index = Int.random(in: 0..<text.count, using: &random)
                if Bool.random(using: &random) {
                    text[index] = "\\\"()\n; $@.\u{0}9".utf8.randomElement() ?? 0
                } else {
                    text.remove(at: index)
                }
            }
            _ = try? ZoneFile(text)
        }
    }

    @Test func aResolverAnswersFromIt() async throws {
        let resolver = ZoneResolver(try zone(Self.whole, origin: "."))
        let name = try #require(DNSName("alias.example.org"))
        #expect(try await resolver.addresses(name, isIPv6: true) == [try #require(IPAddress("2001:db8::1"))])
        #expect(await resolver.resolve(name, .a).aliases == [try #require(DNSName("mail.example.org"))])
        #expect(await resolver.resolve(try #require(DNSName("any.sub.example.org")), .a).outcome == .noData)
    }
}
