import SMTP
import Testing

@Suite("address-literal, RFC 5321 §4.1.3")
struct AddressLiteralTests {
    static func literal(_ text: String) -> AddressLiteral? {
        guard case .literal(let literal) = Domain(text) else { return nil }
        return literal
    }

    /// The address whose eight groups are `groups`.
    static func ipv6(_ groups: UInt16...) -> AddressLiteral {
        .ipv6(groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
    }

    @Test("IPv4")
    func ipv4() {
        #expect(Self.literal("[192.0.2.1]") == .ipv4(192, 0, 2, 1))
        #expect(Self.literal("[0.0.0.0]") == .ipv4(0, 0, 0, 0))
        #expect(Self.literal("[255.255.255.255]") == .ipv4(255, 255, 255, 255))
    }

    @Test(
        "no IPv4 address",
        arguments: [
            "[]", "[1]", "[1.2.3]", "[1.2.3.4.5]", "[1.2.3.256]", "[1.2.3.1000]", "[1.2.3.04]", "[001.2.3.4]",
            "[00.0.0.0]",
            "[1.2.3.]", "[.1.2.3.4]", "[1..2.3]", "[1.2.3.4", "1.2.3.4]", "[[1.2.3.4]]", "[1.2.3.4]x", "[ 1.2.3.4]",
            "[1.2.3.-4]",
            "[0x7f.0.0.1]", "[127.1]", "[2130706433]", "[1.2.3.4\u{0}]",
        ])
    func noIPv4(_ text: String) {
        #expect(Domain(text) == nil)
    }

    @Test("IPv6-full, IPv6-comp, IPv6v4-full, IPv6v4-comp")
    func ipv6() {
        #expect(Self.literal("[IPv6:1:2:3:4:5:6:7:8]") == Self.ipv6(1, 2, 3, 4, 5, 6, 7, 8))
        #expect(Self.literal("[ipv6:2001:DB8::1]") == Self.ipv6(0x2001, 0xDB8, 0, 0, 0, 0, 0, 1))
        #expect(Self.literal("[IPV6:::]") == Self.ipv6(0, 0, 0, 0, 0, 0, 0, 0))
        #expect(Self.literal("[IPv6:::1]") == Self.ipv6(0, 0, 0, 0, 0, 0, 0, 1))
        #expect(Self.literal("[IPv6:1::]") == Self.ipv6(1, 0, 0, 0, 0, 0, 0, 0))
        #expect(Self.literal("[IPv6:1:2:3:4:5:6::]") == Self.ipv6(1, 2, 3, 4, 5, 6, 0, 0))
        #expect(Self.literal("[IPv6:::3:4:5:6:7:8]") == Self.ipv6(0, 0, 3, 4, 5, 6, 7, 8))
        #expect(Self.literal("[IPv6:1:2:3::7:8]") == Self.ipv6(1, 2, 3, 0, 0, 0, 7, 8))
        #expect(Self.literal("[IPv6:1:2:3:4:5:6:192.0.2.1]") == Self.ipv6(1, 2, 3, 4, 5, 6, 0xC000, 0x201))
        #expect(Self.literal("[IPv6:::192.0.2.1]") == Self.ipv6(0, 0, 0, 0, 0, 0, 0xC000, 0x201))
        #expect(Self.literal("[IPv6:::ffff:192.0.2.1]") == Self.ipv6(0, 0, 0, 0, 0, 0xFFFF, 0xC000, 0x201))
        #expect(Self.literal("[IPv6:1:2::3:4:192.0.2.1]") == Self.ipv6(1, 2, 0, 0, 3, 4, 0xC000, 0x201))
        #expect(Self.literal("[IPv6:0001:0::0]") == Self.ipv6(1, 0, 0, 0, 0, 0, 0, 0))
    }

    @Test(
        "no IPv6 address",
        arguments: [
            "", "1", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
            "1:2:3:4:5:6::8",
            "1::2::3", "1:::2", ":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:", "12345::", "g::", "::1%eth0", "::1/64",
            "1:2:3:4:5:192.0.2.1",
            "1:2:3:4:5:6:7:192.0.2.1", "1:2:3:4:5::192.0.2.1", "1:2:3::4:5:192.0.2.1", "::1:2:3:4:5:192.0.2.1",
            "::192.0.2.1:1", "::192.0.2",
            "::192.0.2.256",
            "::192.0.2.01", "192.0.2.1", "::1 ",
        ])
    func noIPv6(_ text: String) {
        #expect(Domain("[IPv6:\(text)]") == nil)
    }

    @Test("one address, one value, however it is written")
    func canonical() {
        #expect(Self.literal("[IPv6:2001:db8:0:0:0:0:0:1]") == Self.literal("[IPv6:2001:0DB8::0001]"))
        #expect(Self.literal("[IPv6:::ffff:192.0.2.1]") == Self.literal("[IPv6:0:0:0:0:0:FFFF:C000:0201]"))
    }

    @Test(
        "written as RFC 5952 says, with :: for two groups at least",
        arguments: [
            ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("0:0:0:0:0:0:0:0", "::"), ("1:0:0:0:0:0:0:0", "1::"),
            ("0:0:0:0:0:0:0:1", "::1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
            ("1:0:0:4:0:0:0:8", "1:0:0:4::8"), ("1:0:0:4:5:0:0:8", "1::4:5:0:0:8"),
            ("0:0:3:4:5:6:0:0", "::3:4:5:6:0:0"),
            ("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"), ("0:0:0:0:0:ffff:192.0.2.1", "::ffff:c000:201"),
        ])
    func writes(_ given: String, _ written: String) throws {
        let literal = try #require(Self.literal("[IPv6:\(given)]"))
        #expect(String(decoding: literal.bytes, as: UTF8.self) == "[IPv6:\(written)]")
        #expect(Domain(literal.bytes) == .literal(literal))
    }

    @Test("an IPv6 value with a wrong number of octets is written without a trap")
    func wrongCount() {
        #expect(AddressLiteral.ipv6([]).bytes == [UInt8]("[IPv6:::]".utf8))
        #expect(
            AddressLiteral.ipv6([UInt8](repeating: 1, count: 99)).bytes.count
                == "[IPv6:101:101:101:101:101:101:101:101]".utf8.count)
    }

    @Test("General-address-literal")
    func general() throws {
        #expect(
            Self.literal("[X400:c=xx;a=yy]") == .general(tag: [UInt8]("X400".utf8), content: [UInt8]("c=xx;a=yy".utf8)))
        for text in [
            "[x-:y]", "[:y]", "[x:]", "[x:a b]", "[x:a[b]", "[x:a\\b]", "[x:a]b]", "[x:\u{e9}]", "[x_y:z]", "[x.y:z]",
        ] {
            #expect(Domain(text) == nil, "\(text)")
        }
        let longest = "[x:" + String(repeating: "y", count: 251) + "]"
        #expect(Self.literal(longest) != nil)
        #expect(Self.literal("[xx:" + longest.dropFirst(3)) == nil)
    }
}
