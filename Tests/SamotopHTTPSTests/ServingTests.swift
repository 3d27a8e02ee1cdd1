import Crypto
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOPosix
import NIOSSL
import NameResolution
import Testing
import TransportSecurity

@testable import SamotopHTTPS

/// Our own policies, as a sender fetches them.
@Suite("Serving policies", .serialized)
struct ServingTests {
    private static func policy(_ hosts: String..., mode: MTASTSPolicy.Mode = .enforce) throws -> MTASTSPolicy {
        try MTASTSPolicy(mode: mode, maxAge: 604_800, hosts: hosts)
    }

    private static func context(_ identity: Authority.Identity) throws -> NIOSSLContext {
        try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(try NIOSSLCertificate(bytes: identity.certificate, format: .der))],
                privateKey: .privateKey(
                    try NIOSSLPrivateKey(bytes: Array(identity.key.derRepresentation), format: .der))))
    }

    @Test("D16: a sender fetches over TLS what the domain's owner wrote, for each of the domains")
    func fetched() async throws {
        let authority = try Authority()
        let context = try Self.context(authority.sign(.named("mta-sts.example.org", "mta-sts.example.net")))
        let (org, net) = (try #require(DNSName("example.org")), try #require(DNSName("example.net")))
        let policies = [org: try Self.policy("mx.example.org", "*.example.org"), net: try Self.policy(mode: .none)]
        let server = MTASTSPolicyServer(policies) { context }
        let listener = try await server.listen(on: "127.0.0.1", port: 0, MultiThreadedEventLoopGroup.singleton)
        let fetcher = try Fetching.fetcher(authority, port: try #require(listener.port))
        for (domain, policy) in policies {
            let response = try await fetcher.fetch(try Fetching.request("mta-sts.\(domain.text)"))
            #expect(response.status == 200 && response.body == policy.file)
            #expect(try MTASTSPolicy(response.body) == policy)
            let discovery = MTASTSDiscovery(
                resolver: FixedAddresses(["127.0.0.1"]), fetcher: fetcher, store: MemoryMTASTSStore())
            #expect(try await discovery.find(domain, now: 0).policy == policy)
        }
        server.update([org: try Self.policy("other.example.org")])
        let changed = try await fetcher.fetch(try Fetching.request())
        #expect(try MTASTSPolicy(changed.body).patterns == ["other.example.org"])
        #expect(try await fetcher.fetch(try Fetching.request("mta-sts.example.net")).status == 404)
        await listener.close()
        await #expect(throws: HTTPSFetchError.unreachable) { try await fetcher.fetch(try Fetching.request()) }
    }

    /// What the server says to these octets, TLS aside.
    private func said(_ request: String, settings: MTASTSPolicyServer.Settings = .init()) throws -> (
        text: String, isClosed: Bool
    ) {
        let channel = try Self.channel(settings)
        try channel.writeInbound(ByteBuffer(string: request))
        return try Self.result(channel)
    }

    private static func channel(_ settings: MTASTSPolicyServer.Settings = .init()) throws -> EmbeddedChannel {
        let context = try context(Authority().sign())
        let org = try #require(DNSName("example.org"))
        let server = MTASTSPolicyServer([org: try policy("mx.example.org")], settings: settings) { context }
        let channel = EmbeddedChannel()
        try server.addRequestHandlers(to: channel.pipeline.syncOperations)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 443)).wait()
        return channel
    }

    private static func result(_ channel: EmbeddedChannel) throws -> (text: String, isClosed: Bool) {
        channel.embeddedEventLoop.run()
        var text = ""
        while let part = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: part) }
        let isClosed = !channel.isActive
        _ = try? channel.finish()
        return (text, isClosed)
    }

    @Test("The file as text, with its length and nothing that lets it grow old on its way; then the connection ends")
    func form() throws {
        let (text, isClosed) = try said("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.org\r\n\r\n")
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
        #expect(parts.count == 2 && isClosed)
        let head = parts[0].lowercased()
        #expect(head.hasPrefix("http/1.1 200 ok\r\n"))
        for field in [
            "content-type: text/plain; charset=utf-8", "content-length: \(parts[1].utf8.count)",
            "cache-control: no-cache",
            "x-content-type-options: nosniff", "connection: close",
        ] { #expect(head.contains(field), "\(field)") }
        #expect(parts[1] == "version: STSv1\r\nmode: enforce\r\nmx: mx.example.org\r\nmax_age: 604800\r\n")
    }

    @Test("HEAD says the same without the file")
    func head() throws {
        let (text, isClosed) = try said(
            "HEAD /.well-known/mta-sts.txt HTTP/1.1\r\nHost: MTA-STS.Example.org:443\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.hasSuffix("\r\n\r\n") && isClosed)
        #expect(text.contains("content-length: 68\r\n"))
    }

    @Test(
        "Whatever else is asked for isn't there",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: mta-sts.example.org", "404"),
            ("GET /.well-known/mta-sts.txt?x HTTP/1.1\r\nHost: mta-sts.example.org", "404"),
            ("GET /.well-known/../.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.org", "404"),
            ("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: example.org", "404"),
            ("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.other.test", "404"),
            ("GET https://mta-sts.example.org/.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.org", "404"),
            ("HEAD /robots.txt HTTP/1.1\r\nHost: mta-sts.example.org", "404"),
            ("POST /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.org\r\nContent-Length: 0", "405"),
            ("OPTIONS * HTTP/1.1\r\nHost: mta-sts.example.org", "405"),
            ("GET /.well-known/mta-sts.txt HTTP/1.1", "400"),
            ("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.org\r\nHost: mta-sts.example.org", "400"),
            ("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.org:port", "400"),
            ("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: <script>", "400"),
            ("nonsense", "400"),
        ])
    func others(_ request: String, _ status: String) throws {
        let (text, isClosed) = try said(request + "\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(text)")
        #expect(isClosed && !text.contains("STSv1"))
    }

    @Test("One request for each connection, however many come")
    func pipelined() throws {
        let request = "GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.org\r\n\r\n"
        let (text, isClosed) = try said(request + request + request)
        #expect(text.split(separator: "HTTP/1.1 200").count == 1 && isClosed)
    }

    @Test("A request larger than the limit: 431, and the connection ends")
    func tooLarge() throws {
        var settings = MTASTSPolicyServer.Settings()
        settings.requestSize = 300
        let start = "GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.org\r\nX: "
        let room = 300 - start.utf8.count - 4
        let fits = try said(start + String(repeating: "x", count: room) + "\r\n\r\n", settings: settings)
        #expect(fits.text.hasPrefix("HTTP/1.1 200 "))
        let channel = try Self.channel(settings)
        try channel.writeInbound(ByteBuffer(string: start))
        try channel.writeInbound(ByteBuffer(string: String(repeating: "x", count: room + 5)))
        let (text, isClosed) = try Self.result(channel)
        #expect(text.hasPrefix("HTTP/1.1 431 ") && isClosed)
    }

    @Test("As many connections as there may be, and no more")
    func connections() throws {
        var settings = MTASTSPolicyServer.Settings()
        settings.connections = 2
        let context = try Self.context(Authority().sign())
        let server = MTASTSPolicyServer([:], settings: settings) { context }
        #expect([server.enter(), server.enter(), server.enter()] == [true, true, false])
        server.leave()
        #expect([server.enter(), server.enter()] == [true, false])
    }

    @Test("A connection ends when its time is over, whatever comes")
    func deadline() throws {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(ConnectionDeadline(.seconds(10)))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 443)).wait()
        for _ in 0..<9 {
            try channel.writeInbound(ByteBuffer(string: "x"))
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        }
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test("A client that closes takes its deadline along")
    func closed() throws {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(ConnectionDeadline(.seconds(10)))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 443)).wait()
        try channel.close().wait()
        channel.embeddedEventLoop.advanceTime(by: .seconds(20))
        #expect(!channel.isActive)
    }
}
