import NIOEmbedded
import NameResolution
import Synchronization
import Testing
import TransportSecurity

@testable import SamotopHTTPS

@Suite("D12, D16: where policies are fetched from", .serialized)
struct ReachingTests {
    @Test("D12: an address that may not be reached is not connected to")
    func inside() async throws {
        let authority = try Authority()
        try await PolicyServer.run(.answer(Fetching.response()), authority.sign()) { server in
            let asked = Mutex<Set<IPAddress>>([])
            let addresses = ["127.0.0.1", "::ffff:127.0.0.1", "::1", "10.0.0.1"]
            let fetcher = try Fetching.fetcher(
                authority, port: server.port, addresses: addresses,
                mayReach: { address in
                    asked.withLock { _ = $0.insert(address) }
                    return false
                })
            await #expect(throws: HTTPSFetchError.unreachable) { try await fetcher.fetch(Fetching.request()) }
            // What is mapped is judged as what it is.
            #expect(asked.withLock { $0 } == Set(["127.0.0.1", "::1", "10.0.0.1"].compactMap { IPAddress($0) }))
            // The first that connects is one that may.
            _ = try await Fetching.fetcher(authority, port: server.port).fetch(Fetching.request())
            await #expect(server.untilClosed().count == 3)
        }
    }

    @Test("D12: of several addresses only those that may be reached are")
    func mixed() async throws {
        let authority = try Authority()
        try await PolicyServer.run(.answer(Fetching.response()), authority.sign()) { server in
            let fetcher = try Fetching.fetcher(
                authority, port: server.port, addresses: ["127.0.0.2", "127.0.0.1"],
                mayReach: { $0 == IPAddress("127.0.0.1") })
            try await #expect(fetcher.fetch(Fetching.request()).status == 200)
            await #expect(server.untilClosed().count == 3)
        }
    }

    @Test("an address that refuses makes way for the next, up to a limit")
    func next() async throws {
        let authority = try Authority()
        try await PolicyServer.run(.answer(Fetching.response()), authority.sign()) { server in
            for (dead, isReached) in [(0, true), (1, true), (3, true), (4, false)] {
                let addresses = (0..<dead).map { "127.0.0.\($0 + 2)" } + ["127.0.0.1"]
                let fetcher = try Fetching.fetcher(authority, port: server.port, addresses: addresses)
                let status = try? await fetcher.fetch(Fetching.request()).status
                #expect(status == (isReached ? 200 : nil), "\(dead) that refuse")
            }
        }
    }

    @Test("a certificate that is wrong is not asked for elsewhere")
    func wrongCertificate() async throws {
        let authority = try Authority()
        try await PolicyServer.run(.answer(Fetching.response()), authority.sign(.named("other.example"))) { server in
            let fetcher = try Fetching.fetcher(authority, port: server.port, addresses: ["127.0.0.1", "127.0.0.9"])
            await #expect(throws: HTTPSFetchError.certificate) { try await fetcher.fetch(Fetching.request()) }
        }
    }

    @Test("IPv6 and IPv4 take turns, and each address has one")
    func turns() async throws {
        let authority = try Authority()
        let asked = Mutex<[String]>([])
        let addresses = ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1"]
        let fetcher = try Fetching.fetcher(
            authority, port: 1, addresses: addresses,
            mayReach: { address in
                asked.withLock { $0.append("\(address)") }
                return false
            })
        await #expect(throws: HTTPSFetchError.unreachable) { try await fetcher.fetch(Fetching.request()) }
        #expect(
            asked.withLock { $0.prefix(5) } == ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "2001:db8::3"])
    }

    @Test("no address, no answer, nobody there: unreachable")
    func nobody() async throws {
        let authority = try Authority()
        let port = try await PolicyServer.run(.silent, authority.sign()) { $0.port }
        for addresses in [[], ["127.0.0.1"]] {
            let fetcher = try Fetching.fetcher(authority, port: port, addresses: addresses)
            await #expect(throws: HTTPSFetchError.unreachable) { try await fetcher.fetch(Fetching.request()) }
        }
    }

    @Test(
        "nothing but policies is fetched: for anything else not even an address is looked up",
        arguments: [
            ("www.example.org", "/.well-known/mta-sts.txt"), ("mta-sts.example.org", "/"),
            ("mta-sts.example.org", "/.well-known/mta-sts.txt?"),
            ("mta-sts", "/.well-known/mta-sts.txt"), ("x.mta-sts.example.org", "/.well-known/mta-sts.txt"),
            (".", "/.well-known/mta-sts.txt"),
            ("mta-sts.ex ample.org", "/.well-known/mta-sts.txt"),
            ("mta-sts.example.org", "/.well-known/mta-sts.txt HTTP/1.1\r\nX: y\r\n"),
            ("mta-sts.127.0.0.1\0", "/.well-known/mta-sts.txt"),
        ])
    func others(_ host: String, _ path: String) async throws {
        let resolver = FixedAddresses(["127.0.0.1"])
        let fetcher = try Fetching.fetcher(Authority(), port: 1, resolver: resolver)
        await #expect(throws: HTTPSFetchError.unreachable) {
            try await fetcher.fetch(Fetching.request(host, path: path))
        }
        #expect(resolver.questions == [])
    }

    @Test(
        "what takes too long is ended, at whatever stage, and the connection with it",
        arguments: [
            .silent, .stall(""), .stall("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n"),
            .stall("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nver"),
        ] as [PolicyServer.Manner])
    func slow(_ manner: PolicyServer.Manner) async throws {
        let authority = try Authority()
        try await PolicyServer.run(manner, authority.sign()) { server in
            let (times, continuation) = AsyncStream.makeStream(of: Void.self)
            let limits = Mutex<[Duration]>([])
            let fetcher = try Fetching.fetcher(authority, port: server.port) { limit in
                limits.withLock { $0.append(limit) }
                for await _ in times { return }
                throw CancellationError()
            }
            let response = Task { try await fetcher.fetch(Fetching.request(timeout: 45)) }
            var events = server.events.makeAsyncIterator()
            #expect(await events.next() == .connected)
            if case .stall = manner, case .request? = await events.next() {
            } else if case .stall = manner {
                Issue.record("no request")
            }
            continuation.yield()
            await #expect(throws: HTTPSFetchError.timeout) { try await response.value }
            #expect(limits.withLock { $0 } == [.seconds(45)])
            #expect(await events.next() == .closed)
        }
    }

    @Test("no request may take longer than a minute")
    func longest() async throws {
        let limits = Mutex<[Duration]>([])
        let fetcher = try Fetching.fetcher(Authority(), port: 1, resolver: NobodyAnswers()) { limit in
            limits.withLock { $0.append(limit) }
        }
        for timeout in [3_600, Int.max, 60, 5] {
            await #expect(throws: HTTPSFetchError.timeout) {
                try await fetcher.fetch(Fetching.request(timeout: timeout))
            }
        }
        #expect(limits.withLock { $0 } == [.seconds(60), .seconds(60), .seconds(60), .seconds(5)])
    }

    @Test("whoever gives up waiting ends the connection")
    func cancelled() async throws {
        let authority = try Authority()
        try await PolicyServer.run(.stall(""), authority.sign()) { server in
            let fetcher = try Fetching.fetcher(authority, port: server.port)
            let fetch = Task { try await fetcher.fetch(Fetching.request()) }
            var events = server.events.makeAsyncIterator()
            #expect(await events.next() == .connected)
            fetch.cancel()
            await #expect(throws: HTTPSFetchError.self) { try await fetch.value }
            while let event = await events.next(), event != .closed {}
        }
    }

    @Test("a connection that was given up before it began doesn't begin")
    func givenUp() throws {
        let connection = HTTPSConnection()
        connection.cancel()
        let channel = EmbeddedChannel()
        #expect(throws: CancellationError.self) { try connection.begin(channel) }
    }
}

/// Answers only when nobody waits any more.
private struct NobodyAnswers: NameResolution.Resolver {
    func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
        while !Task.isCancelled { await Task.yield() }
        return Answer(.failure(.timeout))
    }
}
