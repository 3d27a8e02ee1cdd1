import NIOCore
import NIOPosix
import NameResolution
import Testing
import TransportSecurity

@testable import SamotopHTTPS

@Suite("Posting", .serialized)
struct PostingTests {
    private func post(
        _ manner: PolicyServer.Manner, _ wish: Authority.Wish = .named("hooks.example.org"),
        body: [UInt8] = [0x68, 0x69],
        address: String = "https://hooks.example.org:PORT/a?b=c", fields: [(name: String, value: String)] = [],
        sleep: @escaping @Sendable (Duration) async throws -> Void = { _ in try await Task.sleep(for: .seconds(86_400))
        },
        mayReach: @escaping @Sendable (IPAddress) -> Bool = { _ in true }
    ) async throws -> (result: Result<Int, HTTPSFetchError>, events: [PolicyServer.Event]) {
        let authority = try Authority()
        return try await PolicyServer.run(manner, authority.sign(wish)) { server in
            var poster = try HTTPSPoster(
                resolver: FixedAddresses(["127.0.0.1"]), trustRoots: authority.trustRoots,
                on: MultiThreadedEventLoopGroup.singleton, mayReach: mayReach)
            poster.sleep = sleep
            let text = address.replacing("PORT", with: "\(server.port)")
            let target = try #require(HTTPSAddress(text))
            do throws(HTTPSFetchError) {
                let status = try await poster.post(body, fields: fields, to: target)
                return (.success(status), await server.untilClosed())
            } catch { return (.failure(error), []) }
        }
    }

    @Test("a body is posted with its length, path, query and fields, to the right server, and its status comes back")
    func posted() async throws {
        for status in [200, 202, 301, 410, 503] {
            let (result, events) = try await post(
                .answer(Fetching.response("", status: "\(status) X", fields: "Location: https://evil.example/\r\n")),
                fields: [("content-type", "application/json")])
            #expect(result == .success(status))
            guard case .request(let name, let text)? = events.dropFirst().first else {
                return _ = Issue.record("\(events)")
            }
            #expect(name == "hooks.example.org")
            #expect(text.hasPrefix("POST /a?b=c HTTP/1.1\r\nhost: hooks.example.org:"))
            #expect(
                text.contains("\r\ncontent-type: application/json\r\n") && text.contains("\r\ncontent-length: 2\r\n"))
            #expect(text.hasSuffix("\r\n\r\nhi"))
            // Nothing follows a redirect.
            #expect(events.count == 3)
        }
    }

    @Test("nothing is sent to a server with another's certificate, or to an address that may not be reached")
    func refused() async throws {
        #expect(
            try await post(.answer(Fetching.response()), .named("mx.example.org")).result == .failure(.certificate))
        #expect(
            try await post(.answer(Fetching.response()), mayReach: { _ in false }).result == .failure(.unreachable))
    }

    @Test("a server that doesn't answer has its time, one that answers without end is not listened to")
    func limits() async throws {
        #expect(try await post(.stall("HTTP/1.1 200 OK\r\n"), sleep: { _ in }).result == .failure(.timeout))
        let long = "HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n" + String(repeating: "x", count: 99_999)
        #expect(try await post(.stall(long)).result == .success(200))
        let body = [UInt8](repeating: 0x78, count: HTTPSPoster.maximumBody + 1)
        #expect(try await post(.answer(Fetching.response()), body: body).result == .failure(.tooLong))
    }

    @Test("fields can't be used to write others")
    func injection() async throws {
        let found = try await post(.answer(Fetching.response()), fields: [("x", "a\r\nhost: evil.example")])
        #expect(found.result == .failure(.unreachable))
    }

    @Test("http is for this machine alone, whatever the DNS says, and goes without TLS")
    func local() async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(NoContent()) }
            }.bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(listener.localAddress?.port)
        let poster = try HTTPSPoster(
            resolver: FixedAddresses(["192.0.2.1"]), trustRoots: try Authority().trustRoots,
            on: MultiThreadedEventLoopGroup.singleton, mayReach: { _ in false })
        let target = try #require(HTTPSAddress("http://localhost:\(port)/hook"))
        #expect(try await poster.post([1], fields: [], to: target) == 204)
        for asks in [true, false] {
            let client = try HTTPSClient(
                resolver: FixedAddresses(["192.0.2.1"]), trustRoots: try Authority().trustRoots, limit: 100,
                on: MultiThreadedEventLoopGroup.singleton, asksThisMachine: asks, mayReach: { _ in false })
            let status: Int?
            do throws(HTTPSFetchError) {
                status = try await client.ask(target, fields: []).status
            } catch {
                status = nil
                #expect(error == .unreachable)
            }
            #expect(status == (asks ? 204 : nil))
        }
        try await listener.close()
    }

    @Test(
        "addresses that are ones",
        arguments: [
            ("https://hooks.example.org", "/", 443), ("https://hooks.example.org:8443/a/b?c", "/a/b?c", 8443),
            ("HTTPS://Hooks.Example.org?x", "/?x", 443), ("http://localhost/x", "/x", 80),
            ("http://localhost:9000", "/", 9000),
        ])
    func addresses(_ text: String, _ path: String, _ port: Int) throws {
        let address = try #require(HTTPSAddress(text))
        #expect(address.path == path && address.port == port)
    }

    @Test(
        "and those that aren't",
        arguments: [
            "", "https://", "https:///x", "ftp://example.org", "http://hooks.example.org/", "https://localhost/",
            "https://ann:secret@example.org/", "https://example.org/#a", "https://example.org:0/",
            "https://example.org:65536/",
            "https://example.org:x/", "https://192.0.2.1/", "https://[::1]/", "https://example/",
            "https://example.org/a b",
            "https://example.org/\r\nx", "https://exa_mple.org\\@evil.example/", "mailto:ann@example.org",
        ])
    func noAddresses(_ text: String) { #expect(HTTPSAddress(text) == nil) }
}

private final class NoContent: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 204 No Content\r\n\r\n")), promise: nil)
    }
}
