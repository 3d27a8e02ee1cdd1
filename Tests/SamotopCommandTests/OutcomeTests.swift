import SMTP
import SamotopContacts
import SamotopCore
import SamotopQueue
import Testing

@testable import SamotopCommand

@Suite("What became of mail")
struct OutcomeTests {
    private static let now = Timestamp(seconds: 1_700_000_000)

    /// What the queue tells of a message to these, each brought to this end.
    private func outcomes(
        _ recipients: [String], id: String = "01hzzzzzzzzzzzzzzzzzzzzzzz", sender: String? = "Ann@our.test",
        _ outcome: RecipientOutcome, tls: DeliveredTLS? = nil, isLocal: Bool = false
    ) throws -> [QueueOutcome] {
        var scheduler = QueueScheduler(seed: 1)
        scheduler.tellsOutcomes = true
        let path = try sender.map { ReversePath.mailbox(try #require(Mailbox($0))) } ?? .null
        let message = QueuedMessage(
            id: id, reversePath: path, submitter: Submitter(.authenticated, name: "ann"), arrived: Self.now, size: 1)
        let facts = try MessageFacts(
            NewMessage(
                message, to: try recipients.map { NewRecipient(try #require(Mailbox($0))) },
                content: MemoryContent([0x78])))
        _ = scheduler.add(facts, now: Self.now)
        var (effects, found) = (QueueEffects(), [QueueOutcome]())
        while let job = scheduler.nextJob(now: Self.now, &effects) {
            let report = DeliveryReport(
                outcomes: job.recipients.map { _ in outcome }, tls: tls, isLocal: isLocal)
            found += scheduler.finish(job.id, report, now: Self.now).outcomes
        }
        return found
    }

    @Test("Is it encrypted? The words are read back", arguments: DeliveredTLS.Verification.allCases)
    func words(_ how: DeliveredTLS.Verification) {
        for version in ["TLSv1.2", "TLSv1.3"] {
            let tls = DeliveredTLS(version: version, verifiedBy: how)
            #expect(OutcomeWords.tls(in: OutcomeWords.way(tls, isLocal: false)) == tls)
        }
        #expect(OutcomeWords.way(nil, isLocal: false) == "in clear" && OutcomeWords.tls(in: "in clear") == nil)
        #expect(OutcomeWords.tls(in: OutcomeWords.way(nil, isLocal: true)) == nil)
    }

    @Test("The record has a step for each message and domain, with the TLS, and without the recipient")
    func recorded() async throws {
        let store = MemoryAuditStore()
        let auditing = Auditing(store)
        let taps = OutcomeTaps(nil)
        taps.write(to: auditing)
        let tls = DeliveredTLS(version: "TLSv1.3", cipher: "x", verifiedBy: .dane)
        let delivered = RecipientOutcome.delivered(RemoteReply(code: 250))
        for outcome in try outcomes(["a@one.test", "b@one.test", "c@two.test"], delivered, tls: tls) {
            taps.take(outcome)
        }
        for outcome in try outcomes(["a@one.test"], id: "01hzzzzzzzzzzzzzzzzzzzzzzz-1", delivered) {
            taps.take(outcome)
        }
        for outcome in try outcomes(["a@one.test"], sender: nil, delivered) { taps.take(outcome) }
        try await auditing.flush()
        let entries = try await store.entries(ofEnvelope: "01hzzzzzzzzzzzzzzzzzzzzzzz")
        #expect(entries.map(\.judge) == ["one.test", "two.test", "one.test"])
        #expect(
            entries.map(\.cause) == ["TLSv1.3, verified by DANE", "TLSv1.3, verified by DANE", "in clear"])
        #expect(
            entries.allSatisfy { $0.verdict == "delivered" && $0.stage == "sending" && $0.sender == "ann@our.test" })
    }

    @Test("Why it wasn't delivered stands there, with the other server's code and without its words")
    func refused() async throws {
        let failure = AttemptFailure(
            stage: .rcpt, reply: RemoteReply(code: 550, lines: [Array("bob@one.test is gone".utf8)]),
            status: EnhancedStatusCode(5, 1, 1), words: "The server answered with 550", isHostWide: false)
        let found = try #require(try outcomes(["bob@one.test"], .refused(failure)).first)
        let entry = try #require(OutcomeTaps.entry(found, now: Self.now))
        #expect(entry.verdict == "failed")
        #expect(entry.cause == "rcpt: The server answered with 550 (5.1.1, reply 550)")
    }

    @Test("The last ones are remembered with their recipients, and the oldest leave")
    func recent() throws {
        let recent = RecentOutcomes(maximum: 2)
        let tls = DeliveredTLS(version: "TLSv1.2", verifiedBy: .none)
        for (index, id) in ["m1", "m2", "m3"].enumerated() {
            for outcome in try outcomes(["a@one.test"], id: id, .delivered(RemoteReply(code: 250)), tls: tls) {
                recent.add(outcome, time: Int64(index))
            }
        }
        #expect(recent.entries(of: "m1").isEmpty)
        let entry = try #require(recent.entries(of: "m3").first)
        #expect(entry.recipient == "a@one.test" && entry.time == 2 && entry.tls == tls && entry.event == .delivered)
        #expect(
            QueueOutput.lines([entry]).last?.hasSuffix("a@one.test  TLSv1.2, not verified") == true)
    }
}

@Suite("Suppression and webhooks in the configuration")
struct OutcomeSettingsTests {
    private func relay(_ text: String) throws -> OutgoingSettings {
        try ConfigurationTests.read(SampleConfiguration.text + "\nrelay:\n" + text).relay
    }

    @Test("Suppression is on by default; it has a time and limits, and can be off")
    func suppression() throws {
        let standard = try relay("  from: [127.0.0.0/8]\n").queue
        #expect(standard.suppression == .seconds(90 * 86_400))
        #expect(standard.suppressedAddresses == 100_000 && standard.suppressedPerAccount == 10_000)
        #expect(try relay("  queue: {suppression: off}\n").queue.suppression == nil)
        let own = try relay(
            "  queue: {suppression: 24h, suppressed-addresses: 5, suppressed-per-account: 2}\n"
        ).queue
        #expect(own.suppression == .seconds(86_400) && own.suppressedAddresses == 5 && own.suppressedPerAccount == 2)
    }

    @Test("A webhook has a URL, a secret and events")
    func webhooks() throws {
        let hooks = try relay(
            """
              webhooks:
                crm: {url: "https://hooks.example.org/x", secret-file: /etc/samotop/crm.secret, events: [failed, expired]}
                local: {url: "http://localhost:9000/", secret-file: /etc/samotop/local.secret}

            """
        ).webhooks
        #expect(hooks.map(\.name) == ["crm", "local"])
        #expect(hooks.map(\.events) == [[.failed, .expired], Set(QueueOutcome.Kind.allCases)])
    }

    @Test(
        "What can't be a webhook is told",
        arguments: [
            ("url: \"http://hooks.example.org/\", secret-file: /x", "not a URL to post to"),
            ("url: \"https://10.0.0.1/\", secret-file: /x", "not a URL to post to"),
            ("url: \"https://hooks.example.org/\"", "missing; name a file"),
            ("secret-file: /x", "missing; write https://"),
            ("url: \"https://hooks.example.org/\", secret-file: /x, events: [opened]", "unknown value"),
        ])
    func wrong(_ hook: String, _ words: String) {
        let text = SampleConfiguration.text + "\nrelay:\n  webhooks:\n    crm: {\(hook)}\n"
        let problems = ConfigurationTests.problems(text)
        #expect(problems.count == 1 && problems.first?.contains(words) == true, "\(problems)")
    }
}
