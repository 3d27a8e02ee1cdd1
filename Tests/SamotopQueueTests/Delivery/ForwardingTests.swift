import SMTP
import SamotopCore
import SamotopTesting
import Synchronization
import Testing

@testable import SamotopQueue

/// Aliases of ours that lead to other servers.
@Suite struct ForwardingTests {
    /// `mixed@our.test` leads to a mailbox and away, `away@our.test` only away.
    private struct House: BatchDeliveryAgent {
        let box = MemoryMailboxes(["bob@our.test": ["bob"]])

        func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer {
            let away = Destination.remote(Sample.mailbox("x@far.test"))
            switch path.mailbox {
            case Sample.mailbox("mixed@our.test"): return .destinations([.mailbox("bob"), away])
            case Sample.mailbox("away@our.test"): return .destinations([away])
            default: return try await box.resolve(path)
            }
        }

        func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
            try await box.deliver(message, to: recipients)
        }

        func deliver(_ batch: [ReceivedMessage], isReplay: Bool) async -> [DeliveryError?] {
            await box.deliver(batch, isReplay: isReplay)
        }
    }

    /// Rewrites everybody but `long@…`.
    private struct Rule: ForwardingRule {
        func sender(of message: ReceivedMessage) throws(DeliveryError) -> ForwardingSender {
            if message.envelope.reversePath.mailbox == Sample.mailbox("long@out.test") {
                throw .failed(cause: "too long")
            }
            return ForwardingSender(
                reversePath: .mailbox(Sample.mailbox("srs@our.test")), submitter: Submitter(.local, name: "forwarding"))
        }
    }

    private func received(
        _ id: String, from sender: String = "ann@out.test", to destinations: [Destination],
        submitter: Submitter? = nil
    ) -> ReceivedMessage {
        ReceivedMessage(
            envelope: Envelope(
                id: id, reversePath: .mailbox(Sample.mailbox(sender)), parameters: MailParameters(),
                recipients: [
                    Recipient(
                        path: .mailbox(Sample.mailbox("mixed@our.test")), parameters: RcptParameters(),
                        destinations: destinations)
                ], submitter: submitter),
            trace: Array("Return-Path: <ann@out.test>\r\nX-Seal: 1\r\n".utf8), content: MemoryContent(Array("x".utf8)),
            received: Sample.start)
    }

    private static let away = Destination.remote(Sample.mailbox("x@far.test"))

    @Test("A stranger's message goes on in the rule's name, a submitter's in its own")
    func names() async throws {
        let (house, queue) = (House(), MemoryIntake())
        let delivery = QueuedDelivery(around: house, queue: queue, forwarding: Rule())
        let stranger = received("1", to: [.mailbox("bob"), Self.away])
        try await delivery.deliver(stranger, to: stranger.envelope.recipients)
        let ours = received("2", to: [Self.away], submitter: Submitter(.authenticated, name: "ann"))
        try await delivery.deliver(ours, to: ours.envelope.recipients)
        let senders = queue.messages.map(\.message.reversePath.mailbox)
        #expect(senders == [Sample.mailbox("srs@our.test"), Sample.mailbox("ann@out.test")])
        #expect(queue.messages.map(\.message.submitter.name) == ["forwarding", "ann"])
        #expect(
            queue.messages.map { try? $0.content.octets() } == Array(repeating: Array("X-Seal: 1\r\nx".utf8), count: 2))
        #expect(house.box.delivered.map(\.reversePath) == [.mailbox(Sample.mailbox("ann@out.test"))])
    }

    @Test("Without a rule nobody answers for a stranger's message")
    func noRule() async throws {
        let (house, queue) = (House(), MemoryIntake())
        let stranger = received("1", to: [Self.away])
        try await QueuedDelivery(around: house, queue: queue).deliver(stranger, to: stranger.envelope.recipients)
        #expect(queue.messages.map(\.message.reversePath.mailbox) == [Sample.mailbox("ann@out.test")])
        #expect(queue.messages.map(\.message.submitter.kind) == [.stranger])
    }

    @Test("In a batch, one that can't go on keeps none of the others, and is delivered to nobody")
    func batch() async throws {
        let (house, queue) = (House(), MemoryIntake())
        let delivery = QueuedDelivery(around: house, queue: queue, forwarding: Rule())
        let batch = [
            received("1", to: [.mailbox("bob"), Self.away]),
            received("2", from: "long@out.test", to: [.mailbox("bob"), Self.away]),
            received("3", to: [.mailbox("bob")]),
        ]
        #expect(await delivery.deliver(batch, isReplay: false) == [nil, .failed(cause: "too long"), nil])
        #expect(queue.messages.map(\.message.id) == ["1"])
        #expect(house.box.delivered.map(\.id) == ["1", "3"])
    }

    private func job(to recipient: String) -> DeliveryJob {
        let message = Sample.message("n", to: [recipient], from: nil, submitter: .queue)
        return DeliveryJob(
            id: DeliveryJobID(1), message: message.message,
            recipients: [QueuedRecipient(number: 0, path: Sample.mailbox(recipient))],
            destination: QueueDestination(name: "our.test"))
    }

    /// Remembers whom it was asked to bring mail, and says one thing.
    private final class Relay: OutboundTransport {
        private let seen = Mutex<[String]>([])
        private let outcome: RecipientOutcome
        init(_ outcome: RecipientOutcome) { self.outcome = outcome }
        var jobs: [String] { seen.withLock { $0 } }
        func deliver(_ job: DeliveryJob, content: any MailContent) async -> DeliveryReport {
            let words = job.recipients.map { String(decoding: $0.path.bytes, as: UTF8.self) } + [job.destination.text]
            seen.withLock { $0.append(words.joined(separator: " ")) }
            return DeliveryReport(outcomes: [outcome], tls: DeliveredTLS(version: "TLSv1.3", verifiedBy: .dane))
        }
    }

    @Test(
        "Mail for an alias that leads to one address elsewhere goes there, and what it comes to is the outcome",
        arguments: [.delivered(Sample.accepted), .refused(Sample.unknown), .postponed(Sample.greylisted)]
            as [RecipientOutcome])
    func away(_ outcome: RecipientOutcome) async throws {
        let (house, relay, queue) = (House(), Relay(outcome), MemoryIntake())
        let transport = LocalTransport(mailboxes: house, others: relay, queue: queue)
        let report = await transport.deliver(job(to: "away@our.test"), content: MemoryContent(Array("x".utf8)))
        #expect(relay.jobs == ["x@far.test far.test"])
        #expect(report.outcomes == [outcome] && !report.isLocal)
        #expect(report.tls == DeliveredTLS(version: "TLSv1.3", verifiedBy: .dane))
        #expect(house.box.delivered.isEmpty && queue.messages.isEmpty)
    }

    @Test(
        "Where an alias leads to a mailbox and elsewhere, each copy has its own fate: the other server keeps ours from nothing"
    )
    func mixed() async throws {
        let (house, relay, queue) = (House(), Relay(.postponed(Sample.unreachable)), MemoryIntake())
        let transport = LocalTransport(mailboxes: house, others: relay, queue: queue)
        let report = await transport.deliver(job(to: "mixed@our.test"), content: MemoryContent(Array("x".utf8)))
        #expect(report.outcomes == [.delivered(RemoteReply(code: 250, status: EnhancedStatusCode(2, 0, 0)))])
        #expect(report.isLocal && relay.jobs.isEmpty)
        #expect(house.box.delivered.map(\.id) == ["n"])
        #expect(queue.messages.map(\.message.id) == ["n-0a0"])
        #expect(queue.messages.map(\.message.reversePath) == [.null])
        #expect(queue.messages.flatMap(\.recipients).map(\.path) == [Sample.mailbox("x@far.test")])
    }

    @Test(
        "A refusal of the copy for the other server is told to the sender as any other, by the alias that was written to"
    )
    func refusedCopy() async throws {
        let queue = MemoryIntake()
        let transport = LocalTransport(mailboxes: House(), others: Relay(.delivered(Sample.accepted)), queue: queue)
        let message = Sample.message("m", to: ["mixed@our.test"], submitter: Submitter(.authenticated, name: "ann"))
        let job = DeliveryJob(
            id: DeliveryJobID(1), message: message.message,
            recipients: [QueuedRecipient(number: 3, path: Sample.mailbox("mixed@our.test"))],
            destination: QueueDestination(name: "our.test"))
        _ = await transport.deliver(job, content: MemoryContent(Array("x".utf8)))
        let copy = try #require(queue.messages.first)
        #expect(copy.message.id == "m-3a0" && copy.message.reversePath == message.message.reversePath)
        #expect(copy.message.submitter.mayBeNotified)
        #expect(copy.recipients.first?.parameters.originalRecipient?.address == Array("mixed@our.test".utf8))
    }

    @Test(
        "A mailbox that can't be written, or a queue that takes nothing, has it tried again; nothing has gone out before"
    )
    func localFailure() async throws {
        let (house, queue) = (House(), MemoryIntake())
        house.box.fail(with: .failed(cause: "test"))
        let transport = LocalTransport(mailboxes: house, others: Relay(.delivered(Sample.accepted)), queue: queue)
        let report = await transport.deliver(job(to: "mixed@our.test"), content: MemoryContent([]))
        guard case .postponed(let failure)? = report.outcomes.first else {
            return _ = Issue.record("\(report.outcomes)")
        }
        #expect(failure.status == EnhancedStatusCode(4, 3, 0) && queue.messages.isEmpty)
        let closed = LocalTransport(mailboxes: House(), others: Relay(.delivered(Sample.accepted)), queue: QueueDoor())
        let later = await closed.deliver(job(to: "mixed@our.test"), content: MemoryContent([]))
        guard case .postponed(let full)? = later.outcomes.first else { return _ = Issue.record("\(later.outcomes)") }
        #expect(full.status == EnhancedStatusCode(4, 3, 1))
    }

    @Test("A server that can't be reached doesn't pause our own mailboxes")
    func hostWide() async throws {
        let transport = LocalTransport(
            mailboxes: House(), others: Relay(.postponed(Sample.unreachable)), queue: MemoryIntake())
        let report = await transport.deliver(job(to: "away@our.test"), content: MemoryContent([]))
        guard case .postponed(let failure)? = report.outcomes.first else {
            return _ = Issue.record("\(report.outcomes)")
        }
        #expect(!failure.isHostWide && failure.status == Sample.unreachable.status)
    }

    @Test("A notification goes to whom its writer names")
    func recipient() async throws {
        struct Elsewhere: NoticeWriter {
            func write(_ notice: Notice, content: (any MailContent)?) async throws -> WrittenNotice {
                WrittenNotice(content: MemoryContent(Array("x".utf8)), recipient: Sample.mailbox("joe@legit.test"))
            }
        }
        let clock = ManualClock()
        let peers = FakePeers { job, _ in
            job.message.reversePath == .null ? .delivered(Sample.accepted) : .refused(Sample.unknown)
        }
        let seen = Collector<String>()
        let watching = WatchingTransport(inner: peers) { job in
            seen.add(job.recipients.map { String(decoding: $0.path.bytes, as: UTF8.self) }.joined())
        }
        let service = QueueService(
            store: MemoryQueueStore(), transport: watching, notices: Elsewhere(), clock: clock,
            sleeper: ManualSleeper(clock), seed: 1)
        let run = Task { try await service.run() }
        _ = try await service.add([Sample.message("m", from: "SRS0=x@our.test")])
        while peers.attempts < 2 { await Task.yield() }
        #expect(seen.all == ["bob@a.test", "joe@legit.test"])
        await service.stop()
        try await run.value
    }

    private struct WatchingTransport: OutboundTransport {
        let inner: FakePeers
        let watch: @Sendable (DeliveryJob) -> Void
        func deliver(_ job: DeliveryJob, content: any MailContent) async -> DeliveryReport {
            watch(job)
            return await inner.deliver(job, content: content)
        }
    }
}
