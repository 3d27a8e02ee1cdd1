#if Web
    import Logging
    import SamotopContacts
    import ServiceLifecycle
    import Testing

    @testable import SamotopWeb

    /// The server itself, on a port of this machine.
    @Suite(.serialized) struct ServerTests {
        private func withServer(
            _ change: (inout WebSettings) -> Void = { _ in }, _ body: @escaping @Sendable (Int) async throws -> Void
        ) async throws {
            var settings = WebSettings(listener: .tcp(host: "127.0.0.1", port: 0))
            change(&settings)
            let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
            let site = try TestSite(settings: settings, onListening: { continuation.yield($0.port ?? 0) })
            try await withThrowingTaskGroup(of: Void.self) { group in
                let services = ServiceGroup(services: [site.pages], logger: site.logger)
                group.addTask { try await services.run() }
                var iterator = ports.makeAsyncIterator()
                let port = try #require(await iterator.next())
                try await body(port)
                await services.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }

        private func status(_ text: String) -> Int { Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0 }

        @Test("The server tells its port, serves, and stops when it is asked to")
        func serves() async throws {
            try await withServer { port in
                let request = "GET /sign-in HTTP/1.1\r\nHost: localhost:\(port)\r\nConnection: close\r\n\r\n"
                let (text, closed) = try await RawConnection.exchange(port: port, [request])
                #expect(status(text) == 200 && closed && text.contains("</html>"))
            }
        }

        @Test("W08: requests that two servers would read differently are refused, and the connection closes")
        func smuggling() async throws {
            try await withServer { port in
                let head = "POST /sign-in HTTP/1.1\r\nHost: localhost\r\n"
                let requests = [
                    head + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
                    head + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                    head + "Content-Length: -1\r\n\r\n", head + "Content-Length: +3\r\n\r\nabc",
                    head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                    head + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\u{0}\r\n\r\n",
                    "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
                    "GET /\u{1} HTTP/1.1\r\nHost: localhost\r\n\r\n", "\u{16}\u{3}\u{1}\r\n\r\n",
                ]
                for request in requests {
                    let (text, closed) = try await RawConnection.exchange(port: port, [request])
                    #expect(closed, "\(request.debugDescription)")
                    #expect(text.isEmpty || (400..<500).contains(status(text)), "\(request.debugDescription)")
                    #expect(text.components(separatedBy: "HTTP/1.1 ").count <= 2, "\(request.debugDescription)")
                }
            }
        }

        @Test("X11: a header that is too long, or has too many fields, is refused before it is all read")
        func headers() async throws {
            try await withServer { port in
                let start = "GET /sign-in HTTP/1.1\r\nHost: localhost\r\n"
                let bombs = [
                    start + String(repeating: "a: b\r\n", count: 100_000) + "\r\n",
                    start + "Cookie: " + String(repeating: "x", count: 1_000_000) + "\r\n\r\n",
                    "GET /" + String(repeating: "x", count: 1_000_000) + " HTTP/1.1\r\n\r\n",
                ]
                for bomb in bombs {
                    let (text, closed) = try await RawConnection.exchange(port: port, [bomb])
                    #expect(closed && (text.isEmpty || status(text) >= 400))
                }
            }
        }

        @Test("X11: a body of two gigabytes isn't read: 413, and the connection closes")
        func largeBody() async throws {
            try await withServer { port in
                let head = "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
                let form = "Content-Type: application/x-www-form-urlencoded\r\n"
                let piece = String(repeating: "x", count: 1 << 16)
                let claimed = head + form + "Content-Length: 2147483648\r\n\r\n"
                let first = try await RawConnection.exchange(port: port, [claimed] + Array(repeating: piece, count: 4))
                #expect(first.closed && (first.text.isEmpty || status(first.text) == 413))
                let chunk = "10000\r\n\(piece)\r\n"
                let chunked = [head + form + "Transfer-Encoding: chunked\r\n\r\n"] + Array(repeating: chunk, count: 200)
                let second = try await RawConnection.exchange(port: port, chunked)
                #expect(second.closed && (second.text.isEmpty || status(second.text) == 413))
            }
        }

        @Test("X11: who says nothing, or dribbles, is hung up on; others are served meanwhile")
        func silent() async throws {
            try await withServer {
                $0.idleConnectionSeconds = 1
            } _: { port in
                let dribbles = [
                    "", "GET / HTTP/1.1\r\nHost: loc",
                    "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
                        + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nname=",
                ]
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for dribble in dribbles {
                        group.addTask { try await RawConnection.exchange(port: port, [dribble]).closed }
                    }
                    let request = "GET /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    #expect(status(try await RawConnection.exchange(port: port, [request]).text) == 200)
                    for try await closed in group { #expect(closed) }
                }
            }
        }

        @Test("W08: paths that lead out of anything lead nowhere")
        func paths() async throws {
            try await withServer { port in
                for path in [
                    "/..%2f..%2fetc%2fpasswd", "/../../etc/passwd", "/assets/../../x", "/%00", "//evil.test/",
                    "/assets/%2e%2e/x",
                ] {
                    let request = "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    let (text, _) = try await RawConnection.exchange(port: port, [request])
                    #expect([303, 404, 400].contains(status(text)), "\(path)")
                    #expect(!text.contains("root:") && !text.contains("Location: //"))
                }
            }
        }
    }
#endif
