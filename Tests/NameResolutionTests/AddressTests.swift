import NameResolution
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("2001:DB8:0:0::1", "2001:db8::1"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ]) func isRead(_ text: String, _ canonical: String) { #expect(IPAddress(text)?.description == canonical) }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "g::",
        "12345::",
        "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1.2.3", "1.2.3.4::", ":1::2", "1::2:", "fe80::1%eth0",
    ]) func isNone(_ text: String) { #expect(IPAddress(text) == nil) }

    @Test func reverseNames() {
        #expect(IPAddress("192.0.2.1")?.reverseName == DNSName("1.2.0.192.in-addr.arpa"))
        #expect(
            IPAddress("2001:db8::1")?.reverseName.text
                == "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")
    }

    @Test func prefixes() throws {
        let address = try #require(IPAddress("192.0.2.130"))
        #expect(address.shares(25, bitsWith: try #require(IPAddress("192.0.2.128"))))
        #expect(!address.shares(25, bitsWith: try #require(IPAddress("192.0.2.1"))))
        #expect(address.shares(0, bitsWith: try #require(IPAddress("10.0.0.1"))))
        #expect(!address.shares(0, bitsWith: try #require(IPAddress("::1"))))
        #expect(IPAddress("::ffff:192.0.2.130")?.withoutMapping == address)
    }
}
