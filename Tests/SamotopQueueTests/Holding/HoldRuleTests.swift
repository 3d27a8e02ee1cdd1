import SMTP
import SamotopCore
import SamotopTesting
import Synchronization
import Testing

@testable import SamotopQueue

@Suite("Rules that have mail wait for a person")
struct HoldRuleTests {
    private static let ann = Submitter(.authenticated, name: "Ann@our.test")

    /// Takes everything, and remembers who was written to.
    private final class Relay: OutboundTransport {
        private let seen = Mutex<[[String]]>([])
        var asked: [[String]] { seen.withLock { $0 } }

        func deliver(_ job: DeliveryJob, content: any MailContent) async -> DeliveryReport {
            seen.withLock { $0.append(job.recipients.map { String(decoding: $0.path.bytes, as: UTF8.self) }) }
            return DeliveryReport(outcomes: job.recipients.map { _ in .delivered(Sample.accepted) })
        }
    }

    private let relay = Relay()

    /// For each recipient the words that it is held with; nil: it went.
    private func send(
        _ rules: [HoldRule], to recipients: [String] = ["bob@a.test"], by submitter: Submitter = ann,
        from sender: String? = "ann@our.test", attempts: Int = 0
    ) async -> [String?] {
        let message = Sample.message("m", to: recipients, from: sender, submitter: submitter)
        let job = DeliveryJob(
            id: DeliveryJobID(1), message: message.message,
            recipients: recipients.enumerated().map {
                QueuedRecipient(number: $0.offset, path: Sample.mailbox($0.element), attempts: attempts)
            }, destination: QueueDestination(name: "a-route"))
        let report = await HoldingTransport(
            around: relay, rules: rules,
            asciiDomain: {
                String(decoding: $0, as: UTF8.self) == "bücher.test" ? Array("xn--bcher-kva.test".utf8) : nil
            }
        ).deliver(job, content: message.content)
        return report.outcomes.map { outcome in
            guard case .held(let reason) = outcome else { return nil }
            #expect(reason.kind == .policy)
            return reason.words
        }
    }

    private func rule(_ change: (inout HoldRule) -> Void) -> HoldRule {
        var rule = HoldRule(name: "mine")
        change(&rule)
        return rule
    }

    @Test("Some recipients wait, the others get it; once released, all do")
    func partly() async {
        let rule = rule { $0.domains = ["b.test"] }
        let outcomes = await send([rule], to: ["x@a.test", "y@B.test", "z@a.test"])
        #expect(outcomes == [nil, "the rule mine wants a person to look at it", nil])
        #expect(relay.asked == [["x@a.test", "z@a.test"]])
        #expect(await send([rule], to: ["y@b.test"], attempts: 1) == [nil])
    }

    @Test("A domain, those below one, and one that is spelled in letters of its own")
    func domains() async {
        let exact = rule { $0.domains = ["a.test"] }
        let below = rule { $0.domains = [".a.test"] }
        #expect(
            await send([exact], to: ["x@a.test", "x@sub.a.test", "x@ba.test"]).map { $0 != nil } == [
                true, false, false,
            ])
        #expect(
            await send([below], to: ["x@a.test", "x@sub.a.test", "x@x.sub.a.test"]).map { $0 != nil } == [
                false, true, true,
            ])
        let ascii = rule { $0.domains = ["xn--bcher-kva.test"] }
        #expect(await send([ascii], to: ["x@bücher.test"])[0] != nil)
    }

    @Test("All conditions have to fit: whose message, to whom, and how big")
    func conditions() async {
        let rule = rule {
            $0.accounts = ["ann@our.test"]
            $0.domains = ["a.test"]
            $0.above = 1
        }
        #expect(await send([rule])[0] != nil)
        #expect(await send([rule], by: Submitter(.authenticated, name: "bob@our.test")) == [nil])
        #expect(await send([rule], by: Submitter(.local, name: "ann@our.test")) == [nil])
        #expect(await send([rule], to: ["x@c.test"]) == [nil])
        let size = Sample.message("m", to: ["x@a.test"], from: "a@b.test", submitter: Self.ann).message.size
        #expect(await send([self.rule { $0.above = size }]) == [nil])
        #expect(await send([self.rule { $0.above = size - 1 }])[0] != nil)
    }

    @Test("C06: notifications wait for nobody")
    func notifications() async { #expect(await send([HoldRule(name: "all")], from: nil) == [nil]) }
}
