#if Web
    import Foundation
    import SMTP
    import SamotopContacts
    import SamotopCore
    import SamotopQueue
    import Testing

    @testable import SamotopWeb

    /// Mail that left, and addresses that nothing is sent to any more.
    @Suite struct LeftMailTests {
        private func outcome(
            _ id: String, from sender: String? = "ann@here.test", to recipient: String,
            _ outcome: RecipientOutcome = .delivered(RemoteReply(code: 250)), tls: DeliveredTLS? = nil,
            isLocal: Bool = false
        ) throws -> QueueOutcome {
            let facts = try MessageFacts(
                NewMessage(
                    QueuedMessage(
                        id: id, reversePath: try sender.map { .mailbox(try #require(Mailbox($0))) } ?? .null,
                        submitter: Submitter(.authenticated, name: "ann"), arrived: Timestamp(seconds: 1), size: 10),
                    to: [NewRecipient(try #require(Mailbox(recipient)))], content: MemoryContent([])))
            var scheduler = QueueScheduler(seed: 1)
            scheduler.tellsOutcomes = true
            var effects = scheduler.add(facts, now: Timestamp(seconds: 1))
            let job = try #require(scheduler.nextJob(now: Timestamp(seconds: 2), &effects))
            let report = DeliveryReport(outcomes: [outcome], tls: tls, isLocal: isLocal)
            return try #require(
                scheduler.finish(job.id, report, now: Timestamp(seconds: 3)).outcomes.first)
        }

        @Test("Each says to whom, what became of it, and whether it was encrypted; the latest first")
        func left() async throws {
            let site = try TestSite()
            let now = site.clock.now().seconds
            let refusal = AttemptFailure(
                stage: .rcpt, reply: RemoteReply(code: 550, lines: [Array("5.1.1 no <b>such</b> user".utf8)]),
                status: EnhancedStatusCode(5, 1, 1), words: "refused", isHostWide: false)
            let tls = DeliveredTLS(version: "TLSv1.3", verifiedBy: .dane)
            site.recent.add(try outcome("ONE", to: "bob@clear.test"), time: now - 60)
            site.recent.add(try outcome("TWO", from: nil, to: "bob@proven.test", tls: tls), time: now - 50)
            site.recent.add(
                try outcome(
                    "THREE", to: "bob@plain.test", tls: DeliveredTLS(version: "TLSv1.2", verifiedBy: .none)),
                time: now - 40)
            site.recent.add(try outcome("FOUR", to: "bob@here.test", isLocal: true), time: now - 30)
            site.recent.add(try outcome("FIVE", to: "gone@there.test", .refused(refusal)), time: now - 20)
            var root = try await site.browser(of: "root")
            let page = try await root.get("/queue/left").text
            let places = try ["FIVE", "FOUR", "THREE", "TWO", "ONE"].map {
                try #require(page.range(of: ">\($0)<")).lowerBound
            }
            #expect(places == places.sorted())
            for words in [
                "tone-text-bad\">No: it went in clear<", "tone-text-good\">TLSv1.3, and proven who it is (DANE)<",
                "tone-text-wait\">TLSv1.2, not proven who it is<", "tone-text-good\">In a mailbox of this server<",
                "a notification, from nobody (&lt;&gt;)", "<bdi>550 5.1.1 no &lt;b&gt;such&lt;/b&gt; user</bdi>",
            ] { #expect(page.contains(words), "\(words)") }
            #expect(page.components(separatedBy: "Is it encrypted?").count == 5)
            let found = try await root.get("/queue/left?address=PROVEN.test").text
            #expect(found.contains(">TWO<") && !found.contains(">ONE<"))
            #expect(try await root.get("/queue/left?address=nobody@x.test").text.contains("No mail that left lately"))
        }

        @Test("Pages of fifty lead on to the oldest that is remembered")
        func pages() async throws {
            let site = try TestSite()
            for number in 0..<130 {
                site.recent.add(try outcome("M\(number)-", to: "bob@there.test"), time: Int64(number))
            }
            var root = try await site.browser(of: "root")
            var path: String? = "/queue/left"
            var seen: [Int] = []
            while let next = path {
                let page = try await root.get(next).text
                seen += page.components(separatedBy: "mono\">M").dropFirst().compactMap {
                    Int($0.prefix { $0 != "-" })
                }
                path = page.components(separatedBy: "rel=\"next\" href=\"").dropFirst().first.map {
                    String($0.prefix { $0 != "\"" })
                }
            }
            #expect(seen == (10..<130).reversed())
        }

        @Test("Suppressed addresses are listed, added by hand and lifted; each act is recorded")
        func suppressed() async throws {
            let site = try TestSite()
            let now = site.clock.now().seconds
            let ann = Submitter(.authenticated, name: "ann@here.test")
            let gone = try #require(Mailbox("gone@there.test"))
            try await site.suppression.add([
                SuppressedAddress(submitter: ann, address: gone, since: now - 100, expires: now + 1_000)
            ])
            var root = try await site.browser(of: "root")
            let page = try await root.get("/queue/suppressed").text
            #expect(page.contains("<bdi class=\"hop-address\">gone@there.test</bdi>"))
            #expect(page.contains("refused for good (5.1.1)") && page.contains("<bdi>ann@here.test</bdi>"))
            _ = try await root.post(
                "/queue/suppressed", ["address": "bad@there.test", "account": "ann@here.test"])
            #expect(try await site.suppression.list(for: ann, now: now, limit: 10).count == 2)
            _ = try await root.post("/queue/suppressed", ["address": "bad@there.test", "network": "yes"])
            let network = Submitter(.local, name: "network")
            #expect(try await site.suppression.list(for: network, now: now, limit: 10).map(\.isByHand) == [true])
            #expect(
                try await root.post("/queue/suppressed", ["address": "bad@there.test"]).text.contains("Whose mail?"))
            #expect(
                try await root.post("/queue/suppressed", ["address": "no", "account": "a"]).text.contains("no address"))
            _ = try await root.post(
                "/queue/suppressed/lift", ["address": "gone@there.test", "account": "ann@here.test", "network": "yes"])
            #expect(
                try await site.suppression.list(for: ann, now: now, limit: 10).map(\.address)
                    == [try #require(Mailbox("bad@there.test"))])
            let acts = try await site.audit.entries(ofEnvelope: "").map(\.verdict)
            #expect(acts.filter { $0 == "address suppressed" }.count == 2 && acts.contains("address lifted"))
            #expect(try await root.get("/queue/suppressed?account=other").text.contains("for this account"))
        }

        @Test("Administrators alone see them; where nothing is suppressed there is no such page")
        func access() async throws {
            let site = try TestSite()
            var ann = try await site.browser(of: "ann")
            for path in ["/queue/left", "/queue/suppressed"] {
                #expect(try await ann.get(path).status == 404)
            }
            let plain = try TestSite(suppresses: false)
            var root = try await plain.browser(of: "root")
            #expect(try await root.get("/queue/suppressed").status == 404)
            #expect(try await root.get("/queue").text.contains("/queue/suppressed") == false)
        }
    }
#endif
