import InternetMessage
import Testing

struct AuthenticationResultsTests {
    static func built(_ value: String, reason: String? = nil) throws -> [UInt8] {
        let result = AuthenticationResult(
            method: .dkim, result: .pass, reason: reason.map(bytes), properties: [.init(.header, .d, bytes(value))])
        return AuthenticationResults(
            authservID: try #require(AuthservID(bytes("mx.our.test"))), results: [result]
        ).bytes
    }

    @Test("RFC 8601: results are written and folded")
    func build() throws {
        let id = try #require(AuthservID(bytes("mx.our.test")))
        #expect(
            text(AuthenticationResults(authservID: id, results: []).bytes)
                == "Authentication-Results: mx.our.test; none\r\n")
        let results = [
            AuthenticationResult(
                method: .spf, result: .pass,
                properties: [
                    .init(.smtp, .mailfrom, bytes("ann@example.org")), .init(.smtp, .helo, bytes("mail.example.org")),
                ]),
            AuthenticationResult(
                method: .dkim, version: 1, result: .fail, reason: bytes("body hash"),
                properties: [.init(.header, .i, bytes("@example.org"))]),
        ]
        let field = AuthenticationResults(authservID: id, version: 1, results: results)
        #expect(
            text(field.bytes) == """
                Authentication-Results: mx.our.test 1;\r
                 spf=pass smtp.mailfrom=ann@example.org smtp.helo=mail.example.org;\r
                 dkim/1=fail reason="body hash" header.i=@example.org\r

                """)
        let read = try AuthenticationResults(try #require(HeaderSection(field.bytes).fields.first).body)
        #expect(read == field)
    }

    @Test(
        "M04, M05: a value cannot end its result, open a comment or a line",
        arguments: [
            "legit.test'a.evil.test", "legit.test(a.evil.test", "a; dmarc=pass header.from=legit.test", "a\"b", "a\\",
            "\\\"",
            "a\r\nX: y", "a\0b", "a b", "", "=", "any@legit.test(a.evil.test", "@", "a@b@c", "\"a b\"@c.test",
            "møx.test",
            String(repeating: "\"", count: 5_000), String(repeating: "ø", count: 5_000), "\u{1B}[2J", "a\tb",
        ])
    func quoting(value: String) throws {
        let field = try Self.built(value, reason: value)
        let section = HeaderSection(field + bytes("\r\n"))
        #expect(section.findings.isEmpty && section.fields.count == 1)
        let read = try AuthenticationResults(try #require(section.fields.first).body)
        #expect(read.results.count == 1)
        let result = try #require(read.results.first)
        #expect(result.properties.count == 1)
        let clean = value.unicodeScalars.map { $0.value < 0x20 ? "?" : String($0) }.joined()
        let expected = String(decoding: bytes(clean).prefix(300), as: UTF8.self)
        #expect(text(result.value(.header, .d)) == expected)
        #expect(text(result.reason) == expected)
    }

    @Test("bytes that are no UTF-8 are written as question marks")
    func malformedUTF8() throws {
        let result = AuthenticationResult(method: .spf, result: .fail, reason: [0x61, 0xFF, 0x62])
        let id = try #require(AuthservID(bytes("a")))
        #expect(text(AuthenticationResults(authservID: id, results: [result]).bytes).contains("reason=\"a?b\""))
    }

    @Test(
        "what is not by the grammar is refused",
        arguments: [
            "", ";", "; spf=pass", "a b", "a; spf", "a; spf=", "a; =pass", "a; spf=pass smtp", "a; spf=pass smtp.x",
            "a; spf/=pass", "a; spf=pass reason=\"x", "a; spf=pass (x", "a; spf=pass =x",
            "a; spf=pass reason=x reason=y",
            "a; spf/99999999999999999999=pass", "a; \0=pass",
        ])
    func refuses(body: String) {
        #expect(throws: FieldSyntaxError.self) { try AuthenticationResults(bytes(body)) }
    }
}
