import SamotopCore
import Testing

/// RFC 4632, RFC 4291.
@Suite struct IPNetworkTests {
    @Test(
        "What is a network",
        arguments: [
            ("192.0.2.0/24", [192, 0, 2, 0], 24), ("192.0.2.77/24", [192, 0, 2, 0], 24),
            ("192.0.2.77", [192, 0, 2, 77], 32),
            ("192.0.2.77/32", [192, 0, 2, 77], 32), ("255.255.255.255/1", [128, 0, 0, 0], 1),
            ("1.2.3.4/0", [0, 0, 0, 0], 0),
            ("10.255.255.255/9", [10, 128, 0, 0], 9), ("::1", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 128),
            ("::/0", [UInt8](repeating: 0, count: 16), 0),
            ("2001:db8::1/32", [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 32),
            ("2001:DB8:0:1::/65", [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0], 65),
        ] as [(String, [UInt8], Int)])
    func valid(_ text: String, _ prefix: [UInt8], _ length: Int) throws {
        let network = try #require(IPNetwork(text))
        #expect(network.prefix == prefix)
        #expect(network.length == length)
    }

    @Test(
        "What is none",
        arguments: [
            "", "/", "/24", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/+8", "192.0.2.0/-0",
            "192.0.2.0/ 8",
            "192.0.2.0/8/8", "192.0.2.0/0x8", "192.0.2.0/00000000000000000000008", "192.0.2.0/99999999999999999999",
            "192.0.2", "192.0.2.0.1", "256.0.0.1", " 192.0.2.0", "192.0.2.0 ", "::/129", "2001:db8", "1::2::3", ":::",
            "localhost",
            "192.0.2.0]", "[192.0.2.0]", "IPv6:::1", "fe80::1%eth0", "192.0.2.0/８",
        ])
    func invalid(_ text: String) { #expect(IPNetwork(text) == nil) }

    @Test(
        "What lies in it",
        arguments: [
            ("192.0.2.0/24", [192, 0, 2, 0], true), ("192.0.2.0/24", [192, 0, 2, 255], true),
            ("192.0.2.0/24", [192, 0, 3, 0], false), ("192.0.2.0/25", [192, 0, 2, 127], true),
            ("192.0.2.0/25", [192, 0, 2, 128], false), ("192.0.2.7", [192, 0, 2, 7], true),
            ("192.0.2.7", [192, 0, 2, 6], false),
            ("0.0.0.0/0", [255, 1, 2, 3], true), ("::/0", [1, 2, 3, 4], false),
        ] as [(String, [UInt8], Bool)])
    func contains(_ text: String, _ address: [UInt8], _ expected: Bool) throws {
        #expect(try #require(IPNetwork(text)).contains(.ipv4(address)) == expected)
    }

    @Test func sixteenOctets() throws {
        let network = try #require(IPNetwork("2001:db8::/33"))
        var address: [UInt8] = [0x20, 1, 0x0D, 0xB8, 0x7F] + [UInt8](repeating: 0xFF, count: 11)
        #expect(network.contains(.ipv6(address)))
        address[4] = 0x80
        #expect(!network.contains(.ipv6(address)))
        #expect(!network.contains(.local))
        #expect(try !#require(IPNetwork("0.0.0.0/0")).contains(.local))
        #expect(try !#require(IPNetwork("0.0.0.0/0")).contains(.ipv6(address)))
    }

    @Test func around() {
        let v4 = IPNetwork(around: .ipv4([192, 0, 2, 99]), ipv4Length: 24, ipv6Length: 64)
        #expect(v4 == IPNetwork("192.0.2.0/24"))
        let v6 = IPNetwork(
            around: .ipv6([0x20, 1] + [UInt8](repeating: 0xAB, count: 14)), ipv4Length: 24, ipv6Length: 64)
        #expect(v6?.prefix == [0x20, 1] + [UInt8](repeating: 0xAB, count: 6) + [UInt8](repeating: 0, count: 8))
        #expect(IPNetwork(around: .local, ipv4Length: 24, ipv6Length: 64) == nil)
    }
}
