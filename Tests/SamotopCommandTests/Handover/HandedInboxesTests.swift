import Foundation
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
        private let state = Mutex<(taken: [ReceivedMessage], fails: Bool, refused: Set<String>)>(([], false, []))
        var taken: [ReceivedMessage] { state.withLock { $0.taken } }
        func fail(_ fails: Bool) { state.withLock { $0.fails = fails } }
        func refuse(_ id: String) { state.withLock { _ = $0.refused.insert(id) } }
        func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { .notLocal }
        func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
            try state.withLock { state in
                if state.fails || state.refused.contains(message.envelope.id) {
                    throw DeliveryError.failed(cause: "test")
                }
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

    private func mailboxes(in place: Workplace) throws -> Mailboxes {
        let domain = try #require(DomainName("our.test"))
        let lee = try address("lee@our.test")
        let directory = try Directory(
            domains: [domain],
            mailboxes: [
                MailboxEntry(address: try address("bob@our.test"), name: "bob", folder: "bob"),
                MailboxEntry(address: lee, name: "lee", folder: "lee", handover: .lmtp([.unix(path: "/x")])),
            ],
            patterns: [
                PatternEntry(
                    domain: domain, pattern: try LocalPartPattern("lee+{tag}"), targets: [lee], folderField: "tag")
            ], postmaster: "bob")
        return Mailboxes(directory, root: place.path, host: "mx.our.test", threads: StorageThreads(count: 1))
    }

    private func inboxes(_ mailboxes: Mailboxes, _ queue: Queue) -> HandedInboxes {
        HandedInboxes(
            agent: SwitchingAgent(mailboxes) { $0 }, delivery: queue,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test("It is read back as it came, queued, and removed only then; what was read already stays")
    func passed() async throws {
        let place = try Workplace()
        let (mailboxes, queue) = (try mailboxes(in: place), Queue())
        let inboxes = inboxes(mailboxes, queue)
        let lee = try #require(mailboxes.directory.handedMailbox("lee"))
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

    /// Of `lee`.
    private static func makeMaildir(in place: Workplace) throws {
        for folder in ["lee", "lee/cur", "lee/new", "lee/tmp"] {
            try FileManager.default.createDirectory(
                atPath: "\(place.path)/\(folder)", withIntermediateDirectories: false)
        }
    }

    @Test("What comes back from what it was handed to stays, and so does nothing else")
    func round() async throws {
        let place = try Workplace()
        let (mailboxes, queue) = (try mailboxes(in: place), Queue())
        let inboxes = inboxes(mailboxes, queue)
        let lee = try #require(mailboxes.directory.handedMailbox("lee"))
        try Self.makeMaildir(in: place)
        func write(_ field: String, to name: String) throws {
            try place.write("Return-Path: <ann@out.test>\n\(field)Subject: \(name)\n\nHi.\n", to: "lee/new/\(name)")
        }
        // As an LMTP server and a program file it, which don't know this server's names.
        try write("Delivered-To: <Lee@our.test>\n", to: "1700000001.M1P1.mda")
        try write("Delivered-To: lee+x@our.test\n", to: "1700000002.M1P1.mda")
        #expect(try await inboxes.pass(lee, mailboxes))
        #expect(queue.taken.isEmpty)
        try write("Delivered-To: bob@our.test\n", to: "1700000003.M1P1.mda")
        try write("", to: "1700000004.M1P1.mda")
        // What a sender wrote keeps nothing that was filed here.
        try write("Delivered-To: lee@our.test\n", to: "1700000005.M1RE5.mx")
        #expect(try await inboxes.pass(lee, mailboxes))
        #expect(queue.taken.count == 3)
        #expect(try await mailboxes.contents(of: nil, of: "lee")?.messages.count == 2)
    }

    @Test("One that the queue doesn't take keeps no other")
    func oneByOne() async throws {
        let place = try Workplace()
        let (mailboxes, queue) = (try mailboxes(in: place), Queue())
        let inboxes = inboxes(mailboxes, queue)
        let lee = try #require(mailboxes.directory.handedMailbox("lee"))
        try Self.makeMaildir(in: place)
        for number in 1...3 {
            try place.write("Subject: x\n\nHi.\n", to: "lee/new/170000000\(number).M1RE\(number).mx")
        }
        queue.refuse("E1")
        queue.refuse("E2")
        await #expect(throws: DeliveryError.self) { try await inboxes.pass(lee, mailboxes) }
        #expect(queue.taken.map(\.envelope.id) == ["E3"])
        #expect(try await mailboxes.contents(of: nil, of: "lee")?.messages.count == 2)
    }
}
