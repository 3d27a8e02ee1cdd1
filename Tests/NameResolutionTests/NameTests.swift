import NameResolution
import Testing

@Suite struct NameTests {
    @Test(arguments: ["example.org", "example.org.", "_dmarc.x", "."]) func isRead(_ text: String) throws {
        let name = try #require(DNSName(text))
        #expect(name.text == (text == "." ? "." : text.hasSuffix(".") ? String(text.dropLast()) : text))
    }

    @Test(arguments: ["", "a..b", ".a", "a..", String(repeating: "x", count: 64)]) func isNone(_ text: String) {
        #expect(DNSName(text) == nil)
    }

    @Test func limits() {
        let label = String(repeating: "x", count: 63)
        #expect(DNSName(label) != nil)
        #expect(DNSName([label, label, label, String(repeating: "x", count: 61)].joined(separator: ".")) != nil)
        #expect(DNSName([label, label, label, String(repeating: "x", count: 62)].joined(separator: ".")) == nil)
    }

    @Test func caseDoesNotCount() {
        #expect(DNSName("EXAMPLE.org") == DNSName("example.ORG"))
        #expect(DNSName("EXAMPLE.org")?.hashValue == DNSName("example.ORG")?.hashValue)
        #expect(DNSName("example.org") != DNSName("examples.org"))
    }

    @Test func family() throws {
        let name = try #require(DNSName("a.b.example.org"))
        #expect(name.parent == DNSName("b.example.org"))
        #expect(name.suffix(2) == DNSName("example.org"))
        #expect(name.suffix(9) == name)
        #expect(name.isEqualOrBelow(try #require(DNSName("Example.org"))))
        #expect(!name.isEqualOrBelow(try #require(DNSName("ample.org"))))
        #expect(name.prefixed(by: "_x._y") == DNSName("_x._y.a.b.example.org"))
    }

    @Test("D14: what an answer calls a name is escaped, and told from a host's name") func content() throws {
        let name = try #require(DNSName(labels: [Array("<a b>.\u{1}".utf8), Array("org".utf8)]))
        #expect(name.text == "<a\\032b>\\.\\001.org")
        #expect(!name.isHostName)
        #expect(DNSName("a-1.example.org")?.isHostName == true)
        #expect(DNSName("-a.example.org")?.isHostName == false)
    }

    @Test(arguments: [[], [0, 0], [1], [1, 97], [64] + [UInt8](repeating: 97, count: 64) + [0], [1, 97, 0, 0]])
    func malformedOnTheWire(_ wire: [UInt8]) { #expect(DNSName(wire: wire[...]) == nil) }

    @Test func uLabelsBecomeALabels() {
        #expect(DNSName(internationalized: Array("bücher.example".utf8)) == DNSName("xn--bcher-kva.example"))
        #expect(DNSName(internationalized: Array("BÜCHER.example".utf8)) == DNSName("xn--bcher-kva.example"))
        #expect(DNSName(internationalized: Array("ü/x.example".utf8)) == nil)
        #expect(DNSName(internationalized: [0xFF, 0x2E, 0x61]) == nil)
    }
}
