import NameResolution
import SamotopQueue
import Testing

@testable import SamotopRelay

@Suite("Addresses that could not be reached lately are tried last")
struct UnreachableEndpointsTests {
    private func endpoint(_ number: Int) throws -> Endpoint {
        .address(try #require(IPAddress("192.0.\(2 + number / 256).\(number % 256)")), port: 25)
    }

    @Test("In their order behind the others, for ten minutes, until a connection was made")
    func order() throws {
        let known = UnreachableEndpoints()
        let all = try (0..<4).map(endpoint)
        #expect(known.last(in: all, at: 0) == all)
        known.note(all[2], at: 100)
        known.note(all[0], at: 101)
        #expect(known.last(in: all, at: 101) == [all[1], all[3], all[0], all[2]])
        known.forget(all[0])
        #expect(known.last(in: all, at: 102) == [all[0], all[1], all[3], all[2]])
        #expect(known.last(in: all, at: 699) == [all[0], all[1], all[3], all[2]])
        #expect(known.last(in: all, at: 700) == all)
        // A clock that was set back.
        #expect(known.last(in: all, at: 99) == all)
    }

    @Test("No more than so many are remembered, the newest")
    func bound() throws {
        let known = UnreachableEndpoints()
        known.note(try endpoint(0), at: 0)
        for number in 1...UnreachableEndpoints.maximum { known.note(try endpoint(number), at: Int64(1 + number / 8)) }
        let (first, last) = (try endpoint(0), try endpoint(UnreachableEndpoints.maximum))
        let other = try endpoint(60_000)
        let now = Int64(1 + UnreachableEndpoints.maximum / 8)
        #expect(known.last(in: [last, other], at: now) == [other, last])
        #expect(known.last(in: [first, other], at: now) == [first, other])
    }

    @Test("A server of which one address leads nowhere costs one attempt there, not one for each connection")
    func delivery() async throws {
        let server = try await ScriptedServer()
        var resolver = ZoneResolver()
        let (domain, host) = (try name("example.test"), try name("mx1.example.test"))
        resolver.add(domain, .mx, .mailExchange(preference: 10, host))
        for address in ["127.77.0.1", "127.0.0.1"] {
            resolver.add(host, .a, .address(try #require(IPAddress(address))))
        }
        let stand = try Stand(resolver, port: server.port)
        for _ in 0..<12 {
            #expect(try await stand.deliver().text == "delivered")
            stand.relay.shutDown()
        }
        #expect(server.seen.connections == 12)
        #expect(stand.witness.failures.count <= 1)
        // And it is tried again when the time is over.
        stand.clock.turn(by: UnreachableEndpoints.memory)
        for _ in 0..<12 {
            #expect(try await stand.deliver().text == "delivered")
            stand.relay.shutDown()
        }
        #expect(stand.witness.failures.count <= 2)
    }
}
