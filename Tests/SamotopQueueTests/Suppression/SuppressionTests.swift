import SMTP
import SamotopCore
import SamotopTesting
import Synchronization
import Testing

@testable import SamotopQueue

@Suite struct SuppressionTests {
    private static let ann = Submitter(.authenticated, name: "ann")
    private static let bob = Submitter(.authenticated, name: "bob")

    /// Answers by the recipient's local-part, and remembers who was written to.
    private final class Relay: OutboundTransport {
        private let seen = Mutex<[[String]]>([])
        var asked: [[String]] { seen.withLock { $0 } }

        func deliver(_ job: DeliveryJob, content: any MailContent) async -> DeliveryReport {
            let names = job.recipients.map { String(decoding: $0.path.bytes, as: UTF8.self) }
            seen.withLock { $0.append(names) }
            return DeliveryReport(
                outcomes: names.map { $0.hasPrefix("gone") ? .refused(Sample.unknown) : .delivered(Sample.accepted) },
                tls: DeliveredTLS(version: "TLSv1.3", verifiedBy: .dane))
        }
    }

    private struct World {
        let relay = Relay()
        let store = MemorySuppressionStore()
        let clock = ManualClock(seconds: Sample.start.seconds)
        let alarms = Collector<String>()
        var transport: SuppressingTransport {
            SuppressingTransport(around: relay, store: store, clock: clock, alarm: { [alarms] in alarms.add($0) })
        }

        func send(
            to recipients: [String], by submitter: Submitter = ann, from sender: String? = "ann@our.test",
            original: String? = nil, over transport: SuppressingTransport? = nil
        ) async -> DeliveryReport {
            let message = Sample.message("m", to: recipients, from: sender, submitter: submitter)
            var parameters = RcptParameters()
            parameters.originalRecipient = original.flatMap {
                OriginalRecipient(addressType: Array("rfc822".utf8), address: Array($0.utf8))
            }
            let job = DeliveryJob(
                id: DeliveryJobID(1), message: message.message,
                recipients: recipients.enumerated().map {
                    QueuedRecipient(number: $0.offset, path: Sample.mailbox($0.element), parameters: parameters)
                }, destination: QueueDestination(name: "a.test"))
            return await (transport ?? self.transport).deliver(job, content: message.content)
        }
    }

    private static func stages(_ report: DeliveryReport) -> [AttemptStage?] {
        report.outcomes.map { outcome in
            if case .refused(let failure) = outcome { failure.stage } else { nil }
        }
    }

    @Test("Who was refused for good isn't written to again by that account; the others of the message are")
    func suppressed() async throws {
        let world = World()
        let first = await world.send(to: ["gone@a.test", "ok@a.test"])
        #expect(Self.stages(first) == [.rcpt, nil])
        // Letter case counts in the local-part alone (RFC 5321 §2.4).
        let second = await world.send(to: ["ok@a.test", "gone@A.TEST", "gone2@a.test"])
        #expect(Self.stages(second) == [nil, .suppressed, .rcpt])
        #expect(second.tls?.verifiedBy == .dane)
        guard case .refused(let failure) = second.outcomes[1] else { return }
        #expect(failure.status == EnhancedStatusCode(5, 1, 1) && !failure.isHostWide && failure.reply == nil)
        #expect(failure.words.contains("samotop queue suppressed remove"))
        let third = await world.send(to: ["gone@a.test"])
        #expect(Self.stages(third) == [.suppressed])
        #expect(world.relay.asked == [["gone@a.test", "ok@a.test"], ["ok@a.test", "gone2@a.test"]])
        #expect(Self.stages(await world.send(to: ["Gone@a.test"])) == [nil])
        #expect(Self.stages(await world.send(to: ["gone@a.test"], by: Self.bob)) == [.rcpt])
    }

    @Test("It is over after its time, and when it is lifted")
    func over() async throws {
        let world = World()
        _ = await world.send(to: ["gone@a.test"])
        world.clock.advance(by: 90 * 86_400 - 1)
        #expect(Self.stages(await world.send(to: ["gone@a.test"])) == [.suppressed])
        world.clock.advance(by: 1)
        #expect(Self.stages(await world.send(to: ["gone@a.test"])) == [.rcpt])
        #expect(Self.stages(await world.send(to: ["gone@a.test"])) == [.suppressed])
        #expect(try await world.store.remove(Sample.mailbox("gone@a.test"), for: Self.bob) == 0)
        #expect(try await world.store.remove(Sample.mailbox("gone@a.test"), for: Self.ann) == 1)
        #expect(Self.stages(await world.send(to: ["gone@a.test"])) == [.rcpt])
    }

    @Test("Notifications, reports, strangers' mail and what an alias leads to heed it never, and add nothing")
    func exempt() async throws {
        let world = World()
        _ = await world.send(to: ["gone@a.test"], from: nil)
        _ = await world.send(to: ["gone@a.test"], by: .queue)
        _ = await world.send(to: ["gone@a.test"], by: .tlsReports)
        _ = await world.send(to: ["gone@a.test"], by: Submitter(.stranger, name: ""))
        _ = await world.send(to: ["gone@a.test"], original: "alias@our.test")
        #expect(try await world.store.list(for: nil, now: 0, limit: 10).isEmpty)
        _ = await world.send(to: ["gone@a.test"], original: "gone@A.test")
        #expect(try await world.store.list(for: nil, now: 0, limit: 10).map(\.submitter) == [Self.ann])
        #expect(Self.stages(await world.send(to: ["gone@a.test"], from: nil)) == [.rcpt])
        #expect(Self.stages(await world.send(to: ["gone@a.test"], original: "alias@our.test")) == [.rcpt])
    }

    @Test("Only the peer's word that there is no such mailbox counts: not policy, size, silence or the DNS")
    func codes() {
        let rule = SuppressionRule()
        func counts(_ detail: (UInt16, UInt16), hasReply: Bool = true) -> Bool {
            let status = EnhancedStatusCode(5, detail.0, detail.1)
            return rule.suppresses(
                AttemptFailure(
                    stage: .rcpt, reply: hasReply ? RemoteReply(code: 550, status: status) : nil, status: status,
                    words: "no", isHostWide: false))
        }
        for detail in [(1, 1), (1, 3), (1, 6), (1, 10), (2, 1)] as [(UInt16, UInt16)] {
            #expect(counts(detail))
            #expect(!counts(detail, hasReply: false))
        }
        for detail in [(0, 0), (1, 0), (1, 2), (1, 7), (1, 8), (2, 2), (3, 4), (7, 1), (7, 26), (7, 27)]
            as [(UInt16, UInt16)]
        {
            #expect(!counts(detail))
        }
    }

    @Test("A store that can't be asked or written keeps nothing from leaving, and says so without addresses")
    func failing() async throws {
        struct Broken: SuppressionStore {
            struct Failure: Error {}
            func suppressed(_: [Mailbox], for _: Submitter, now _: Int64) async throws -> [SuppressedAddress?] {
                throw Failure()
            }
            func add(_: [SuppressedAddress]) async throws { throw Failure() }
            func remove(_: Mailbox, for _: Submitter?) async throws -> Int { throw Failure() }
            func list(for _: Submitter?, now _: Int64, limit _: Int) async throws -> [SuppressedAddress] { [] }
            func expire(before _: Int64) async throws -> Int { 0 }
        }
        let world = World()
        let transport = SuppressingTransport(
            around: world.relay, store: Broken(), clock: world.clock,
            alarm: { [alarms = world.alarms] in alarms.add($0) })
        let report = await world.send(to: ["gone@a.test", "ok@a.test"], over: transport)
        #expect(Self.stages(report) == [.rcpt, nil])
        #expect(world.alarms.all.count == 2 && !world.alarms.all.joined().contains("@"))
    }

    @Test("Over its limits the oldest leave: of the account, then of all")
    func limits() async throws {
        var limits = SuppressionLimits()
        (limits.ofSubmitter, limits.total) = (2, 3)
        let store = MemorySuppressionStore(limits: limits)
        for (time, submitter, name) in [(1, Self.ann, "a"), (2, Self.ann, "b"), (3, Self.ann, "c"), (4, Self.bob, "d")]
        {
            try await store.add([
                SuppressedAddress(
                    submitter: submitter, address: Sample.mailbox("\(name)@a.test"), since: Int64(time), expires: 100)
            ])
        }
        func names() async throws -> [Mailbox] { try await store.list(for: nil, now: 5, limit: 10).map(\.address) }
        #expect(try await names() == ["d", "c", "b"].map { Sample.mailbox("\($0)@a.test") })
        try await store.add([
            SuppressedAddress(submitter: Self.bob, address: Sample.mailbox("e@a.test"), since: 5, expires: 6)
        ])
        #expect(try await names() == ["e", "d", "c"].map { Sample.mailbox("\($0)@a.test") })
        #expect(try await store.list(for: Self.bob, now: 6, limit: 10).count == 1)
        #expect(try await store.expire(before: 6) == 1)
    }
}
