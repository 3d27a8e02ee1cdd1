import NameResolution
import Testing
import TransportSecurity

@Suite struct MTASTSDiscoveryTests {
    private static let question = "_mta-sts.example.org TXT"
    private static func policy(_ mode: String = "enforce", age: Int = 1_000, mx: String = "mx.example.org") -> String {
        "version: STSv1\r\nmode: \(mode)\r\nmx: \(mx)\r\nmax_age: \(age)\r\n"
    }

    /// All that a discovery has to do with.
    private struct World {
        let resolver = FixedResolver([question: .text("v=STSv1; id=1")])
        let fetcher = FixedFetcher()
        let store = MemoryMTASTSStore()

        func find(_ now: Int64) async throws -> MTASTSFinding {
            try await MTASTSDiscovery(resolver: resolver, fetcher: fetcher, store: store).find(
                try name("example.org"), now: now)
        }

        func refresh(_ now: Int64) async throws -> MTASTSFinding {
            try await MTASTSDiscovery(resolver: resolver, fetcher: fetcher, store: store).refresh(
                try name("example.org"), now: now)
        }
    }

    @Test("a policy is fetched from where it is, once, and again when its id changes")
    func fetching() async throws {
        let world = World()
        world.fetcher.serve(Self.policy())
        let first = try await world.find(100)
        #expect(first.reason == .fetched)
        #expect(first.policy?.mode == .enforce)
        #expect(first.id == "1")
        #expect(
            world.fetcher.requests == [
                HTTPSRequest(
                    host: try name("mta-sts.example.org"), path: "/.well-known/mta-sts.txt", maximumLength: 65_536,
                    timeout: 60)
            ])
        #expect(try await world.find(200).reason == .kept)
        #expect(world.fetcher.requests.count == 1)
        world.resolver.set(Self.question, .text("v=STSv1; id=2"))
        world.fetcher.serve(Self.policy("testing"))
        #expect(try await world.find(201).policy?.mode == .testing)
        #expect(try await world.find(202).reason == .kept)
        #expect(world.fetcher.requests.count == 2)
    }

    @Test("it is fetched again when it has expired, not a second before")
    func expiry() async throws {
        let world = World()
        world.fetcher.serve(Self.policy(age: 100))
        _ = try await world.find(100)
        #expect(try await world.find(200).reason == .kept)
        #expect(try await world.find(201).reason == .fetched)
    }

    @Test("D16: no record and no answer end a policy that was fetched; only its end does")
    func recordTakenAway() async throws {
        let world = World()
        world.fetcher.serve(Self.policy())
        _ = try await world.find(100)
        for answer in [
            Answer(.noSuchName), Answer(.noData), .failure(.timeout), .failure(.bogus),
            .text("v=STSv1; id=1", "v=STSv1; id=2"),
            .text("v=STSv1; id=?"),
        ] {
            world.resolver.set(Self.question, answer)
            let finding = try await world.find(1_100)
            #expect(finding.reason == .keptWithoutRecord)
            #expect(finding.policy?.mode == .enforce)
            #expect(try await world.find(1_101).policy == nil)
        }
    }

    @Test("D16: a server that is down, redirects, or has something else leaves the policy that was fetched in force")
    func hostDown() async throws {
        let failures: [Result<HTTPSResponse, HTTPSFetchError>] = [
            .failure(.unreachable), .failure(.certificate), .failure(.timeout), .failure(.tooLong),
            .success(HTTPSResponse(status: 301, contentType: "text/plain", body: Array(Self.policy("none").utf8))),
            .success(HTTPSResponse(status: 204, contentType: "text/plain", body: Array(Self.policy("none").utf8))),
            .success(HTTPSResponse(status: 404, contentType: "text/plain", body: Array(Self.policy("none").utf8))),
            .success(HTTPSResponse(status: 200, contentType: "text/html", body: Array(Self.policy("none").utf8))),
            .success(HTTPSResponse(status: 200, contentType: "text/plainer", body: Array(Self.policy("none").utf8))),
            .success(HTTPSResponse(status: 200, contentType: nil, body: Array(Self.policy("none").utf8))),
            .success(HTTPSResponse(status: 200, contentType: "text/plain", body: Array("<html>".utf8))),
            .success(
                HTTPSResponse(status: 200, contentType: "text/plain", body: [UInt8](repeating: 0x61, count: 65_537))),
        ]
        for failure in failures {
            let world = World()
            world.fetcher.set(failure)
            let none = try await world.find(50)
            #expect(none.policy == nil)
            #expect(none.reason != .fetched)
            world.resolver.set(Self.question, .text("v=STSv1; id=2"))
            world.fetcher.serve(Self.policy())
            _ = try await world.find(100)
            world.resolver.set(Self.question, .text("v=STSv1; id=3"))
            world.fetcher.set(failure)
            let kept = try await world.find(101)
            #expect(kept.reason == .keptWithoutFetch)
            #expect(kept.policy?.mode == .enforce)
            #expect(try await world.find(1_101).policy == nil)
        }
    }

    @Test("the content type may have parameters, and any case")
    func contentType() async throws {
        for type in ["text/plain; charset=utf-8", "Text/Plain", " text/plain ;x"] {
            let world = World()
            world.fetcher.serve(Self.policy(), type: type)
            #expect(try await world.find(1).reason == .fetched, "\(type)")
        }
    }

    @Test("D16: a fetch that failed isn't tried again for five minutes, but for another id")
    func backoff() async throws {
        let world = World()
        #expect(try await world.find(1_000).fetchError == .unreachable)
        #expect(try await world.find(1_299).reason == .triedLately)
        #expect(world.fetcher.requests.count == 1)
        #expect(try await world.find(1_300).reason == .fetchFailure)
        world.resolver.set(Self.question, .text("v=STSv1; id=2"))
        #expect(try await world.find(1_301).reason == .fetchFailure)
        #expect(world.fetcher.requests.count == 3)
        // A clock that was set back doesn't stop it for longer.
        #expect(try await world.find(10).reason == .fetchFailure)
    }

    @Test("D16: a max_age of nothing, and the longest, hold for what they say")
    func maxAgeTricks() async throws {
        let world = World()
        world.fetcher.serve(Self.policy(age: 0))
        #expect(try await world.find(100).policy != nil)
        #expect(try await world.find(100).reason == .kept)
        #expect(try await world.find(101).reason == .fetched)
        world.resolver.set(Self.question, .text("v=STSv1; id=2"))
        world.fetcher.serve(Self.policy().replacing("1000", with: "9999999999"))
        _ = try await world.find(200)
        world.resolver.set(Self.question, Answer(.noSuchName))
        #expect(try await world.find(200 + 31_557_600).policy != nil)
        #expect(try await world.find(201 + 31_557_600).policy == nil)
        #expect(StoredMTASTSPolicy(policy: nil, id: "", fetched: .max).expires == .max)
    }

    @Test("a policy is refreshed before it expires, though its id is the same; and stays when that fails")
    func refreshing() async throws {
        let world = World()
        world.fetcher.serve(Self.policy())
        _ = try await world.find(100)
        #expect(try await world.store.domains(fetchedBefore: 101, limit: 9) == [try name("example.org")])
        #expect(try await world.refresh(600).reason == .fetched)
        #expect(try await world.store.domains(fetchedBefore: 600, limit: 9) == [])
        world.fetcher.set(.failure(.timeout))
        #expect(try await world.refresh(700).reason == .keptWithoutFetch)
        #expect(try await world.find(1_600).policy != nil)
        world.resolver.set(Self.question, Answer(.noSuchName))
        #expect(try await world.refresh(1_600).reason == .keptWithoutFetch)
        #expect(try await world.refresh(1_601).reason == .noRecord)
    }

    @Test("what can't be read from the store is no domain without a policy")
    func storeFails() async throws {
        struct Broken: Error {}
        struct BrokenStore: MTASTSStore {
            let isReadable: Bool
            func policy(of domain: DNSName) async throws -> StoredMTASTSPolicy? {
                if isReadable { return nil }
                throw Broken()
            }
            func set(_ policy: StoredMTASTSPolicy?, of domain: DNSName) async throws { throw Broken() }
            func domains(fetchedBefore time: Int64, limit: Int) async throws -> [DNSName] { throw Broken() }
            func expire(before time: Int64) async throws -> Int { throw Broken() }
        }
        let world = World()
        world.fetcher.serve(Self.policy())
        let domain = try name("example.org")
        func find(_ isReadable: Bool) async throws -> MTASTSFinding {
            let store = BrokenStore(isReadable: isReadable)
            return try await MTASTSDiscovery(resolver: world.resolver, fetcher: world.fetcher, store: store).find(
                domain, now: 1)
        }
        await #expect(throws: Broken.self) { try await find(false) }
        #expect(try await find(true).reason == .fetched)
    }

    @Test("a full memory forgets the policy that expires first")
    func memory() async throws {
        let store = MemoryMTASTSStore(maximum: 2)
        let policy = try MTASTSPolicy(Array(Self.policy(age: 10).utf8))
        for (domain, fetched) in [("a.example", 5), ("b.example", 1), ("c.example", 9)] as [(String, Int64)] {
            try await store.set(StoredMTASTSPolicy(policy: policy, id: "1", fetched: fetched), of: try name(domain))
        }
        #expect(try await store.policy(of: try name("b.example")) == nil)
        #expect(try await store.policy(of: try name("A.example")) != nil)
        #expect(try await store.expire(before: 16) == 1)
        #expect(try await store.expire(before: 16) == 0)
        try await store.set(nil, of: try name("c.example"))
        #expect(try await store.domains(fetchedBefore: .max, limit: 5) == [])
    }
}
