import Logging
import NameResolution
import Synchronization
import Testing
import TransportSecurity

@testable import SamotopCommand

@Suite("What is known of other servers, in the long run")
struct KnownServersMaintenanceTests {
    private static let day: Int64 = 86_400

    /// A policy for every domain, stores, and a clock that sleeping turns.
    private final class World: HTTPSFetching {
        struct State {
            var uptime: Int64 = 0
            /// By which the clock is wrong.
            var offset: Int64 = 0
            /// Of the time.
            var end: Int64 = 0
            var isServing = true
            var checkpoints = 0
        }

        let state = Mutex(State())
        let peers = MemoryPeerStore()
        let policies = MemoryMTASTSStore()
        let resolver: ZoneResolver

        init() throws {
            resolver = try ZoneResolver(
                entries: ["known.test", "decided.test", "unseen.test"].map {
                    ("_mta-sts.\($0)", "TXT", "v=STSv1; id=1")
                })
        }

        var now: Int64 { state.withLock { 1_800_000_000 + $0.uptime + $0.offset } }

        var discovery: MTASTSDiscovery { MTASTSDiscovery(resolver: resolver, fetcher: self, store: policies) }

        func fetch(_ request: HTTPSRequest) async throws(HTTPSFetchError) -> HTTPSResponse {
            guard state.withLock({ $0.isServing }) else { throw .unreachable }
            let policy = "version: STSv1\nmode: enforce\nmx: mx.known.test\nmax_age: 604800\n"
            return HTTPSResponse(status: 200, contentType: "text/plain", body: Array(policy.utf8))
        }

        func find(_ domain: String = "known.test") async throws -> MTASTSFinding {
            try await discovery.find(try Self.name(domain), now: now)
        }

        func meet(_ domain: String = "known.test", deciding: Bool = false) async throws {
            let (domain, now) = (try Self.name(domain), now)
            try await peers.change(domain) { known in
                var record = known ?? PeerRecord(domain: domain, now: now)
                if deciding { record.holdMail(true, now: now) }
                return record
            }
        }

        func record(_ domain: String) async throws -> PeerRecord? {
            try await peers.record(of: try Self.name(domain))
        }

        func policy(_ domain: String = "known.test") async throws -> StoredMTASTSPolicy? {
            try await policies.policy(of: try Self.name(domain))
        }

        /// So many days, from a start on.
        func run(days: Int64) async {
            state.withLock { $0.end = $0.uptime + days * KnownServersMaintenanceTests.day }
            let maintenance = KnownServersMaintenance(
                peers, policies, discovery, Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                checkpoint: { self.state.withLock { $0.checkpoints += 1 } }, now: { self.now },
                uptime: { .seconds(self.state.withLock { $0.uptime }) },
                sleep: { pause in
                    try self.state.withLock { state in
                        state.uptime += pause.components.seconds
                        if state.uptime > state.end { throw CancellationError() }
                    }
                })
            await maintenance.keepLooking()
        }

        static func name(_ text: String) throws -> DNSName { try #require(DNSName(text)) }
    }

    @Test("D16: a policy with the same id outlives its max_age; one that can't be fetched counts until it runs out")
    func policies() async throws {
        let world = try World()
        #expect(try await world.find().reason == .fetched)
        try await world.meet()
        await world.run(days: 30)
        #expect(try await world.find().reason == .kept)
        let fetched = try #require(try await world.policy()).fetched
        #expect(world.now - fetched <= Self.day + 6 * 3_600)
        world.state.withLock { $0.isServing = false }
        await world.run(days: 5)
        #expect(try await world.find().policy?.mode == .enforce)
        await world.run(days: 3)
        #expect(try await world.policy() == nil)
        #expect(try await world.find().policy == nil)
    }

    @Test("who isn't met for 400 days is forgotten, and the policy runs out; unless somebody decided")
    func forgotten() async throws {
        let world = try World()
        for domain in ["known.test", "decided.test", "unseen.test"] { _ = try await world.find(domain) }
        try await world.meet()
        try await world.meet("decided.test", deciding: true)
        await world.run(days: 399)
        #expect(try await world.record("known.test") != nil)
        #expect(try await world.policy() != nil)
        // Of whom nothing is known, nobody asks.
        #expect(try await world.policy("unseen.test") == nil)
        await world.run(days: 10)
        #expect(try await world.record("known.test") == nil)
        #expect(try await world.policy() == nil)
        #expect(try await world.record("decided.test") != nil)
        #expect(try await world.policy("decided.test") != nil)
        #expect(world.state.withLock { $0.checkpoints } > 400)
    }

    @Test("F10: nothing is forgotten in a round in which the clock was set; policies are fetched all the same")
    func clock() async throws {
        let world = try World()
        _ = try await world.find()
        try await world.meet()
        let maintained = Mutex(0)
        let maintenance = KnownServersMaintenance(
            world.peers, world.policies, world.discovery, Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            checkpoint: { maintained.withLock { $0 += 1 } }, now: { world.now },
            uptime: { .seconds(world.state.withLock { $0.uptime }) },
            sleep: { pause in
                try world.state.withLock { state in
                    guard state.uptime == 0 else { throw CancellationError() }
                    state.uptime += pause.components.seconds
                    state.offset = 500 * Self.day
                }
            })
        await maintenance.keepLooking()
        #expect(try await world.record("known.test") != nil)
        #expect(maintained.withLock { $0 } == 0)
        #expect(try #require(try await world.policy()).fetched == world.now)
    }
}
