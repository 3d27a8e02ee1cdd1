import SamotopServer
import SamotopTesting
import Testing

/// What arrives together and what doesn't; who speaks too early; who speaks something else.
@Suite struct SegmentTests {
    @Test("S06: the end of mail data is found however it is cut", arguments: 0..<16)
    func everySplit(_ cuts: Int) throws {
        let house = TestHouse()
        let connection = try SimulatedConnection(try house.service())
        try connection.greet()
        try connection.send(Mail.transaction)
        _ = try connection.replies()
        try connection.send("Subject: x\r\n\r\nline")
        var piece: [UInt8] = []
        for (index, octet) in Array("\r\n.\r\n".utf8).enumerated() {
            piece.append(octet)
            if cuts >> index & 1 == 1 {
                try connection.send(piece)
                piece = []
            }
        }
        try connection.send(piece)
        #expect(try connection.replies().hasPrefix("250 2.0.0 "))
        #expect(house.contents == ["Subject: x\r\n\r\nline\r\n"])
        #expect(try connection.say("NOOP").hasPrefix("250 "))
    }

    @Test("S06: each octet of the end in a segment, or a TLS record, of its own", arguments: [false, true])
    func overTheWire(_ isSecure: Bool) async throws {
        let house = TestHouse()
        let folder = try CertificateFolder()
        let identities = try TLSIdentities([folder.write(.first)])
        let server = try await LiveServer.start(
            try house.service(), on: [.loopback(security: .startTLS(identities, required: false))])
        let client = try await server.connect()
        if isSecure { try await client.secure() } else { try await client.greet() }
        await client.send(Mail.envelope)
        _ = try await (client.reply(), client.reply())
        try await client.say("DATA")
        for octet in Array("Subject: x\r\n\r\n..\r\n\r\n.\r\n".utf8) { await client.send([octet]) }
        #expect(try await client.reply().hasPrefix("250 2.0.0 "))
        #expect(house.contents == ["Subject: x\r\n\r\n.\r\n\r\n"])
        await client.close()
        try await server.stop()
    }

    @Test("S09: who speaks before the greeting gets none")
    func earlyTalker() async throws {
        var house = TestHouse()
        house.bannerDelay = .seconds(3_600)
        let server = try await LiveServer.start(try house.service())
        let client = try await server.connect()
        await client.send("EHLO client.example\r\n\(Mail.envelope)")
        #expect(await client.restText().hasPrefix("554 5.5.0 You spoke before the greeting"))
        #expect(try await server.isDeserted())
        try await server.stop()
    }

    @Test(
        "S20: another protocol hears only that this is SMTP",
        arguments: [
            Array("GET / HTTP/1.1\r\nHost: mx.our.test\r\n\r\n".utf8),
            Array("POST /cgi HTTP/1.1\r\nContent-Length: 20\r\n\r\nEHLO x\r\nMAIL FROM:<a@out.test>".utf8),
            Array("CONNECT mx.our.test:25 HTTP/1.1\r\n\r\n".utf8),
            [22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3] + [UInt8](repeating: 0x41, count: 501),
        ])
    func otherProtocols(_ octets: [UInt8]) async throws {
        let house = TestHouse()
        let server = try await LiveServer.start(try house.service())
        let client = try await server.connect()
        _ = try await client.reply()
        await client.send(octets)
        #expect(await client.restText() == "554 5.5.0 This is an SMTP server\r\n")
        try await server.stop()
    }
}
