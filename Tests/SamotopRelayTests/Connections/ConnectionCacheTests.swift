import NIOCore
import NIOEmbedded
import NameResolution
import SamotopQueue
import TransportSecurity
import Testing

@testable import SamotopRelay

@Suite struct ConnectionCacheTests {
    private func connection(_ stand: Stand, port: Int) async throws -> ServerConnection {
        let endpoint = Endpoint.address(try #require(IPAddress("127.0.0.1")), port: UInt16(port))
        let target = MailRelay.Target(
            job: DeliveryJobID(1), host: MailHost(source: .route, name: nil, endpoints: [endpoint]),
            endpoint: endpoint, demand: .level(.plaintext), route: nil, requiresTLS: false)
        guard case .connection(let connection) = await stand.relay.connect(target) else {
            throw TestProblem("no connection")
        }
        return connection
    }

    @Test("Each idle connection ends by itself when it is due, whenever it was put there")
    func timer() async throws {
        let server = try await ScriptedServer()
        let stand = try Stand(servers("127.0.0.1"), port: server.port)
        let loop = NIOAsyncTestingEventLoop()
        let cache = ConnectionCache(settings: stand.relay.settings, clock: stand.clock, group: loop)
        func pass(_ seconds: Int64) async {
            stand.clock.turn(by: seconds)
            await loop.advanceTime(by: .seconds(seconds))
        }
        cache.put(try await connection(stand, port: server.port))
        await pass(12)
        cache.put(try await connection(stand, port: server.port))
        await pass(8)
        #expect(cache.count == 2)
        await pass(1)
        #expect(cache.count == 1)
        await pass(11)
        #expect(cache.count == 1)
        await pass(1)
        #expect(cache.count == 0)
        // And the timer is set again after it had nothing to wait for.
        await pass(100)
        cache.put(try await connection(stand, port: server.port))
        await pass(21)
        #expect(cache.count == 0)
        await loop.shutdownGracefully()
    }
}
