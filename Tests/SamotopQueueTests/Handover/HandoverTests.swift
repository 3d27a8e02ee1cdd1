import SMTP
import SamotopCore
import SamotopTesting
import Synchronization
import Testing

@testable import SamotopQueue

/// Mailboxes whose mail is handed to a server or to a program: `lee@our.test` and `pam@our.test`; `bob@our.test` has a Maildir.
@Suite struct HandoverTests {
    private static func house() -> MemoryMailboxes {
        MemoryMailboxes(["bob@our.test": ["bob"], "lee@our.test": ["lee"], "pam@our.test": ["pam"]])
    }

    private struct Rule: ForwardingRule {
        func sender(of message: ReceivedMessage) throws(DeliveryError) -> ForwardingSender {
            throw .failed(cause: "nothing is forwarded")
        }
        func submitter(of message: ReceivedMessage) -> Submitter { Submitter(.local, name: "proved") }
    }

    private static func place(_ name: String, _ path: ForwardPath) -> HandedPlace? {
        guard name == "lee" || name == "pam" else { return nil }
        let own = Sample.mailbox("\(name)@our.test")
        let tagged = path.mailbox == Sample.mailbox("\(name)+x@our.test")
        return HandedPlace(
            tagged ? path.mailbox ?? own : own,
            name == "lee" ? QueueDestination(.lmtp, "/run/lmtp") : QueueDestination(.command, "pam"))
    }

    private func handing(_ house: MemoryMailboxes, _ queue: MemoryIntake) -> HandingOver {
        HandingOver(around: house, queue: queue, forwarding: Rule(), heldFolder: "New contacts", place: Self.place)
    }

    private func received(
        _ id: String, _ recipients: [(String, [Destination])], submitter: Submitter? = nil
    ) -> ReceivedMessage {
        ReceivedMessage(
            envelope: Envelope(
                id: id, reversePath: .mailbox(Sample.mailbox("ann@out.test")), parameters: MailParameters(),
                recipients: recipients.map {
                    Recipient(path: .mailbox(Sample.mailbox($0.0)), parameters: RcptParameters(), destinations: $0.1)
                }, submitter: submitter),
            trace: Array("Return-Path: <ann@out.test>\r\nReceived: x\r\n".utf8),
            content: MemoryContent(Array("x".utf8)), received: Sample.start)
    }

    @Test("Each mailbox gets one copy, by the queue or here, and the sender's name stays")
    func parts() async throws {
        let (house, queue) = (Self.house(), MemoryIntake())
        let message = received(
            "1",
            [
                ("all@our.test", [.mailbox("bob"), .mailbox("lee"), .mailbox("pam")]),
                ("lee+x@our.test", [.folder("x", of: "lee")]), ("bob@our.test", [.mailbox("bob")]),
            ])
        try await handing(house, queue).deliver(message, to: message.envelope.recipients)
        #expect(Set(house.delivered.map(\.mailbox)) == ["bob"])
        let queued = try #require(queue.messages.first)
        #expect(queue.messages.count == 1 && queued.message.id.hasPrefix("1-m"))
        #expect(queued.message.reversePath.mailbox == Sample.mailbox("ann@out.test"))
        #expect(queued.message.submitter == Submitter(.local, name: "proved"))
        #expect(queued.recipients.map(\.path) == ["lee@our.test", "pam@our.test"].map(Sample.mailbox))
        #expect(queued.recipients.map(\.destination.text) == ["lmtp:/run/lmtp", "command:pam"])
        // RFC 5321 §4.4: only final delivery writes a Return-Path. RFC 3461 §5.2.1: the sender knows the alias.
        #expect(try queued.content.octets() == Array("Received: x\r\nx".utf8))
        #expect(queued.recipients[0].parameters.originalRecipient?.address == Array("all@our.test".utf8))
    }

    @Test("An address that leads to one mailbox alone stays what it was written as; a submitter stays who it is")
    func address() async throws {
        let (house, queue) = (Self.house(), MemoryIntake())
        let ours = Submitter(.authenticated, name: "ann")
        let message = received("2", [("pam+x@our.test", [.folder("x", of: "pam")])], submitter: ours)
        try await handing(house, queue).deliver(message, to: message.envelope.recipients)
        #expect(queue.messages.flatMap(\.recipients).map(\.path) == [Sample.mailbox("pam+x@our.test")])
        #expect(queue.messages.map(\.message.submitter) == [ours])
        #expect(house.delivered.isEmpty)
    }

    @Test("What waits for its owner's word stays")
    func held() async throws {
        let (house, queue) = (Self.house(), MemoryIntake())
        let message = received("3", [("lee@our.test", [.folder("New contacts", of: "lee")])])
        try await handing(house, queue).deliver(message, to: message.envelope.recipients)
        #expect(house.delivered.map(\.folder) == ["New contacts"] && queue.messages.isEmpty)
    }

    @Test("The same message for the same mailboxes has the same id, and encrypted copies for others have others")
    func identifiers() async throws {
        let (house, queue) = (Self.house(), MemoryIntake())
        for names in [["lee"], ["lee"], ["pam"], ["lee", "pam"]] {
            let message = received("4", [("all@our.test", names.map { .mailbox($0) })])
            try await handing(house, queue).deliver(message, to: message.envelope.recipients)
        }
        let ids = queue.messages.map(\.message.id)
        #expect(ids.count == 4 && ids[0] == ids[1] && Set(ids).count == 3)
        #expect(ids.allSatisfy { $0.utf8.count <= 128 })
    }

    @Test("In a batch, one that can't be queued keeps none of the others, and is delivered to nobody")
    func batch() async throws {
        let (house, queue) = (Self.house(), MemoryIntake())
        let batch = [
            received("full", [("all@our.test", [.mailbox("lee"), .mailbox("bob")])]),
            received("5", [("all@our.test", [.mailbox("lee"), .mailbox("bob")])]),
            received("6", [("bob@our.test", [.mailbox("bob")])]),
        ]
        let failures = await handing(house, queue).deliver(batch, isReplay: false)
        #expect(failures == [.insufficientStorage(cause: "the queue: test"), nil, nil])
        #expect(house.delivered.map(\.id) == ["5", "6"])
        #expect(queue.messages.count == 1)
    }

    /// Remembers its jobs, and says something for each recipient.
    private final class Way: OutboundTransport {
        private let seen = Mutex<[[String]]>([])
        private let outcome: RecipientOutcome
        init(_ outcome: RecipientOutcome) { self.outcome = outcome }
        var jobs: [[String]] { seen.withLock { $0 } }
        func deliver(_ job: DeliveryJob, content: any MailContent) async -> DeliveryReport {
            seen.withLock { $0.append(job.recipients.map { String(decoding: $0.path.bytes, as: UTF8.self) }) }
            return DeliveryReport(outcomes: job.recipients.map { _ in outcome })
        }
    }

    private func job(_ recipients: [String], _ destination: QueueDestination) -> DeliveryJob {
        let message = Sample.message("n", to: recipients)
        return DeliveryJob(
            id: DeliveryJobID(1), message: message.message,
            recipients: recipients.enumerated().map { QueuedRecipient(number: $0, path: Sample.mailbox($1)) },
            destination: destination)
    }

    @Test("Recipients go where the directory leads now, together where it is one way, and each has its own outcome")
    func transport() async {
        let (lmtp, program) = (Way(.delivered(Sample.accepted)), Way(.refused(Sample.unknown)))
        let others = Way(.postponed(Sample.unreachable))
        let transport = HandoverTransport(around: others) { address in
            switch String(decoding: address.localPart.content, as: UTF8.self) {
            case "lee", "lee+x":
                HandoverTransport.Way(
                    QueueDestination(.lmtp, "s"), to: Sample.mailbox("lee@our.test"), by: lmtp)
            case "pam": HandoverTransport.Way(QueueDestination(.command, "pam"), to: address, by: program)
            default: nil
            }
        }
        let report = await transport.deliver(
            job(["lee@our.test", "bob@our.test", "pam@our.test", "lee+x@our.test"], QueueDestination(.lmtp, "s")),
            content: MemoryContent([]))
        #expect(lmtp.jobs == [["lee@our.test", "lee@our.test"]])
        #expect(program.jobs == [["pam@our.test"]] && others.jobs == [["bob@our.test"]])
        #expect(
            report.outcomes == [
                .delivered(Sample.accepted), .postponed(Sample.unreachable), .refused(Sample.unknown),
                .delivered(Sample.accepted),
            ])
    }

    @Test("What isn't handed over any more goes by domains: one of them may be another server's by now")
    func domains() async {
        let others = Way(.delivered(Sample.accepted))
        let transport = HandoverTransport(around: others) { _ in nil }
        let report = await transport.deliver(
            job(["lee@our.test", "lee@gone.test", "pam@our.test"], QueueDestination(.lmtp, "s")),
            content: MemoryContent([]))
        #expect(others.jobs == [["lee@our.test", "pam@our.test"], ["lee@gone.test"]])
        #expect(report.outcomes == Array(repeating: .delivered(Sample.accepted), count: 3))
    }

    @Test("Mail that isn't encrypted yet goes by the mailboxes, whoever it is for")
    func notices() async {
        let (lmtp, others) = (Way(.delivered(Sample.accepted)), Way(.delivered(Sample.accepted)))
        let transport = HandoverTransport(around: others) { address in
            HandoverTransport.Way(QueueDestination(.lmtp, "s"), to: address, by: lmtp)
        }
        _ = await transport.deliver(
            job(["lee@our.test"], QueueDestination(name: "our.test")), content: MemoryContent([]))
        #expect(lmtp.jobs.isEmpty && others.jobs == [["lee@our.test"]])
    }
}
