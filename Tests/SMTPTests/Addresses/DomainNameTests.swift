import SMTP
import Testing

@Suite("Domain, RFC 5321 §4.1.2")
struct DomainNameTests {
    @Test(
        "a name of letters, digits and hyphens",
        arguments: [
            "a", "localhost", "example.org", "EXAMPLE.org", "3com.example", "a-b.c--d.e",
            "xn--hxajbheg2az3al.xn--jxalpdlp",
            "1.2.3.4a", "127.0.0.1.example", "0x7f.example",
        ])
    func accepts(_ name: String) throws {
        let domain = try #require(DomainName(name))
        #expect(domain.bytes == [UInt8](name.utf8))
        #expect(domain.isASCII)
    }

    @Test(
        "no name",
        arguments: [
            "", ".", "a.", ".a", "a..b", "-a", "a-", "a.-b", "a-.b", "a_b", "a b", "a@b", "a/b", "[1.2.3.4]", "a\u{0}b",
            "a\rb",
            "a(b)", "a'b", "a,b", "a:b", "a%b", "a.b\n", " a", "a ", "../x",
        ])
    func refuses(_ name: String) {
        #expect(DomainName(name) == nil)
    }

    @Test("R23, R32: an all-digit top label", arguments: ["1", "127.1", "2130706433", "127.0.0.1", "example.123"])
    func refusesDigits(_ name: String) {
        #expect(DomainName(name) == nil)
    }

    @Test("a label has 63 octets at most, a name 255")
    func limits() {
        let label = String(repeating: "a", count: 63)
        #expect(DomainName(label) != nil)
        #expect(DomainName(label + "a") == nil)
        #expect(DomainName("a." + label + "a.b") == nil)
        let longest = [label, label, label, label].joined(separator: ".")
        #expect(longest.utf8.count == 255)
        #expect(DomainName(longest) != nil)
        #expect(DomainName("a." + longest.dropLast()) == nil)
        #expect(DomainName("a." + longest.dropLast(2)) != nil)
    }

    @Test("U-labels", arguments: ["bücher.example", "例え.テスト", "пример.испытание", "a·b.example", "נקודה.example"])
    func unicode(_ name: String) throws {
        let domain = try #require(DomainName(name))
        #expect(!domain.isASCII)
        #expect(domain.bytes == [UInt8](name.utf8))
    }

    @Test(
        "R32: characters that pass for a separator, a space or nothing",
        arguments: [
            "\u{FF0E}", "\u{3002}", "\u{FF61}", "\u{FF20}", "\u{FE52}", "\u{FE6B}", "\u{2024}", "\u{2044}", "\u{00AD}",
            "\u{200B}",
            "\u{2028}", "\u{202E}", "\u{2060}", "\u{00A0}", "\u{3000}", "\u{FEFF}", "\u{FF0F}", "\u{E0041}", "\u{FE0F}",
            "\u{85}",
            "\u{9B}", "\u{E000}", "\u{FFFD}", "\u{10FFFF}",
        ])
    func homographs(_ character: String) {
        #expect(DomainName("out\(character)test") == nil)
        #expect(DomainName("out\(character)test.example") == nil)
        #expect(DomainName("out.\(character)") == nil)
    }

    @Test(
        "malformed UTF-8",
        arguments: [
            [0x80], [0xC3], [0xC0, 0xAE], [0xC1, 0xBF], [0xE0, 0x80, 0xAE], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
            [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
            [0xE3, 0x81], [0xC3, 0x28],
        ] as [[UInt8]])
    func malformed(_ octets: [UInt8]) {
        #expect(DomainName([0x61] + octets) == nil)
        #expect(DomainName([0x61] + octets + [0x61]) == nil)
    }

    @Test("case of ASCII letters does not count")
    func equality() throws {
        let small = try #require(DomainName("client.example"))
        let large = try #require(DomainName("CLIENT.Example"))
        #expect(small == large)
        #expect(Set([small, large]).count == 1)
        #expect(small != DomainName("client.example2"))
        #expect(small != DomainName("client.exampl"))
        #expect(DomainName("é.example") != DomainName("É.example"))
    }

    @Test("a description shows no name")
    func description() throws {
        let name = try #require(DomainName("secret.example"))
        #expect("\(name) \(Domain.name(name))".contains("secret") == false)
    }
}
