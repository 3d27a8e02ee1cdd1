import SMTP
import Testing

@testable import SamotopClient

/// Values that were built by hand: what is parsed never holds a line end (SMTPTests).
@Suite("Line ends in what a program hands to the client") struct InjectionTests {
    private static let breaks = ["\r\n", "\n", "\r", "\0"]

    private static func literal(_ text: String) -> Domain {
        .literal(.general(tag: Array("x".utf8), content: Array(text.utf8)))
    }

    /// Everything in a transaction that a program can fill with octets of its own.
    private static func transactions(_ evil: String) throws -> [MailTransaction] {
        let mailbox = Mailbox(localPart: try #require(LocalPart(Array("b".utf8))), domain: literal("y]>\(evil)RSET"))
        let good = transaction("b@x.test")
        var envelopeID = good
        envelopeID.parameters.envelopeID = Array("id\(evil)RSET".utf8)
        return [
            MailTransaction(from: .mailbox(mailbox), to: good.recipients),
            MailTransaction(from: .null, to: [.init(.mailbox(mailbox))]), envelopeID,
        ]
    }

    @Test("I06: an error before an octet is written, and the connection goes on")
    func transactions() async throws {
        let server = try await ScriptedServer.start { $0.keywords = ["PIPELINING", "DSN", "SMTPUTF8", "8BITMIME"] }
        let connection = try await server.connect()
        for evil in Self.breaks {
            #expect(MailTransaction(from: "a@x>\(evil)RCPT TO:<b@y", to: ["b@x.test"]) == nil)
            #expect(MailTransaction(from: "a@our.test", to: ["\"a\(evil)DATA\"@x.test"]) == nil)
            for transaction in try Self.transactions(evil) {
                let error = await failure { () throws(SMTPClientError) in
                    try await connection.send(transaction, MessageContent("x\r\n"))
                }
                #expect(error?.fault == .unwritable)
                #expect(error?.kind == .client)
            }
            let error = await failure { () throws(SMTPClientError) in
                try await connection.command(Array("NOOP\(evil)RSET".utf8))
            }
            #expect(error?.fault == .unsuitableCommand)
        }
        #expect(server.record.lines == ["EHLO client.our.test"])
        #expect(try await connection.send(transaction("b@x.test"), MessageContent("x\r\n")).isAcceptedForAll)
        await connection.quit()
        await server.stop()
    }

    @Test("I06: a name in EHLO with a line end: nothing is said at all")
    func hello() async throws {
        let server = try await ScriptedServer.start()
        for evil in Self.breaks {
            let error = await failure { () throws(SMTPClientError) in
                try await server.connect(.test { $0.hello = Self.literal("y]\(evil)MAIL FROM:<>") })
            }
            #expect(error?.fault == .unsuitableCommand)
            #expect(error?.kind == .client)
        }
        #expect(server.record.lines.isEmpty)
        await server.stop()
    }
}
