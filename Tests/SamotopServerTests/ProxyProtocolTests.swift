import NIOCore
import NIOEmbedded
import SamotopCore
import Testing

@testable import SamotopServer

/// HAProxy's PROXY protocol, versions 1 and 2.
@Suite struct ProxyProtocolTests {
    static let v1 = Array("PROXY TCP4 203.0.113.9 192.0.2.1 40000 25\r\n".utf8)
    static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
    static let v2 = binary(command: 1, family: 0x11, [203, 0, 113, 9, 192, 0, 2, 1, 0x9C, 0x40, 0, 25])
    static let v6Addresses: [UInt8] =
        [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9] + [UInt8](repeating: 1, count: 16) + [1, 2, 0, 25]
    static let mapped: [UInt8] =
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 203, 0, 113, 9] + [UInt8](repeating: 1, count: 16) + [1, 2, 0, 25]

    static func binary(command: UInt8, family: UInt8, _ body: [UInt8], version: UInt8 = 2) -> [UInt8] {
        signature + [version << 4 | command, family, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
    }

    struct Valid: Sendable {
        let bytes: [UInt8]
        let client: ClientAddress?
    }

    static let valid: [Valid] = [
        Valid(bytes: v1, client: .ipv4([203, 0, 113, 9])),
        Valid(
            bytes: Array("PROXY TCP6 2001:db8::9 2001:db8::1 40000 25\r\n".utf8),
            client: .ipv6(Array(v6Addresses.prefix(16)))),
        // RFC 4291 §2.5.5.2: a balancer with one socket for both families says it like this.
        Valid(
            bytes: Array("PROXY TCP6 ::ffff:203.0.113.9 ::ffff:192.0.2.1 1 25\r\n".utf8),
            client: .ipv4([203, 0, 113, 9])),
        Valid(bytes: Array("PROXY UNKNOWN\r\n".utf8), client: nil),
        Valid(bytes: Array("PROXY UNKNOWN ffff::1 whatever it is\r\n".utf8), client: nil),
        Valid(bytes: v2, client: .ipv4([203, 0, 113, 9])),
        Valid(bytes: binary(command: 1, family: 0x21, v6Addresses), client: .ipv6(Array(v6Addresses.prefix(16)))),
        Valid(bytes: binary(command: 1, family: 0x21, mapped), client: .ipv4([203, 0, 113, 9])),
        Valid(bytes: binary(command: 0, family: 0, []), client: nil),
        Valid(bytes: binary(command: 0, family: 0x11, [1, 2, 3]), client: nil),
        // With more information behind the addresses (TLVs).
        Valid(
            bytes: binary(command: 1, family: 0x11, Array(v2.dropFirst(16)) + [UInt8](repeating: 4, count: 4000)),
            client: .ipv4([203, 0, 113, 9])),
    ]

    @Test("Headers are read however they are cut, and not one octet more", arguments: valid.indices)
    func wholeAndCut(_ index: Int) {
        let (bytes, client) = (Self.valid[index].bytes, Self.valid[index].client)
        let expected = ProxyHeader.Reading.header(ProxyHeader(client: client, length: bytes.count))
        #expect(ProxyHeader.read(bytes) == expected)
        #expect(ProxyHeader.read(bytes + Array("EHLO x\r\nPROXY TCP4".utf8)) == expected)
        for length in 0..<bytes.count {
            #expect(ProxyHeader.read(Array(bytes.prefix(length))) == .incomplete, "\(length) octets")
        }
    }

    @Test(
        "What is no header",
        arguments: [
            "EHLO client.example\r\n", "proxy TCP4 1.2.3.4 1.2.3.4 1 1\r\n", "PROXY\r\n", "PROXY \r\n", "PROXYTCP4",
            "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 1 1\r\n",
            "PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n",
            "PROXY TCP4 1.2.3.4 1.2.3.4 -1 1\r\n", "PROXY TCP4 1.2.3.4/8 1.2.3.4 1 1\r\n",
            "PROXY TCP4 1.2.3 1.2.3.4 1 1\r\n",
            "PROXY TCP4  1.2.3.4 1.2.3.4 1 1\r\n", "PROXY TCP4 ::1 ::1 1 1\r\n", "PROXY TCP6 1.2.3.4 1.2.3.4 1 1\r\n",
            "PROXY UDP4 1.2.3.4 1.2.3.4 1 1\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 1\n", "\n", "\r\n\r\n\r\n",
            "PROXY UNKNOWN " + String(repeating: "x", count: 92) + "\r\n", String(repeating: "PROXY ", count: 20),
        ])
    func invalidText(_ text: String) { #expect(ProxyHeader.read(Array(text.utf8)) == .invalid) }

    @Test func theLongestLineIsTaken() {
        // 107 octets with CRLF.
        let line = "PROXY UNKNOWN " + String(repeating: "x", count: 91) + "\r\n"
        #expect(ProxyHeader.read(Array(line.utf8)) == .header(ProxyHeader(client: nil, length: 107)))
    }

    @Test func invalidBinary() {
        let invalid = [
            Self.binary(command: 1, family: 0x11, [1, 2, 3]),
            Self.binary(command: 1, family: 0x21, Array(Self.v6Addresses.dropLast())),
            Self.binary(command: 2, family: 0x11, Array(Self.v2.dropFirst(16))),
            Self.binary(command: 1, family: 0x12, Array(Self.v2.dropFirst(16))),
            Self.binary(command: 1, family: 0x31, [UInt8](repeating: 0, count: 216)),
            Self.binary(command: 1, family: 0x11, Array(Self.v2.dropFirst(16)), version: 1),
            Self.signature + [0x21, 0x11, 0xFF, 0xFF], Array(Self.signature.dropLast()) + [0x0B],
        ]
        for bytes in invalid { #expect(ProxyHeader.read(bytes) == .invalid, "\(bytes.prefix(20))") }
    }

    @Test("A header that doesn't come ends the connection in time, trickling or not")
    func stall() throws {
        for trickles in [false, true] {
            let channel = EmbeddedChannel()
            var ends = 0
            try channel.pipeline.syncOperations.addHandler(
                ProxyHeaderHandler(
                    timeout: .seconds(30), completion: { _, _ in Issue.record("no header came") },
                    onEnd: { ends += 1 }))
            try channel.connect(to: SocketAddress(unixDomainSocketPath: "/test")).wait()
            for second in 0..<29 {
                channel.embeddedEventLoop.advanceTime(by: .seconds(1))
                if trickles { try channel.writeInbound(channel.allocator.buffer(bytes: [Self.v1[second]])) }
            }
            #expect(channel.isActive && ends == 0)
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            #expect(!channel.isActive && ends == 1)
        }
    }

    @Test("What the balancer says is believed, at any cut", arguments: [v1, v2])
    func believed(_ header: [UInt8]) async throws {
        let house = TestHouse()
        let server = try await LiveServer.start(
            try house.service(), on: [.loopback(proxyProtocolFrom: ["127.0.0.0/8"])])
        for length in 0...header.count {
            let client = try await server.connect()
            await client.send(Array(header.prefix(length)))
            await client.send(Array(header.dropFirst(length)))
            try await client.greet()
            #expect(try await client.say("QUIT").hasPrefix("221 "))
        }
        #expect(house.record.clients == [ClientAddress](repeating: .ipv4([203, 0, 113, 9]), count: header.count + 1))
        try await server.stop()
    }

    @Test("What comes with the header in one segment is the session's")
    func inOneSegment() async throws {
        let house = TestHouse()
        let server = try await LiveServer.start(
            try house.service(), on: [.loopback(proxyProtocolFrom: ["127.0.0.0/8"])])
        let client = try await server.connect()
        await client.send(Self.v1 + Array("EHLO client.example\r\n".utf8))
        #expect(try await client.reply().hasPrefix("220 "))
        #expect(try await client.reply().hasPrefix("250-mx.our.test "))
        await client.close()
        try await server.stop()
    }

    @Test("LOCAL and UNKNOWN: the balancer is the client", arguments: [valid[3].bytes, valid[8].bytes])
    func local(_ header: [UInt8]) async throws {
        let house = TestHouse()
        let server = try await LiveServer.start(
            try house.service(), on: [.loopback(proxyProtocolFrom: ["127.0.0.0/8"])])
        let client = try await server.connect()
        await client.send(header)
        try await client.greet()
        #expect(house.record.clients == [.ipv4([127, 0, 0, 1])])
        await client.close()
        try await server.stop()
    }

    @Test(
        "Without a header nothing is said to a balancer",
        arguments: ["EHLO client.example\r\n", "PROXY TCP4 nonsense\r\n"])
    func missing(_ text: String) async throws {
        let house = TestHouse()
        let server = try await LiveServer.start(
            try house.service(), on: [.loopback(proxyProtocolFrom: ["127.0.0.0/8"])])
        let client = try await server.connect()
        await client.send(text)
        #expect(await client.rest() == [])
        #expect(house.record.clients == [])
        try await server.stop()
    }

    @Test("S29: from elsewhere the header is an unknown command", arguments: [["10.0.0.0/8"], []])
    func untrusted(_ networks: [String]) async throws {
        let house = TestHouse()
        let server = try await LiveServer.start(try house.service(), on: [.loopback(proxyProtocolFrom: networks)])
        let client = try await server.connect()
        _ = try await client.reply()
        #expect(try await client.say("PROXY TCP4 203.0.113.9 192.0.2.1 40000 25").hasPrefix("500 5.5.2 "))
        #expect(try await client.say("XCLIENT ADDR=203.0.113.9").hasPrefix("500 5.5.2 "))
        #expect(try await client.say("XFORWARD ADDR=203.0.113.9").hasPrefix("500 5.5.2 "))
        try await client.say("EHLO client.example")
        await client.send(Mail.envelope)
        _ = try await (client.reply(), client.reply())
        try await client.say("DATA")
        try await client.say("Subject: x\r\n\r\nx\r\n.")
        #expect(house.record.clients == [.ipv4([127, 0, 0, 1])])
        #expect(house.traces.first?.contains("[127.0.0.1]") == true)
        #expect(house.traces.first?.contains("203.0.113.9") == false)
        await client.close()
        try await server.stop()
    }

    @Test("The limits hold for the client, not for its balancer")
    func limits() async throws {
        var limits = ConnectionLimits.none
        limits.perAddress = 1
        let server = try await LiveServer.start(
            try TestHouse().service(), on: [.loopback(proxyProtocolFrom: ["127.0.0.0/8"])], limits: limits)
        var clients: [SocketClient] = []
        for last in 1...3 {
            let client = try await server.connect()
            await client.send("PROXY TCP4 203.0.113.\(last) 192.0.2.1 40000 25\r\n")
            try await client.greet()
            clients.append(client)
        }
        let client = try await server.connect()
        await client.send("PROXY TCP4 203.0.113.2 192.0.2.1 40000 25\r\n")
        #expect(await client.restText().hasPrefix("421 4.7.0 "))
        for client in clients { await client.close() }
        #expect(try await server.isDeserted())
        try await server.stop()
    }

    @Test("Before TLS from the first octet, header and hello may come together", arguments: [false, true])
    func beforeTLS(_ isTogether: Bool) async throws {
        let house = TestHouse()
        let folder = try CertificateFolder()
        let server = try await LiveServer.start(
            try house.service(),
            on: [
                .loopback(
                    security: .implicit(try TLSIdentities([folder.write(.first)])), proxyProtocolFrom: ["127.0.0.0/8"])
            ])
        let client = try await server.connect()
        if isTogether { client.queue(Self.v2) } else { await client.send(Self.v2) }
        try await client.startTLS()
        try await client.greet()
        #expect(house.record.clients == [.ipv4([203, 0, 113, 9])])
        await client.close()
        try await server.stop()
    }

    @Test("T01: plaintext in the header's segment never reaches the session inside TLS")
    func injectionBehindTheHeader() async throws {
        let house = TestHouse()
        let folder = try CertificateFolder()
        let server = try await LiveServer.start(
            try house.service(),
            on: [
                .loopback(
                    security: .implicit(try TLSIdentities([folder.write(.first)])), proxyProtocolFrom: ["127.0.0.0/8"])
            ])
        let client = try await server.connect()
        await client.send(Self.v2 + Array("EHLO evil.example\r\n\(Mail.envelope)".utf8))
        try? await client.startTLS()
        _ = await client.rest()
        #expect(house.record.commands == 0)
        #expect(try await server.isDeserted())
        try await server.stop()
    }
}
