import SMTP
import SamotopCore
import SamotopGuards
import SamotopTesting
import Testing

@Suite struct RefuseUnencryptedTests {
    private static func answer(
        _ guardian: RefuseUnencrypted, to recipient: String, client: ClientAddress = .ipv4([192, 0, 2, 7]),
        encryption: ServerSession.Encryption = .offered, startsTLS: Bool = false
    ) async throws -> String {
        let box = MemoryMailboxes(["u@our.test": ["u"], "v@open.test": ["v"]])
        let service = try MailService("mx.our.test", delivering: box, clock: ManualClock()) { guardian }
        let connection = await MemoryConnection(service, client: client, encryption: encryption)
        if startsTLS {
            try await connection.send(Array("EHLO c.test\r\n".utf8))
            try await connection.send(Array("STARTTLS\r\n".utf8))
            try await connection.startTLS()
        }
        try await connection.send(Array("EHLO c.test\r\n".utf8))
        try await connection.send(Array("MAIL FROM:<a@out.test>\r\n".utf8))
        _ = try await connection.receive()
        try await connection.send(Array("RCPT TO:<\(recipient)>\r\n".utf8))
        return String(String(decoding: try await connection.receive(), as: UTF8.self).prefix(9))
    }

    @Test func allDomains() async throws {
        for recipient in ["u@our.test", "v@open.test", "Postmaster"] {
            #expect(try await Self.answer(RefuseUnencrypted(), to: recipient) == "530 5.7.0")
            #expect(try await Self.answer(RefuseUnencrypted(), to: recipient, encryption: .active) == "250 2.1.5")
            #expect(try await Self.answer(RefuseUnencrypted(), to: recipient, startsTLS: true) == "250 2.1.5")
            // A Unix socket is as good.
            #expect(try await Self.answer(RefuseUnencrypted(), to: recipient, client: .local) == "250 2.1.5")
        }
    }

    @Test func someDomains() async throws {
        let guardian = RefuseUnencrypted(for: [try #require(DomainName("Our.Test"))])
        #expect(try await Self.answer(guardian, to: "u@our.test") == "530 5.7.0")
        #expect(try await Self.answer(guardian, to: "u@OUR.test") == "530 5.7.0")
        #expect(try await Self.answer(guardian, to: "v@open.test") == "250 2.1.5")
        #expect(try await Self.answer(guardian, to: "u@our.test", encryption: .active) == "250 2.1.5")
        // The postmaster of the server spoken to has no domain: the stricter reading.
        #expect(try await Self.answer(guardian, to: "Postmaster") == "530 5.7.0")
    }

    /// The directory and the relay rule come first: TLS opens no relay, and asks for none.
    @Test func relayingIsRefusedAllTheSame() async throws {
        #expect(try await Self.answer(RefuseUnencrypted(), to: "b@out.test") == "550 5.7.1")
        #expect(try await Self.answer(RefuseUnencrypted(), to: "b@out.test", encryption: .active) == "550 5.7.1")
        #expect(try await Self.answer(RefuseUnencrypted(), to: "no@our.test") == "550 5.1.1")
    }
}
