import NIOCore
import NIOSSL
import SamotopCore
import SamotopServer
import SamotopTesting
import Testing

/// RFC 3207, RFC 8314, RFC 9325 over loopback.
@Suite struct TLSTests {
    let folder: CertificateFolder
    let identities: TLSIdentities

    init() throws {
        folder = try CertificateFolder()
        identities = try TLSIdentities([folder.write(.first)])
    }

    @Test("T01: commands behind STARTTLS in the same segment are never carried out")
    func injectionInOneSegment() async throws {
        let house = TestHouse()
        let server = try await start(house)
        let client = try await server.connect()
        try await client.greet()
        await client.send("STARTTLS\r\n\(Mail.transaction)x\r\n.\r\n")
        #expect(await client.restText() == "554 5.5.0 Commands were sent without waiting where it is not allowed\r\n")
        #expect(house.contents == [])
        #expect(house.record.secured == [])
        try await server.stop()
    }

    @Test("T01: plaintext that follows before the hello ends the connection")
    func injectionBeforeTheHello() async throws {
        let house = TestHouse()
        let server = try await start(house)
        let client = try await server.connect()
        try await client.greet()
        try await client.say("STARTTLS")
        // One write: what is injected arrives with the hello.
        await client.send(Array("EHLO evil.example\r\n\(Mail.envelope)".utf8) + (try ClientHelloBytes.make()))
        let answer = await client.rest()
        #expect(!String(decoding: answer, as: UTF8.self).contains("250"))
        #expect(house.record.commands == 2)
        #expect(try await server.isDeserted())
        try await server.stop()
    }

    @Test("T03: what was said before TLS is forgotten")
    func stateIsDropped() async throws {
        let house = TestHouse()
        let server = try await start(house)
        let client = try await server.connect()
        try await client.greet()
        try await client.say("MAIL FROM:<a@out.test>")
        try await client.say("RCPT TO:<u@our.test>")
        try await client.say("STARTTLS")
        try await client.startTLS()
        #expect(try await client.say("DATA").hasPrefix("503 5.5.1 "))
        #expect(try await client.say("RCPT TO:<u@our.test>").hasPrefix("503 5.5.1 "))
        #expect(try await client.say("MAIL FROM:<a@out.test>").hasPrefix("503 5.5.1 "))
        let offer = try await client.say("EHLO client.example")
        #expect(offer.contains("250") && !offer.contains("STARTTLS"))
        #expect(try await client.say("DATA").hasPrefix("503 5.5.1 "))
        await client.close()
        try await server.stop()
    }

    @Test("T05: before TLS only EHLO, NOOP, STARTTLS and QUIT work where it is required")
    func plaintextIsRefused() async throws {
        let house = TestHouse()
        let server = try await start(house, required: true)
        let client = try await server.connect()
        try await client.greet()
        for command in [
            "MAIL FROM:<a@out.test>", "RCPT TO:<u@our.test>", "DATA", "VRFY u", "AUTH PLAIN AHUAcA==", "RSET",
        ] {
            #expect(try await client.say(command).hasPrefix("530 5.7.0 "), "\(command)")
        }
        #expect(try await client.say("NOOP").hasPrefix("250 "))
        try await client.say("STARTTLS")
        try await client.startTLS()
        try await client.say("EHLO client.example")
        #expect(try await client.say("MAIL FROM:<a@out.test>").hasPrefix("250 "))
        await client.close()
        try await server.stop()
    }

    @Test("T06: STARTTLS twice, and with an argument")
    func twice() async throws {
        let server = try await start(TestHouse())
        let client = try await server.connect()
        try await client.greet()
        #expect(try await client.say("STARTTLS now").hasPrefix("501 5.5.4 "))
        try await client.say("STARTTLS")
        try await client.startTLS()
        try await client.say("EHLO client.example")
        #expect(try await client.say("STARTTLS").hasPrefix("503 5.5.1 "))
        #expect(try await client.say("NOOP").hasPrefix("250 "))
        await client.close()
        try await server.stop()
    }

    @Test("T08: plaintext instead of a hello gets no reply in clear", arguments: [false, true])
    func plaintextInsteadOfHello(_ isImplicit: Bool) async throws {
        let house = TestHouse()
        let server = try await LiveServer.start(
            try house.service(),
            on: [.loopback(security: isImplicit ? .implicit(identities) : .startTLS(identities, required: true))])
        let client = try await server.connect()
        if !isImplicit {
            try await client.greet()
            try await client.say("STARTTLS")
        }
        await client.send("EHLO client.example\r\n")
        let answer = await client.rest()
        // At most a TLS alert.
        #expect(answer.isEmpty || answer.first == 21)
        #expect(answer.count <= 7)
        #expect(try await server.isDeserted())
        try await server.stop()
    }

    @Test("T09: TLS 1.1 and suites without forward secrecy or AEAD are refused")
    func oldProtocolsAndSuites() async throws {
        let server = try await start(TestHouse())
        var refused: [TLSConfiguration] = []
        var old = TLSConfiguration.trusting
        old.minimumTLSVersion = .tlsv1
        old.maximumTLSVersion = .tlsv11
        refused.append(old)
        for suites in ["AES128-SHA", "AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA"] {
            var weak = TLSConfiguration.trusting
            weak.maximumTLSVersion = .tlsv12
            weak.cipherSuites = suites
            refused.append(weak)
        }
        for configuration in refused {
            let client = try await server.connect()
            try await client.greet()
            try await client.say("STARTTLS")
            await #expect(throws: Inbox.Ended.self) { try await client.startTLS(configuration) }
        }
        #expect(try await server.isDeserted())
        for version in [TLSVersion.tlsv12, .tlsv13] {
            var good = TLSConfiguration.trusting
            good.maximumTLSVersion = version
            good.minimumTLSVersion = version
            let client = try await server.connect()
            try await client.secure(good)
            await client.close()
        }
        try await server.stop()
    }

    @Test("A minimum of TLS 1.3 refuses 1.2")
    func minimumVersion() async throws {
        let strict = try TLSIdentities([folder.write(.first)], minimumVersion: .tlsv13)
        let server = try await LiveServer.start(try TestHouse().service(), on: [.loopback(security: .implicit(strict))])
        var old = TLSConfiguration.trusting
        old.maximumTLSVersion = .tlsv12
        let client = try await server.connect()
        await #expect(throws: Inbox.Ended.self) { try await client.startTLS(old) }
        try await server.stop()
    }

    @Test(
        "T11: other application protocols are refused with their own alert",
        arguments: [["h2"], ["http/1.1", "h2"], ["imap"]])
    func foreignProtocols(_ protocols: [String]) async throws {
        let server = try await LiveServer.start(
            try TestHouse().service(), on: [.loopback(security: .implicit(identities))])
        for size in [Int.max, 100, 1] {
            let client = try await server.connect()
            let hello = try ClientHelloBytes.make(serverName: "mx.our.test", protocols: protocols)
            await client.send(size == .max ? hello : ClientHelloBytes.fragmented(hello, into: size))
            #expect(await client.rest() == [21, 3, 3, 0, 2, 2, 120], "in fragments of \(size)")
        }
        #expect(try await server.isDeserted())
        try await server.stop()
    }

    @Test("T11: a warning in front of a hello does not lead the check astray")
    func alertBeforeHello() async throws {
        let server = try await LiveServer.start(
            try TestHouse().service(), on: [.loopback(security: .implicit(identities))])
        var configuration = TLSConfiguration.trusting
        configuration.applicationProtocols = ["h2"]
        let client = try await server.connect()
        await client.send([21, 3, 1, 0, 2, 1, 90])
        try? await client.startTLS(configuration)
        #expect(await client.restText() == "")
        #expect(try await server.isDeserted())
        try await server.stop()
    }

    @Test("T11: no application protocol, or smtp, is fine", arguments: [[], ["smtp"], ["h2", "smtp"]])
    func ownProtocol(_ protocols: [String]) async throws {
        let server = try await LiveServer.start(
            try TestHouse().service(), on: [.loopback(security: .implicit(identities))])
        var configuration = TLSConfiguration.trusting
        configuration.applicationProtocols = protocols
        let client = try await server.connect()
        try await client.startTLS(configuration)
        try await client.greet()
        await client.close()
        try await server.stop()
    }

    @Test("The version and the suite land in Received, the name with the observers")
    func factsAreKnown() async throws {
        let house = TestHouse()
        let server = try await start(house)
        for version in [TLSVersion.tlsv12, .tlsv13] {
            var configuration = TLSConfiguration.trusting
            configuration.minimumTLSVersion = version
            configuration.maximumTLSVersion = version
            let client = try await server.connect()
            try await client.secure(configuration, serverName: "mx.our.test")
            await client.send(Mail.envelope)
            _ = try await (client.reply(), client.reply())
            try await client.say("DATA")
            #expect(try await client.say("Subject: \(version)\r\n\r\nx\r\n.").hasPrefix("250 2.0.0 "))
            await client.close()
        }
        let traces = house.traces
        try #require(traces.count == 2)
        #expect(traces[0].contains("tls TLS_ECDHE_ECDSA_WITH_"))
        #expect(traces[0].contains("(TLSv1.2)"))
        #expect(traces[1].contains("tls TLS_AES_") || traces[1].contains("tls TLS_CHACHA20_"))
        #expect(traces[1].contains("(TLSv1.3)"))
        #expect(traces.allSatisfy { $0.contains("with ESMTPS") })
        #expect(house.record.secured.map(\.serverName) == ["mx.our.test", "mx.our.test"])
        try await server.stop()
    }

    @Test("T14, S25: FIN without close_notify inside DATA, even behind the final dot's first half")
    func truncation() async throws {
        let house = TestHouse()
        let server = try await start(house)
        for body in [
            "Subject: x\r\n\r\nhalf", "Subject: x\r\n\r\nall\r\n", "Subject: x\r\n\r\nall\r\n.",
            "Subject: x\r\n\r\nall\r\n.\r",
        ] {
            let client = try await server.connect()
            try await client.secure()
            await client.send(Mail.envelope)
            _ = try await (client.reply(), client.reply())
            try await client.say("DATA")
            await client.send(body)
            await client.cut()
        }
        #expect(try await server.isDeserted())
        #expect(house.contents == [])
        try await server.stop()
    }

    @Test("A handshake that is dropped at any octet leaves nothing behind")
    func handshakeCutAnywhere() async throws {
        let server = try await LiveServer.start(
            try TestHouse().service(), on: [.loopback(security: .implicit(identities))])
        let hello = try ClientHelloBytes.make(serverName: "mx.our.test")
        for length in stride(from: 0, to: hello.count + 1, by: max(1, hello.count / 40)) {
            let client = try await server.connect()
            await client.send(Array(hello.prefix(length)))
            if length.isMultiple(of: 2) { await client.reset() } else { await client.cut() }
        }
        #expect(try await server.isDeserted())
        try await server.stop()
    }

    @Test("A hello whose octets are bent never ends anything but its own connection")
    func bentHellos() async throws {
        let server = try await LiveServer.start(
            try TestHouse().service(), on: [.loopback(security: .implicit(identities))])
        let hello = try ClientHelloBytes.make(serverName: "mx.our.test", protocols: ["smtp"])
        for index in stride(from: 0, to: hello.count, by: max(1, hello.count / 60)) {
            var bent = hello
            bent[index] ^= 0xFF
            let client = try await server.connect()
            await client.send(bent)
            await client.cut()
        }
        let client = try await server.connect()
        try await client.startTLS()
        try await client.greet()
        await client.close()
        #expect(try await server.isDeserted())
        try await server.stop()
    }

    private func start(_ house: TestHouse, required: Bool = false) async throws -> LiveServer {
        try await LiveServer.start(
            try house.service(), on: [.loopback(security: .startTLS(identities, required: required))])
    }
}
