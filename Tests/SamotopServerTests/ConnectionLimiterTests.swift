import SamotopCore
import Testing

@testable import SamotopServer

/// X01: how many clients at once.
@Suite struct ConnectionLimiterTests {
    @Test func inAll() {
        let limiter = ConnectionLimiter(limits(total: 3, reserved: 1, exempt: ["198.51.100.0/24"]))
        #expect(limiter.admit(.ipv4([10, 0, 0, 1])))
        #expect(limiter.admit(.ipv4([10, 0, 1, 1])))
        #expect(!limiter.admit(.ipv4([10, 0, 2, 1])))
        // The reserve.
        #expect(limiter.admit(.ipv4([198, 51, 100, 7])))
        #expect(!limiter.admit(.ipv4([198, 51, 100, 8])))
        #expect(!limiter.admit(.local))
        limiter.release(.ipv4([10, 0, 0, 1]))
        #expect(!limiter.admit(.ipv4([10, 0, 2, 1])))
        limiter.release(.ipv4([10, 0, 1, 1]))
        #expect(limiter.admit(.ipv4([10, 0, 2, 1])))
        #expect(limiter.total == 2)
    }

    @Test("X01: a balancer's connections count before their header has come") func unknownClients() {
        let limiter = ConnectionLimiter(limits(total: 2, reserved: 0))
        #expect([limiter.admit(), limiter.admit(), limiter.admit()] == [true, true, false])
        #expect(!limiter.admit(.ipv4([10, 0, 0, 1])))
        limiter.release()
        #expect(limiter.admit(.ipv4([10, 0, 0, 1])))
        #expect(limiter.total == 2)
    }

    @Test func ofAnAddress() {
        let limiter = ConnectionLimiter(limits(perAddress: 2))
        let client = ClientAddress.ipv4([192, 0, 2, 1])
        #expect([limiter.admit(client), limiter.admit(client), limiter.admit(client)] == [true, true, false])
        #expect(limiter.admit(.ipv4([192, 0, 2, 2])))
        limiter.release(client)
        #expect(limiter.admit(client))
        #expect(!limiter.admit(client))
    }

    @Test func ofANetwork() {
        let limiter = ConnectionLimiter(limits(perNetwork: 2))
        #expect(limiter.admit(.ipv4([192, 0, 2, 1])))
        #expect(limiter.admit(.ipv4([192, 0, 2, 200])))
        #expect(!limiter.admit(.ipv4([192, 0, 2, 3])))
        #expect(limiter.admit(.ipv4([192, 0, 3, 3])))
        let prefix: [UInt8] = [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 1]
        #expect(limiter.admit(.ipv6(prefix + [0, 0, 0, 0, 0, 0, 0, 1])))
        #expect(limiter.admit(.ipv6(prefix + [0xFF, 0, 0, 0, 0, 0, 0, 1])))
        #expect(!limiter.admit(.ipv6(prefix + [0, 0, 0, 0, 0, 0, 0, 2])))
        limiter.release(.ipv4([192, 0, 2, 200]))
        #expect(limiter.admit(.ipv4([192, 0, 2, 3])))
    }

    @Test func exemptNetworksAndSocketsHaveNoLimitOfTheirOwn() {
        let limiter = ConnectionLimiter(limits(perAddress: 1, perNetwork: 1, exempt: ["192.0.2.0/24"]))
        for _ in 0..<10 {
            #expect(limiter.admit(.ipv4([192, 0, 2, 1])))
            #expect(limiter.admit(.local))
        }
        #expect(limiter.admit(.ipv4([192, 0, 3, 1])))
        #expect(!limiter.admit(.ipv4([192, 0, 3, 2])))
    }

    @Test func nothingIsLeftAfterAll() {
        let limiter = ConnectionLimiter(limits(perAddress: 1, perNetwork: 1))
        for round in 0..<1000 {
            let client = ClientAddress.ipv4([10, 0, UInt8(round % 7), 1])
            #expect(limiter.admit(client))
            #expect(!limiter.admit(client))
            limiter.release(client)
        }
        #expect(limiter.total == 0)
    }

    @Test("X01: beyond the limit there is 421 4.7.0, for each of many at once", arguments: [1, 3])
    func turnedAway(_ threads: Int) async throws {
        let server = try await LiveServer.start(
            try TestHouse().service(), limits: limits(perAddress: 1), threads: threads)
        let first = try await server.connect()
        try await first.greet()
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await server.connect().restText() } }
            for try await words in group {
                #expect(words == "421 4.7.0 Too many connections, please try again later\r\n")
            }
        }
        #expect(server.server.connectionCount == 1)
        let other = try await server.connect(from: "127.0.0.2")
        try await other.greet()
        await first.close()
        await other.close()
        #expect(try await server.isDeserted())
        try await server.connect().greet()
        try await server.stop()
    }

    @Test("X01: who speaks TLS from the start is only closed")
    func turnedAwayFromTLS() async throws {
        let folder = try CertificateFolder()
        let server = try await LiveServer.start(
            try TestHouse().service(), on: [.loopback(security: .implicit(try TLSIdentities([folder.write(.first)])))],
            limits: limits(perAddress: 1))
        let first = try await server.connect()
        try await first.startTLS()
        try await first.greet()
        #expect(try await server.connect().rest() == [])
        await first.close()
        try await server.stop()
    }

    @Test("A thousand connections, each ended in another way, leave no count behind")
    func noLeak() async throws {
        let server = try await LiveServer.start(try TestHouse().service(), limits: limits(perAddress: 40))
        for round in 0..<1000 {
            let client = try await server.connect()
            switch round % 5 {
            case 0: await client.close()
            case 1: await client.reset()
            case 2:
                await client.send("QUIT\r\n")
                _ = await client.rest()
            case 3:
                await client.send("EHLO x\r\nDATA")
                await client.cut()
            default: _ = try? await client.reply()
            }
        }
        #expect(try await server.isDeserted())
        let client = try await server.connect()
        try await client.greet()
        await client.close()
        try await server.stop()
    }

    private func limits(
        total: Int = 1000, perAddress: Int = .max, perNetwork: Int = .max, reserved: Int = 0, exempt: [String] = []
    ) -> ConnectionLimits {
        var limits = ConnectionLimits()
        limits.total = total
        limits.perAddress = perAddress
        limits.perNetwork = perNetwork
        limits.reserved = reserved
        limits.exempt = exempt.compactMap { IPNetwork($0) }
        return limits
    }
}
