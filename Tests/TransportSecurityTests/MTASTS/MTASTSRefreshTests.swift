import NameResolution
import Synchronization
import Testing
import TransportSecurity

@Suite("MTA-STS policies are fetched again") struct MTASTSRefreshTests {
    private static let hour: Int64 = 3_600
    private static let day: Int64 = 24 * hour

    private static func policy(_ mode: String = "enforce") -> String {
        "version: STSv1\nmode: \(mode)\nmx: mx.example.org\nmax_age: \(7 * day)\n"
    }

    /// A domain whose policy's `id` never changes, and a clock.
    private final class World: Sendable {
        let resolver = FixedResolver(["_mta-sts.example.org TXT": .text("v=STSv1; id=1")])
        let fetcher = FixedFetcher()
        let store = MemoryMTASTSStore()
        let now = Mutex<Int64>(1_000_000)

        init(_ mode: String = "enforce") { fetcher.serve(MTASTSRefreshTests.policy(mode)) }

        var discovery: MTASTSDiscovery { MTASTSDiscovery(resolver: resolver, fetcher: fetcher, store: store) }

        func refresh(isWanted: Bool = true) -> MTASTSRefresh {
            MTASTSRefresh(discovery, store, isWanted: { _ in isWanted }, now: { self.now.withLock { $0 } })
        }

        func find() async throws -> MTASTSFinding {
            try await discovery.find(try name("example.org"), now: now.withLock { $0 })
        }

        /// Days with a round every six hours.
        func pass(days: Int, isWanted: Bool = true) async throws {
            for _ in 0..<days * 4 {
                now.withLock { $0 += 6 * MTASTSRefreshTests.hour }
                _ = try await refresh(isWanted: isWanted).run()
            }
        }
    }

    @Test("D16: a policy with the same id outlives its first max_age; it is asked for once a day")
    func outlives() async throws {
        let world = World()
        _ = try await world.find()
        try await world.pass(days: 30)
        #expect(world.fetcher.requests.count == 31)
        world.fetcher.set(.failure(.unreachable))
        let finding = try await world.find()
        #expect(finding.reason == .kept)
        #expect(finding.policy?.mode == .enforce)
    }

    @Test(
        "D16: a server that can't be asked leaves the policy in force until it runs out",
        arguments: [
            HTTPSFetchError.unreachable, .certificate, .timeout,
        ])
    func fails(error: HTTPSFetchError) async throws {
        let world = World()
        _ = try await world.find()
        let end = world.now.withLock { $0 } + 7 * Self.day
        world.fetcher.set(.failure(error))
        try await world.pass(days: 6)
        let round = try await world.refresh().run()
        #expect(round.refreshed == 0 && round.failed == 1)
        world.now.withLock { $0 = end }
        #expect(try await world.find().policy?.mode == .enforce)
        world.now.withLock { $0 = end + 1 }
        #expect(try await world.find().reason == .fetchFailure)
    }

    @Test(
        "D16: nor does a TXT record that is kept from us end it",
        arguments: [
            Answer(.noSuchName), .failure(.timeout), .failure(.bogus),
        ])
    func withoutRecord(answer: Answer) async throws {
        let world = World()
        _ = try await world.find()
        world.resolver.set("_mta-sts.example.org TXT", answer)
        try await world.pass(days: 30)
        let finding = try await world.find()
        #expect(finding.reason == .keptWithoutRecord)
        #expect(finding.policy?.mode == .enforce)
    }

    @Test("what a domain changes is taken up, though its record is the old one")
    func changed() async throws {
        let world = World()
        _ = try await world.find()
        world.fetcher.serve(Self.policy("testing"))
        try await world.pass(days: 2)
        #expect(try await world.find().policy?.mode == .testing)
    }

    @Test(
        "nobody is asked about a domain that nothing is done with, nor for a policy that has ended",
        arguments: [
            ("none", true), ("enforce", false),
        ])
    func unwanted(mode: String, isWanted: Bool) async throws {
        let world = World(mode)
        _ = try await world.find()
        try await world.pass(days: 6, isWanted: isWanted)
        #expect(world.fetcher.requests.count == 1)
    }

    @Test("a round is bounded, in all and at a time; of those that are away none keeps the others waiting")
    func bounds() async throws {
        let fetcher = SlowFetcher()
        let store = MemoryMTASTSStore()
        let policy = try MTASTSPolicy(Array(Self.policy().utf8))
        for number in 0..<60 {
            try await store.set(
                StoredMTASTSPolicy(policy: policy, id: "1", fetched: Int64(number)), of: try name("d\(number).example"))
        }
        let discovery = MTASTSDiscovery(resolver: FixedResolver(), fetcher: fetcher, store: store)
        var refresh = MTASTSRefresh(discovery, store, isWanted: { _ in true }, now: { Self.day })
        (refresh.maximumFetches, refresh.maximumAtOnce) = (20, 4)
        let round = try await refresh.run()
        #expect(round.refreshed == 0 && round.failed == 20)
        #expect(fetcher.peak == 4)
        // Any of the sixty, but by a chance that nobody will see.
        for _ in 0..<100 { _ = try await refresh.run() }
        #expect(fetcher.hosts.count == 60)
    }
}

/// Never answers with a policy, and counts.
private final class SlowFetcher: HTTPSFetching {
    private struct State {
        var running = 0
        var peak = 0
        var hosts: Set<DNSName> = []
    }

    private let state = Mutex(State())
    var peak: Int { state.withLock { $0.peak } }
    var hosts: Set<DNSName> { state.withLock { $0.hosts } }

    func fetch(_ request: HTTPSRequest) async throws(HTTPSFetchError) -> HTTPSResponse {
        state.withLock { state in
            state.running += 1
            state.peak = max(state.peak, state.running)
            state.hosts.insert(request.host)
        }
        for _ in 0..<100 { await Task.yield() }
        state.withLock { $0.running -= 1 }
        throw .unreachable
    }
}
