#if Web
    import HTTPTypes
    import Hummingbird
    import NIOCore
    import NIOEmbedded
    import SamotopCore
    import Testing

    @testable import SamotopWeb

    /// Whom the pages take for the client.
    @Suite struct ProxyTests {
        private static let forwarded = HTTPField.Name("X-Forwarded-For")

        private func network(
            from peer: String?, forwarded: [String], proxies: [String] = ["127.0.0.1", "::1", "10.0.0.0/8"],
            trustsSocket: Bool = false
        ) throws -> String {
            var settings = WebSettings()
            settings.proxies = try proxies.map { try #require(IPNetwork($0)) }
            settings.trustsSocket = trustsSocket
            var fields = HTTPFields()
            for value in forwarded { fields.append(HTTPField(name: try #require(Self.forwarded), value: value)) }
            let head = HTTPRequest(
                method: .post, scheme: "http", authority: "localhost", path: "/sign-in", headerFields: fields)
            let channel = NIOAsyncTestingChannel()
            channel.remoteAddress = try peer.map {
                $0.hasPrefix("/")
                    ? try SocketAddress(unixDomainSocketPath: $0) : try SocketAddress(ipAddress: $0, port: 4711)
            }
            let context = PageContext(
                source: ApplicationRequestContextSource(channel: channel, logger: .init(label: "t")))
            return ClientNetwork(settings).of(
                Request(head: head, body: RequestBody(buffer: ByteBuffer())), context)
        }

        @Test(
            "W06: X-Forwarded-For of whoever isn't a proxy of ours is nobody's word",
            arguments: ["192.0.2.7", "2001:db8::7", "9.255.255.255", "11.0.0.0", "::2"])
        func strangers(peer: String) throws {
            let alone = try network(from: peer, forwarded: [])
            #expect(try network(from: peer, forwarded: ["198.51.100.9"]) == alone)
            #expect(try network(from: peer, forwarded: ["127.0.0.1"]) == alone)
            #expect(try network(from: "127.0.0.1", forwarded: [peer]) == alone)
        }

        @Test("W06: without proxies in the settings nobody is believed, on this machine neither")
        func none() throws {
            let alone = try network(from: "127.0.0.1", forwarded: [], proxies: [])
            #expect(try network(from: "127.0.0.1", forwarded: ["192.0.2.1"], proxies: []) == alone)
            #expect(WebSettings().proxies.isEmpty && !WebSettings().trustsSocket)
        }

        @Test(
            "W06: the last address that isn't a proxy's counts; what a client writes before it doesn't",
            arguments: [
                ["192.0.2.7"], ["198.51.100.1, 192.0.2.7"], ["198.51.100.1", "192.0.2.7"], ["127.0.0.1, 192.0.2.7"],
                ["198.51.100.1,192.0.2.7 , 10.1.2.3"], ["192.0.2.7, 10.9.9.9", "::1"], ["::ffff:192.0.2.7"],
                ["nonsense, 192.0.2.7"], ["192.0.2.7, ::ffff:10.0.0.1"], ["\t192.0.2.7 "],
            ])
        func lastStranger(values: [String]) throws {
            let expected = try network(from: "192.0.2.7", forwarded: [])
            for peer in ["127.0.0.1", "::1", "10.200.0.1", "::ffff:127.0.0.1"] {
                #expect(try network(from: peer, forwarded: values) == expected)
            }
        }

        @Test(
            "W06: what is no address is nobody: the proxy counts that wrote it",
            arguments: [
                ["unknown"], [""], ["192.0.2.7, unknown"], ["192.0.2.7,"], ["192.0.2.0/24"], ["192.0.2.7:443"],
                ["192.0.2.7/32"], ["localhost"], ["1.2.3"], ["[2001:db8::7]"], [String(repeating: "9", count: 5000)],
            ])
        func noAddress(values: [String]) throws {
            #expect(try network(from: "127.0.0.1", forwarded: values) == network(from: "127.0.0.1", forwarded: []))
        }

        @Test("A chain of proxies is looked through, up to sixteen")
        func chain() throws {
            let stranger = try network(from: "192.0.2.7", forwarded: [])
            let proxies = Array(repeating: "10.0.0.1", count: 15).joined(separator: ", ")
            #expect(try network(from: "127.0.0.1", forwarded: ["192.0.2.7, \(proxies)"]) == stranger)
            let long = proxies + ", 10.0.0.1"
            #expect(try network(from: "127.0.0.1", forwarded: ["192.0.2.7, \(long)"]) != stranger)
            #expect(try network(from: "127.0.0.1", forwarded: ["10.0.0.2"]) == network(from: "10.0.0.2", forwarded: []))
        }

        @Test("IPv6 is counted by its first 64 bits, IPv4 by its address, however it is written")
        func counted() throws {
            #expect(
                try network(from: "2001:db8:1:2::7", forwarded: []) == network(from: "2001:db8:1:2:ff::", forwarded: [])
            )
            #expect(
                try network(from: "2001:db8:1:2::7", forwarded: []) != network(from: "2001:db8:1:3::7", forwarded: []))
            #expect(try network(from: "192.0.2.7", forwarded: []) != network(from: "192.0.2.8", forwarded: []))
            #expect(try network(from: "::ffff:192.0.2.7", forwarded: []) == network(from: "192.0.2.7", forwarded: []))
            #expect(
                try network(from: "::ffff:192.0.2.7", forwarded: []) != network(from: "::ffff:192.0.2.8", forwarded: [])
            )
        }

        @Test("A socket in the file system is a proxy's only when the settings say so")
        func socket() throws {
            let stranger = try network(from: "192.0.2.7", forwarded: [])
            for peer in ["/run/pages.sock", nil] {
                #expect(try network(from: peer, forwarded: ["192.0.2.7"], trustsSocket: true) == stranger)
                #expect(try network(from: peer, forwarded: ["192.0.2.7"]) == "local")
            }
        }

        @Test("W06: who is told apart by a proxy of ours isn't locked out with the others; who makes addresses up is")
        func limiter() async throws {
            var settings = WebSettings()
            settings.trustsSocket = true
            let behind = try TestSite(settings: settings)
            let direct = try TestSite()
            let name = try #require(Self.forwarded)
            let right = "name=ann&password=\(TestSite.password.queryEncoded)"
            for (site, isTold) in [(behind, true), (direct, false)] {
                let browser = TestBrowser(site: site)
                for _ in 0..<8 {
                    _ = try await browser.postRaw("/sign-in", "name=ann&password=wrong", extra: [name: "192.0.2.66"])
                }
                #expect(try await browser.postRaw("/sign-in", right, extra: [name: "192.0.2.66"]).status == 429)
                let other = try await browser.postRaw("/sign-in", right, extra: [name: "192.0.2.7"])
                #expect(other.status == (isTold ? 303 : 429))
            }
        }
    }
#endif
