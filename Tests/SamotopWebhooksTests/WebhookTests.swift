import Crypto
import Foundation
import SMTP
import SamotopCore
import SamotopQueue
import SamotopTesting
import Synchronization
import Testing

@testable import SamotopWebhooks

@Suite struct WebhookTests {
    private static let secret = Array("a secret of many octets".utf8)

    /// Answers as it is told, and remembers what came.
    private final class Receiver: WebhookPosting {
        struct Post: Sendable {
            let body: [UInt8]
            let fields: [String: String]
            let url: String
        }
        struct Unreachable: Error {}
        private let posts = Mutex<[Post]>([])
        private let answer: @Sendable (Int) throws -> Int
        init(_ answer: @escaping @Sendable (Int) throws -> Int = { _ in 200 }) { self.answer = answer }
        var all: [Post] { posts.withLock { $0 } }

        func post(_ body: [UInt8], fields: [(name: String, value: String)], to url: String) async throws -> Int {
            let post = Post(body: body, fields: Dictionary(fields.map { ($0.name, $0.value) }) { $1 }, url: url)
            let number = posts.withLock { posts in
                posts.append(post)
                return posts.count
            }
            return try answer(number)
        }
    }

    private struct Body: Decodable {
        struct Event: Decodable {
            struct TLS: Decodable { let version, verifiedBy: String }
            struct Failure: Decodable { let status: String; let reply: [String] }
            let event, message, sender, submitter, recipient, destination: String
            let time: Int64
            let tls: TLS?
            let failure: Failure?
            let hold: String?
        }
        let hook, delivery: String
        let events: [Event]
    }

    private static func body(_ post: Receiver.Post) throws -> Body {
        try JSONDecoder().decode(Body.self, from: Data(post.body))
    }

    /// What the queue tells of a message to `recipients`, by the first letter of each.
    private func outcomes(_ recipients: [String], from sender: String? = "ann@our.test") throws -> [QueueOutcome] {
        var scheduler = QueueScheduler(seed: 1)
        scheduler.tellsOutcomes = true
        let path = try sender.map { ReversePath.mailbox(try #require(Mailbox($0))) } ?? .null
        let now = Timestamp(seconds: 1_700_000_000)
        let message = QueuedMessage(
            id: "m", reversePath: path, submitter: Submitter(.authenticated, name: "ann"), arrived: now, size: 1)
        let facts = try MessageFacts(
            NewMessage(
                message, to: try recipients.map { NewRecipient(try #require(Mailbox($0))) },
                content: MemoryContent([0x78])))
        _ = scheduler.add(facts, now: now)
        var effects = QueueEffects()
        var found: [QueueOutcome] = []
        while let job = scheduler.nextJob(now: now, &effects) {
            let results = job.recipients.map { recipient -> RecipientOutcome in
                switch recipient.path.bytes.first {
                case UInt8(ascii: "f"):
                    .refused(
                        AttemptFailure(
                            stage: .rcpt, reply: RemoteReply(code: 550, lines: [Array("no such user".utf8)]),
                            status: EnhancedStatusCode(5, 1, 1), words: "no", isHostWide: false))
                case UInt8(ascii: "h"): .held(HoldReason(.signature, words: "another key"))
                default: .delivered(RemoteReply(code: 250))
                }
            }
            let tls = DeliveredTLS(version: "TLSv1.3", verifiedBy: .mtaSTS)
            found += scheduler.finish(job.id, DeliveryReport(outcomes: results, tls: tls), now: now).outcomes
        }
        return found
    }

    private func hook(_ name: String = "crm", _ events: Set<QueueOutcome.Kind> = Set(QueueOutcome.Kind.allCases)) throws
        -> Webhook
    {
        try #require(Webhook(name: name, url: "https://hooks.example.org/\(name)", secret: Self.secret, events: events))
    }

    /// Runs hooks until `isDone`; time passes when something sleeps.
    private func run(
        _ hooks: [Webhook], _ receiver: Receiver, _ outcomes: [QueueOutcome], limits: WebhookLimits = WebhookLimits(),
        until isDone: @escaping (Webhooks, [WebhookReport]) -> Bool
    ) async -> (pauses: [Int64], reports: [WebhookReport], dropped: Int) {
        let (clock, pauses, reports) = (ManualClock(), Collector<Int64>(), Collector<WebhookReport>())
        let webhooks = Webhooks(
            hooks, poster: receiver, limits: limits, clock: clock,
            sleep: { seconds in
                try Task.checkCancellation()
                pauses.add(seconds)
                clock.advance(by: seconds)
                await Task.yield()
            }, report: { reports.add($0) })
        for outcome in outcomes { webhooks.take(outcome) }
        let task = Task { await webhooks.run() }
        while !isDone(webhooks, reports.all) { await Task.yield() }
        task.cancel()
        await task.value
        return (pauses.all, reports.all, webhooks.dropped)
    }

    @Test("Outcomes come as one signed post, with addresses and TLS, and without any content")
    func posted() async throws {
        let receiver = Receiver()
        let all = try outcomes(["d@a.test", "f@a.test", "h@a.test"])
        let (_, reports, _) = await run([try hook()], receiver, all) { _, _ in receiver.all.count == 1 }
        let post = try #require(receiver.all.first)
        let body = try Self.body(post)
        #expect(post.url == "https://hooks.example.org/crm" && body.hook == "crm" && reports.isEmpty)
        #expect(body.events.map(\.event) == ["delivered", "failed", "held"])
        #expect(body.events.map(\.recipient) == ["d@a.test", "f@a.test", "h@a.test"])
        #expect(body.events.allSatisfy { $0.message == "m" && $0.sender == "ann@our.test" && $0.submitter == "ann" })
        #expect(body.events[0].tls?.version == "TLSv1.3" && body.events[0].tls?.verifiedBy == "mtaSTS")
        #expect(body.events[1].failure?.status == "5.1.1" && body.events[1].failure?.reply == ["550 no such user"])
        #expect(body.events[2].hold == "another key" && body.events[2].time == 1_700_000_000)
        #expect(post.fields["samotop-delivery"] == body.delivery)
        #expect(post.fields["content-type"] == "application/json")
        // The documented form, made anew.
        let timestamp = try #require(post.fields["samotop-timestamp"])
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(timestamp).".utf8) + Data(post.body), using: SymmetricKey(data: Self.secret))
        let hex = code.map { String(format: "%02x", $0) }.joined()
        #expect(post.fields["samotop-signature"] == "v1=" + hex)
    }

    @Test("A hook is told what it asked for; nobody is told of notifications")
    func chosen() async throws {
        let receiver = Receiver()
        let all = try outcomes(["d@a.test", "f@a.test"]) + outcomes(["f@b.test"], from: nil)
        _ = await run([try hook("one", [.failed]), try hook("two", [.delivered])], receiver, all) { _, _ in
            receiver.all.count == 2
        }
        let found = try receiver.all.map(Self.body).sorted { $0.hook < $1.hook }
        #expect(found.map { $0.events.map(\.recipient) } == [["f@a.test"], ["d@a.test"]])
    }

    @Test("What isn't taken is tried again, ever more rarely, with the same id and a new timestamp")
    func retried() async throws {
        let receiver = Receiver { number in
            if number == 1 { throw Receiver.Unreachable() }
            return number < 5 ? 503 : 204
        }
        let (pauses, reports, dropped) = await run([try hook()], receiver, try outcomes(["d@a.test"])) { _, reports in
            reports.count == 2
        }
        #expect(pauses == [1, 2, 4, 8] && dropped == 0)
        #expect(reports.last == .recovered(hook: "crm"))
        #expect(Set(try receiver.all.map { try Self.body($0).delivery }).count == 1)
        #expect(Set(receiver.all.map { $0.fields["samotop-timestamp"] ?? "" }).count == 5)
    }

    @Test("After a day it is dropped, counted and told; what came since goes its way")
    func dropped() async throws {
        var limits = WebhookLimits()
        limits.batch = 1
        let receiver = Receiver { _ in 404 }
        let all = try outcomes(["d@a.test", "e@a.test"])
        let (pauses, reports, dropped) = await run([try hook()], receiver, all, limits: limits) { hooks, _ in
            hooks.dropped == 2
        }
        #expect(dropped == 2 && pauses.max() == 300)
        #expect(reports.filter { $0 == .dropped(hook: "crm", events: 1) }.count == 2)
        #expect((86_400...86_700).contains(pauses.reduce(0, +) / 2))
    }

    @Test("More than may wait is dropped; what is left at the end, too; both are counted and told")
    func bounded() async throws {
        var limits = WebhookLimits()
        (limits.waiting, limits.batch) = (3, 2)
        let receiver = Receiver()
        let all = try outcomes((0..<5).map { "d\($0)@a.test" })
        let (_, reports, dropped) = await run([try hook()], receiver, all, limits: limits) { _, _ in
            receiver.all.count == 2
        }
        #expect(dropped == 2 && reports == [.dropped(hook: "crm", events: 2)])
        #expect(try receiver.all.map { try Self.body($0).events.count } == [2, 1])
    }

    @Test("A short secret is none")
    func secrets() {
        #expect(Webhook(name: "x", url: "https://a.example/", secret: [UInt8](repeating: 1, count: 15)) == nil)
    }
}
