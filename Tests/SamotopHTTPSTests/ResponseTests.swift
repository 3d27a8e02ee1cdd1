import NameResolution
import Testing
import TransportSecurity

@testable import SamotopHTTPS

@Suite("D16: what a policy host answers", .serialized)
struct ResponseTests {
    @Test("the request asks for the policy and says nothing of who asks; the connection ends afterwards")
    func request() async throws {
        let authority = try Authority()
        try await PolicyServer.run(.answer(Fetching.response()), authority.sign()) { server in
            let fetcher = try Fetching.fetcher(authority, port: server.port)
            _ = try await fetcher.fetch(Fetching.request("MTA-STS.example.org"))
            let events = await server.untilClosed()
            let expected = """
                GET /.well-known/mta-sts.txt HTTP/1.1\r
                host: mta-sts.example.org:\(server.port)\r
                user-agent: samotop\r
                accept: text/plain\r
                connection: close\r
                \r

                """
            #expect(events == [.connected, .request(name: "MTA-STS.example.org", expected), .closed])
            // No cookie comes back, and no connection is used twice.
            _ = try await fetcher.fetch(Fetching.request())
            let again = await server.untilClosed()
            #expect(again.count == 3 && again.first == .connected)
            #expect(!"\(again)".lowercased().contains("cookie"))
        }
    }

    @Test("a policy that is discovered with it holds")
    func discovery() async throws {
        let authority = try Authority()
        try await PolicyServer.run(.answer(Fetching.response(fields: "Set-Cookie: a=b\r\n")), authority.sign()) {
            server in
            let resolver = FixedAddresses(["127.0.0.1"])
            let fetcher = try Fetching.fetcher(authority, port: server.port, resolver: resolver)
            let discovery = MTASTSDiscovery(resolver: resolver, fetcher: fetcher, store: MemoryMTASTSStore())
            let finding = try await discovery.find(#require(DNSName("example.org")), now: 1_000)
            #expect(finding.policy?.patterns == ["mx.example.org"])
            #expect(finding.reason == .fetched)
        }
    }

    @Test(
        "a redirect is not followed, and its body not read",
        arguments: [
            "301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect",
        ])
    func redirect(_ status: String) async throws {
        let authority = try Authority()
        let other = "Location: https://mta-sts.example.org/.well-known/mta-sts.txt?\r\n"
        try await PolicyServer.run(.answer(Fetching.response(status: status, fields: other)), authority.sign()) {
            server in
            let response = try await Fetching.fetcher(authority, port: server.port).fetch(Fetching.request())
            #expect(response.status == Int(status.prefix(3)) && response.body == [])
            await #expect(server.untilClosed().count == 3)
        }
    }

    @Test("other statuses and types come as they are: the discovery refuses them")
    func unfit() async throws {
        let missing = try await Fetching.result(.answer(Fetching.response(status: "404 Not Found")))
        try #expect(missing.get().status == 404)
        for (field, type) in [
            ("Content-Type: text/html\r\n", "text/html"), ("", nil),
            ("content-type: text/plain; charset=utf-8\r\n", "text/plain; charset=utf-8"),
        ] {
            let found = try await Fetching.result(.answer("HTTP/1.1 200 OK\r\n\(field)Content-Length: 2\r\n\r\nhi"))
            try #expect(found.get() == HTTPSResponse(status: 200, contentType: type, body: Array("hi".utf8)))
        }
    }

    @Test("a body may come in chunks, or end with the connection")
    func framing() async throws {
        let expected = HTTPSResponse(status: 200, contentType: "text/plain", body: Array("abcdef".utf8))
        for answer in [
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n2\r\nef\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nabcdef",
            "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nabcdef",
            "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nabcdef",
        ] {
            try await #expect(Fetching.result(.answer(answer)).get() == expected, "\(answer)")
        }
        // Without another word, when the length was told.
        let cut = try await Fetching.result(.cut(Fetching.response("abcdef")))
        try #expect(cut.get() == expected)
    }

    @Test("a policy that is cut short is none")
    func truncated() async throws {
        for manner in [
            PolicyServer.Manner.cut("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nversion: STSv1\r\nmax_age: 86"),
            .cut("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nabcdef"),
            .answer("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nabcdef"),
            .answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n"),
            .answer("HTTP/1.1 200 OK\r\nX"), .answer(""),
            .cut(""), .answer("220 mail.example.org ESMTP\r\n"),
            .answer("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc"),
        ] {
            try await #expect(Fetching.result(manner) == .failure(.unreachable), "\(manner)")
        }
    }

    @Test("64 KiB are taken, one octet more is not, however it comes")
    func oversize() async throws {
        let limit = 64 << 10
        let largest = String(repeating: "x", count: limit)
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
        let chunked = head + "Transfer-Encoding: chunked\r\n\r\n"
        let accepted = [
            Fetching.response(largest), head + "\r\n" + largest,
            chunked + "8000\r\n\(largest.prefix(0x8000))\r\n8000\r\n\(largest.prefix(0x8000))\r\n0\r\n\r\n",
        ]
        for answer in accepted { try await #expect(Fetching.result(.answer(answer)).get().body.count == limit) }
        for manner in [
            PolicyServer.Manner.answer(Fetching.response(largest + "y")), .answer(head + "\r\n" + largest + "y"),
            .answer(chunked + "10001\r\n\(largest)y\r\n0\r\n\r\n"),
            // Refused by what it says, before it comes.
            .stall(head + "Content-Length: 65537\r\n\r\n"),
            .stall(head + "Content-Length: 9223372036854775807\r\n\r\n"),
            // More, without an end.
            .stall(head + "\r\n" + largest + "y"), .stall(chunked + "FFFFFF\r\n" + largest + "y"),
        ] {
            try await #expect(Fetching.result(manner) == .failure(.tooLong))
        }
        // The request may ask for less, not for more.
        for (body, length) in [("abcdef", 5), ("abcdef", -5), (largest + "y", Int.max)] {
            let asked = try Fetching.request(length: length)
            try await #expect(Fetching.result(.answer(Fetching.response(body)), asking: asked) == .failure(.tooLong))
        }
        let nothing = try await Fetching.result(.answer(Fetching.response("")), asking: Fetching.request(length: -5))
        try #expect(nothing.get().body == [])
    }

    @Test(
        "whatever is sent for ever is ended: provisional responses, fields, chunks of one octet, framing",
        arguments: [
            "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n", "HTTP/1.1 200 OK\r\n\r\n",
        ])
    func endless(_ text: String) async throws {
        let found = try await Fetching.result(.repeating(text))
        // Some are no HTTP before they are too long.
        #expect(found == .failure(.tooLong) || found == .failure(.unreachable))
    }

    @Test("chunks of one octet, and extensions of chunks, don't go on for ever")
    func chunks() async throws {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        for (chunk, count) in [("1\r\nx\r\n", 40_000), ("1;\(String(repeating: "e", count: 1_000))\r\nx\r\n", 400)] {
            let found = try await Fetching.result(.stall(head + String(repeating: chunk, count: count)))
            #expect(found == .failure(.tooLong))
        }
    }
}
