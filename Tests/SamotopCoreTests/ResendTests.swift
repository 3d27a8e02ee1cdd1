import SMTP
import SamotopTesting
import Testing

@testable import SamotopCore

/// S26, D5, RFC 1047: a 250 that got lost.
/// The limit turns a wake that never comes into a failure.
@Suite(.timeLimit(.minutes(10))) struct ResendTests {
    private let box = mailboxes()
    private let clock = ManualClock()

    private func service() throws -> MailService { try .test(box, clock: clock) }

    /// Sends a message as one client would who has all the time.
    @discardableResult private func send(
        _ service: MailService, _ content: String = "Subject: x\r\n\r\nhello\r\n",
        to recipients: [String] = ["u@our.test"], from sender: String = "<a@out.test>", role: Role = .mx,
        then lines: String...
    ) async -> [String] {
        let session = TurnedSession(service, role: role)
        session.say(role == .lmtp ? "LHLO c.test" : "EHLO c.test")
        session.deliver(content, to: recipients, from: sender)
        var wakes = 0
        while session.last == .wait, !Task.isCancelled {
            wakes += 1
            await session.turn(afterWake: wakes)
        }
        for line in lines { session.say(line) }
        if !session.isClosed { session.drop() }
        return codes(session.output)
    }

    @Test("S26: the same message after a lost 250 is one copy") func lostAcknowledgementIsOneCopy() async throws {
        let service = try service()
        for _ in 0..<4 { #expect(await send(service).last == "250 2.0.0") }
        #expect(box.delivered.count == 1)
        // Only the same message is the same message.
        await send(service, "Subject: y\r\n\r\nhello\r\n")
        await send(service, to: ["v@our.test"])
        await send(service, to: ["u@our.test", "v@our.test"])
        await send(service, from: "<b@out.test>")
        await send(service, from: "<>")
        #expect(box.delivered.map(\.mailbox) == ["u", "u", "v", "u", "v", "u", "u"])
    }

    @Test("S26, X05: a client that is silent after its 250 holds no content, and its message is remembered")
    func silenceAfterTheAcknowledgement() async throws {
        let service = try service()
        let session = TurnedSession(service)
        session.greet()
        session.deliver("Subject: x\r\n\r\nhello\r\n", to: ["u@our.test"], from: "<a@out.test>")
        session.session.rest()
        #expect(await send(service).last == "250 2.0.0")
        #expect(box.delivered.count == 1)
    }

    /// Whoever sends a message twice, and has seen both acknowledged, wants two copies.
    @Test(arguments: ["NOOP", "QUIT", "RSET", "MAIL FROM:<a@out.test>", "FOO"]) func confirmedMessagesAreTwo(
        _ word: String
    ) async throws {
        let service = try service()
        await send(service, then: word)
        await send(service, then: word)
        #expect(box.delivered.count == 2)
    }

    /// What was sent before the 250 could be read confirms nothing.
    @Test func pipelinedInputConfirmsNothing() async throws {
        let service = try service()
        let session = TurnedSession(service)
        session.greet()
        session.begin()
        #expect(
            codes(session.send("x\r\n.\r\nMAIL FROM:<b@out.test>\r\nRCPT TO:<u@our.test>\r\n")) == [
                "250 2.0.0", "250 2.1.0", "250 2.1.5",
            ])
        session.drop()
        await send(service, "x\r\n")
        #expect(box.delivered.count == 1)

        let other = try self.service()
        let patient = TurnedSession(other)
        patient.greet()
        patient.begin()
        patient.send("y\r\n.\r\nMAIL FROM:<b@out.test>\r\n")
        patient.say("RSET")
        patient.drop()
        await send(other, "y\r\n")
        #expect(box.delivered.count == 3)
    }

    /// Two messages whose acknowledgements got lost together: chunks may follow each other without waiting.
    @Test func severalAtOnce() async throws {
        let service = try service()
        let session = TurnedSession(service)
        session.greet()
        let transaction = "MAIL FROM:<a@out.test>\r\nRCPT TO:<u@our.test>\r\nBDAT 3 LAST\r\n"
        session.send(transaction + "1\r\n" + transaction + "2\r\n")
        session.drop()
        await send(service, "1\r\n")
        await send(service, "2\r\n")
        #expect(box.delivered.count == 2)
    }

    @Test func fourDaysLater() async throws {
        let service = try service()
        await send(service)
        clock.advance(by: 4 * 86_400 - 1)
        await send(service)
        #expect(box.delivered.count == 1)
        clock.advance(by: 4 * 86_400 + 1)
        await send(service)
        #expect(box.delivered.count == 2)
    }

    @Test("S26: a resend is one copy, wherever guards would file it by then") func filedResends() async throws {
        let filing = TestGuard(atMessage: { [box] _, session in
            if !box.delivered.isEmpty { session.folders = ["u": "New contacts"] }
            return .pass
        })
        let service = try MailService.test(box, clock: clock, filing)
        for _ in 0..<3 { #expect(await send(service).last == "250 2.0.0") }
        #expect(box.delivered.map(\.folder) == [nil])
        #expect(await send(service, role: .lmtp).last == "250 2.0.0")
        #expect(box.delivered.count == 1)
    }

    /// A message that was refused, or could not be delivered, was never there.
    @Test func onlyWhatWasDeliveredIsRemembered() async throws {
        let service = try service()
        box.fail(with: .failed(cause: "disk"))
        #expect(await send(service).last == "451 4.3.0")
        box.fail(with: nil)
        #expect(await send(service).last == "250 2.0.0")
        #expect(box.delivered.count == 1)
    }

    /// RFC 2033 §4.2: in LMTP each recipient's acknowledgement may be lost on its own.
    @Test func lmtp() async throws {
        let fails = Bell()
        let agent = TestAgent(
            mailboxes: box,
            atDelivery: { recipients in
                guard recipients.first?.destinations == [.mailbox("v")], fails.rings == 0 else { return }
                fails.ring()
                throw DeliveryError.failed(cause: "once")
            })
        let service = try MailService.test(agent, clock: clock)
        let recipients = ["u@our.test", "v@our.test", "w@our.test"]
        #expect(await send(service, to: recipients, role: .lmtp).suffix(3) == ["250 2.0.0", "451 4.3.0", "250 2.0.0"])
        #expect(box.delivered.map(\.mailbox) == ["u", "w"])
        #expect(await send(service, to: recipients, role: .lmtp).suffix(3) == ["250 2.0.0", "250 2.0.0", "250 2.0.0"])
        #expect(box.delivered.map(\.mailbox) == ["u", "w", "v"])
    }

    // MARK: the ledger by itself

    private static func message(_ number: Int) throws -> ReceivedMessage {
        let path = try #require(Mailbox("a@out.test").map { ReversePath.mailbox($0) })
        return ReceivedMessage(
            envelope: Envelope(id: "x", reversePath: path, parameters: MailParameters()), trace: [],
            content: MemoryContent(Array("message \(number)".utf8)), received: Timestamp(seconds: 0))
    }

    @Test func theLedgerIsBounded() async throws {
        let ledger = UnconfirmedLedger()
        let now = Timestamp(seconds: 1_000)
        for number in 0..<10_003 { ledger.add(try Self.message(number), at: now) }
        // The oldest are forgotten first.
        for number in 0..<3 { #expect(await !ledger.contains(try Self.message(number), at: now)) }
        for number in [3, 4, 5_000, 10_002] { #expect(await ledger.contains(try Self.message(number), at: now)) }
    }

    /// A resend may come before the first was even hashed.
    @Test func addingIsAlreadyKnowing() async throws {
        for number in 0..<500 {
            let ledger = UnconfirmedLedger()
            ledger.add(try Self.message(number), at: Timestamp(seconds: 0))
            #expect(await ledger.contains(try Self.message(number), at: Timestamp(seconds: 0)))
        }
    }

    @Test func theLedgerForgets() async throws {
        let ledger = UnconfirmedLedger()
        let message = try Self.message(1)
        ledger.add(message, at: Timestamp(seconds: 100))
        let end: Int64 = 100 + 4 * 86_400
        #expect(await ledger.contains(message, at: Timestamp(seconds: end - 1)))
        #expect(await !ledger.contains(message, at: Timestamp(seconds: end)))
        ledger.add(message, at: Timestamp(seconds: end))
        #expect(await ledger.contains(message, at: Timestamp(seconds: end + 1)))
    }

    /// A spool may hand the same content out in other slices.
    @Test func slicesMakeNoDifference() async throws {
        struct Sliced: MailContent {
            let bytes: [UInt8]
            let size: Int
            var count: Int { bytes.count }
            func read(_ body: (Span<UInt8>) throws -> Void) throws {
                for start in stride(from: 0, to: bytes.count, by: size) {
                    try body(bytes.span.extracting(start..<min(start + size, bytes.count)))
                }
            }
        }
        let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0) }
        let message = try Self.message(1)
        let ledger = UnconfirmedLedger()
        func sliced(_ size: Int) -> ReceivedMessage {
            ReceivedMessage(
                envelope: message.envelope, trace: [], content: Sliced(bytes: bytes, size: size),
                received: message.received)
        }
        ledger.add(sliced(1_000), at: Timestamp(seconds: 0))
        for size in [1, 7, 8, 64, 999] { #expect(await ledger.contains(sliced(size), at: Timestamp(seconds: 0))) }
    }
}
