import Logging
import SMTP
import SamotopCore
import SamotopDelivery
import Synchronization
import Testing

@testable import SamotopCommand

@Suite("Mail that is let in at a mailbox whose mail is handed over")
struct HandedInboxesTests {
    private final class Queue: DeliveryAgent {
        private let state = Mutex<(taken: [ReceivedMessage], fails: Bool)>(([], false))
        var taken: [ReceivedMessage] { state.withLock { $0.taken } }
        func fail(_ fails: Bool) { state.withLock { $0.fails = fails } }
        func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { .notLocal }
        func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
            try state.withLock { state in
                if state.fails { throw DeliveryError.failed(cause: "test") }
                state.taken.append(message)
            }
        }
    }

    private func address(_ text: String) throws -> Mailbox { try #require(Mailbox(text)) }

    private func octets(_ content: any MailContent) throws -> [UInt8] {
        var octets: [UInt8] = []
        try content.read { slice in slice.withUnsafeBufferPointer { octets.append(contentsOf: $0) } }
        return octets
    }

    @Test("It is read back as it came, queued, and removed only then; what was read already stays")
    func passed() async throws {
        let place = try Workplace()
        let domain = try #require(DomainName("our.test"))
        let directory = try Directory(
            domains: [domain],
            mailboxes: [
                MailboxEntry(address: try address("bob@our.test"), name: "bob", folder: "bob"),
                MailboxEntry(
                    address: try address("lee@our.test"), name: "lee", folder: "lee",
                    handover: .lmtp([.unix(path: "/x")])),
            ], postmaster: "bob")
        let mailboxes = Mailboxes(
            directory, root: place.path, host: "mx.our.test", threads: StorageThreads(count: 1))
        let agent = SwitchingAgent(mailboxes) { $0 }
        let (queue, logger) = (Queue(), Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let inboxes = HandedInboxes(agent: agent, delivery: queue, logger: logger)
        let lee = try #require(directory.handedMailbox("lee"))
        let trace = Array("Return-Path: <ann@out.test>\r\nReceived: by mx.our.test\r\n".utf8)
        let content = Array("Subject: x\r\n y\r\n\r\nGr\u{FC}\u{DF}e\r\n\r\n.\r\n".utf8)
        let held = Recipient(
            path: .mailbox(lee.address), parameters: RcptParameters(),
            destinations: [.folder("New contacts", of: "lee")])
        let message = ReceivedMessage(
            envelope: Envelope(
                id: "E1", reversePath: .mailbox(try address("ann@out.test")), parameters: MailParameters(),
                recipients: [held]),
            trace: trace, content: MemoryContent(content), received: Timestamp(seconds: 1_700_000_000))
        try await mailboxes.deliver(message, to: [held])
        try await inboxes.pass(lee, mailboxes)
        #expect(queue.taken.isEmpty, "it waits for its owner's word")

        let waiting = try #require(try await mailboxes.contents(of: .newContacts, of: "lee")?.messages)
        #expect(try await mailboxes.move(waiting, to: nil, of: "lee") == 1)
        queue.fail(true)
        await #expect(throws: DeliveryError.self) { try await inboxes.pass(lee, mailboxes) }
        queue.fail(false)
        try await inboxes.pass(lee, mailboxes)
        try await inboxes.pass(lee, mailboxes)
        let taken = try #require(queue.taken.first)
        #expect(queue.taken.count == 1)
        #expect(taken.envelope.id == "E1")
        #expect(try taken.envelope.reversePath.mailbox == address("ann@out.test"))
        #expect(taken.envelope.recipients.map(\.destinations) == [[.mailbox("lee")]])
        #expect(taken.envelope.parameters.body == .eightBitMIME && !taken.envelope.parameters.smtpUTF8)
        #expect(taken.envelope.submitter == nil)
        #expect(try taken.trace + octets(taken.content) == trace + content)
        #expect(try await mailboxes.contents(of: nil, of: "lee")?.messages.isEmpty == true)
    }
}
