#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import NameResolution
import SamotopCore
import SamotopRelay
import Testing

@testable import SamotopCommand

@Suite("D12: never to ourselves")
struct OwnAddressesTests {
    private static let interfaces = ["127.0.0.1", "::1", "203.0.113.5", "2001:db8::5", "10.0.0.5"]

    /// What becomes of an address, where listeners are at these places.
    private static func refusal(
        of address: String, _ bound: [(String, UInt16)], inner: [String] = [], port: UInt16 = 25
    ) throws -> AddressRule.Refusal? {
        var settings = OutgoingSettings()
        settings.port = port
        settings.networks = inner.compactMap { IPNetwork($0) }
        let rule = AddressRule(
            settings, bound: try bound.map { (try #require(IPAddress($0.0)), $0.1) },
            interfaces: interfaces.compactMap { IPAddress($0) })
        return rule.refusal(of: try #require(IPAddress(address)))
    }

    @Test(
        "D12: a listener at all addresses is at those of the machine",
        arguments: [
            ("203.0.113.5", .own), ("2001:db8::5", .own), ("203.0.113.6", nil), ("10.0.0.5", .inside),
            ("127.0.0.1", .loopback),
        ] as [(String, AddressRule.Refusal?)], ["0.0.0.0", "::"])
    func everywhere(_ given: (address: String, refusal: AddressRule.Refusal?), wildcard: String) throws {
        #expect(try Self.refusal(of: given.address, [(wildcard, 25)]) == given.refusal)
        // Mail programs' port is no other server's.
        let submission = try Self.refusal(of: given.address, [(wildcard, 587), ("192.0.2.1", 25)])
        #expect(submission == (given.refusal == .own ? nil : given.refusal))
    }

    @Test(
        "D12: where inner networks may be reached, ourselves may not",
        arguments: [
            ("127.0.0.1", .own), ("127.9.9.9", .own), ("::1", .own), ("10.0.0.5", .own), ("10.0.0.6", nil),
        ] as [(String, AddressRule.Refusal?)])
    func inner(_ address: String, _ refusal: AddressRule.Refusal?) throws {
        let inner = ["127.0.0.0/8", "::1/128", "10.0.0.0/8"]
        #expect(try Self.refusal(of: address, [("0.0.0.0", 25), ("::", 25)], inner: inner) == refusal)
    }

    @Test("D12: only what listens at the port of other servers counts: another program beside us gets its mail")
    func beside() throws {
        let (inner, listener) = (["127.0.0.0/8"], ("127.0.0.1", UInt16(2_525)))
        #expect(try Self.refusal(of: "127.0.0.1", [listener], inner: inner, port: 2_526) == nil)
        #expect(try Self.refusal(of: "127.0.0.2", [listener], inner: inner, port: 2_525) == nil)
        #expect(try Self.refusal(of: "127.0.0.1", [listener], inner: inner, port: 2_525) == .own)
        #expect(try Self.refusal(of: "203.0.113.5", [("203.0.113.4", 25)]) == nil)
        #expect(try Self.refusal(of: "203.0.113.4", [("203.0.113.4", 25)]) == .own)
    }

    @Test("where a socket is, whoever opened it; a machine has itself among its addresses")
    func sockets() throws {
        let port = try Workplace.freePort()
        let socket = try ListeningSocket.open(try ListenAddress.parse("127.0.0.1:\(port)"))
        defer { close(socket.descriptor) }
        let bound = try #require(ListeningSocket.bound(socket.descriptor))
        #expect(bound.address == IPAddress("127.0.0.1") && bound.port == port)
        #expect(ListeningSocket.bound(-1) == nil)
        #expect(HostAddresses.ofInterfaces().contains { $0.isLoopback })
        #expect(!HostAddresses.ofThisMachine().contains { $0.isLoopback })
    }
}
