import NameResolution
import Testing

@Suite struct ZoneEntryTests {
    private func name(_ text: String) throws -> DNSName { try #require(DNSName(text)) }

    @Test func entriesBecomeRecords() async throws {
        let long = String(repeating: "k", count: 300)
        let zone = try ZoneResolver(entries: [
            (name: "example.org", type: "MX", value: "10 mail.example.org"),
            (name: "example.org", type: "mx", value: "20 other.test."),
            (name: "mail.example.org", type: "A", value: "192.0.2.1"), (name: "example.org.", type: "TXT", value: long),
            (name: "example.org", type: "TXT", value: #"v=x "quoted" \ ; ("#),
            (name: "example.org", type: "TXT", value: ""),
            (name: "example.org", type: "TYPE99", value: ##"\# 1 00"##),
        ])
        let exchanges = try await zone.mailExchanges(try name("example.org"))
        #expect(exchanges.map(\.exchange) == [try name("mail.example.org"), try name("other.test")])
        #expect(
            try await zone.texts(try name("example.org")) == [Array(long.utf8), Array(#"v=x "quoted" \ ; ("#.utf8), []])
        let records = try await zone.resolve(try name("example.org"), .txt).records
        #expect(records.first == .text([[UInt8](repeating: 0x6B, count: 255), [UInt8](repeating: 0x6B, count: 45)]))
        #expect(try await zone.resolve(try name("example.org"), RecordType(rawValue: 99)).records == [.other([0])])
    }

    @Test func valuesThatFail() async throws {
        let zone = try ZoneResolver(entries: [
            (name: "a.test", type: "TXT", value: "TIMEOUT"), (name: "a.test", type: "A", value: "192.0.2.1"),
            (name: "b.test", type: "ANY", value: "SERVFAIL"), (name: "b.test", type: "A", value: "192.0.2.1"),
        ])
        #expect(await zone.resolve(try name("a.test"), .txt).outcome == .failure(.timeout))
        #expect(await zone.resolve(try name("a.test"), .mx).outcome == .noData)
        #expect(try await zone.addresses(try name("a.test"), isIPv6: false).count == 1)
        #expect(await zone.resolve(try name("b.test"), .mx).outcome == .failure(.serverFailure))
        #expect(try await zone.addresses(try name("b.test"), isIPv6: false).count == 1)
    }

    @Test(arguments: [
        ("a..b", "A", "192.0.2.1"), ("a", "FOO", "x"), ("a", "ANY", "x"), ("a", "A", ""),
        ("a", "A", "192.0.2.1\n192.0.2.2"),
        ("a", "MX", "mail.example.org"), ("a", "A", "192.0.2.1 ) "),
    ]) func theEntryThatIsWrongIsTold(_ name: String, _ type: String, _ value: String) throws {
        let error = try #require(throws: ZoneFileError.self) {
            try ZoneResolver(entries: [
                (name: "ok.test", type: "A", value: "192.0.2.1"), (name: name, type: type, value: value),
            ])
        }
        #expect(error.line == 2)
    }
}
