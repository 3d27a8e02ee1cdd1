#if Web
    import Foundation
    import NameResolution
    import SMTP
    import SamotopQueue
    import Testing

    @testable import SamotopWeb
    @testable import TransportSecurity

    @Suite struct SignaturesPageTests {
        let site: TestSite
        init() throws { site = try TestSite() }

        private func domainPage(_ name: String) async throws -> String {
            var root = try await site.browser(of: "root")
            return try await root.get("/signatures/domain?name=\(name.queryEncoded)").text
        }

        @Test(
            "A card says in plain words how mail to the domain stands",
            arguments: [
                (PeerStanding.signed, "Encrypted, and proven who it is", "good"),
                (.unsigned, "Encrypted, not proven who it is", "wait"), (.plaintext, "In clear: not encrypted", "bad"),
                (.bogus, "Mail waits: the signatures in its DNS are wrong", "bad"),
                (.mismatch, "Mail waits: not the server that it should be", "bad"),
                (.unknown, "Nobody has connected yet", "plain"),
            ])
        func standing(standing: PeerStanding, words: String, tone: String) async throws {
            try await site.addPeer("there.test", standing: standing)
            var root = try await site.browser(of: "root")
            let page = try await root.get("/signatures").text
            #expect(page.contains("<span class=\"chip chip-\(tone)\">\(words)</span>"))
            #expect(page.contains("24 hours ago"))
            #expect(try await domainPage("there.test").contains("<span class=\"chip chip-\(tone)\">\(words)</span>"))
        }

        @Test("DNSSEC, TLSA records against the key, the policy, DKIM keys: all are told")
        func proofs() async throws {
            try await site.addPeer("there.test", standing: .signed) { record in
                record.mailExchangeSecurity = .secure
                record.policy = try? MTASTSPolicy(
                    Array("version: STSv1\nmode: enforce\nmx: *.there.test\nmax_age: 86400\n".utf8))
                record.hosts[0].dane = .usableRecords
                record.hosts[0].authentications = [.dane]
                record.hosts[0].entries = [
                    DANEVerdict.Entry(
                        record: TLSARecord(usage: 3, selector: 1, matchingType: 2, data: TestSite.keyB.digest),
                        attempt: .noMatch),
                    DANEVerdict.Entry(
                        record: TLSARecord(usage: 3, selector: 0, matchingType: 1, data: TestSite.keyA.digest),
                        attempt: .matchedServer),
                    DANEVerdict.Entry(
                        record: TLSARecord(usage: 1, selector: 0, matchingType: 1, data: TestSite.keyA.digest),
                        attempt: .unusable(.usagePKIX)),
                ]
                record.note(
                    DKIMKeyObservation(
                        selector: "2026q1", key: TestSite.keyB, algorithm: "ed25519", bits: 256, now: record.lastSeen))
            }
            let page = try await domainPage("there.test")
            #expect(page.contains("<dd>signed, down from the root</dd>"))
            #expect(page.contains("<dd>the server matches its 3 TLSA records</dd>"))
            #expect(page.contains("enforced: only servers that the domain names") && page.contains("*.there.test"))
            #expect(page.contains("<dd>a signed TLSA record</dd>"))
            #expect(page.contains("<span class=\"tone-text-good\">matches</span> <code class=\"mono\">3 0 1"))
            #expect(page.contains("<span class=\"tone-text-wait\">doesn’t match</span> <code class=\"mono\">3 1 2"))
            #expect(page.contains("doesn’t count for mail</span> <code class=\"mono\">1 0 1"))
            #expect(page.contains("Its TLSA records, the same since"))
            #expect(page.contains("2026q1") && page.contains("ed25519, 256 bits"))
        }

        @Test("D13: a server that its TLSA records don't tell of: the card says which, and only a verified key helps")
        func wrongRecords() async throws {
            try await site.addPeer("there.test") { record in
                let wrong = TLSARecord(usage: 3, selector: 1, matchingType: 1, data: TestSite.keyA.digest)
                record.standing = .mismatch
                record.offered = PeerOffer(
                    time: record.lastSeen, host: record.hosts[0].name, chain: [TestSite.keyB],
                    records: [DANEVerdict.Entry(record: wrong, attempt: .noMatch)], isHeld: false,
                    words: "the server is not the one that its TLSA records tell of")
            }
            var root = try await site.browser(of: "root")
            let card = try await root.get("/signatures").text
            #expect(card.contains("<bdi>the server is not the one that its TLSA records tell of</bdi>"))
            #expect(card.contains("doesn’t match</span> <code class=\"mono\">3 1 1"))
            #expect(
                card.contains("value=\"pin\"") && !card.contains("value=\"accept\"")
                    && !card.contains("value=\"adopt\""))
            try await site.addPeer("there.test", offered: TestSite.keyB)
            let held = try await root.get("/signatures").text
            #expect(held.contains("value=\"accept\"") && !held.contains("value=\"adopt\""))
            try await site.addPeer("there.test") { record in
                record.standing = .mismatch
                record.offered = PeerOffer(
                    time: record.lastSeen, host: record.hosts[0].name, chain: [TestSite.keyB], isDifference: true)
            }
            #expect(try await root.get("/signatures").text.contains("value=\"adopt\""))
        }

        @Test("A fingerprint is shown in groups that two people can read to each other, and is read back")
        func fingerprint() throws {
            let text = FingerprintText.of(TestSite.keyA)
            #expect(text.split(separator: " ").count == 16 && text.split(separator: " ").allSatisfy { $0.count == 4 })
            #expect(Fingerprint(text) == TestSite.keyA)
        }

        @Test("A key changes, mail is held, the person verifies the key, and the mail leaves")
        func verify() async throws {
            try await site.addPeer("there.test", offered: TestSite.keyB)
            for number in 1...2 { try site.queue.add("M\(number)", to: ["bob@there.test"]) }
            try site.queue.add("OTHER", to: ["bob@elsewhere.test"])
            site.queue.attempt { _, _ in .held(HoldReason(.signature, words: "a key that was not seen before")) }
            var root = try await site.browser(of: "root")
            let card = try await root.get("/signatures").text
            #expect(
                card.contains(FingerprintText.of(TestSite.keyB)) && card.contains(FingerprintText.of(TestSite.keyA)))
            #expect(card.contains(">2 messages wait</a>, 2 of them for your decision"))
            #expect(card.contains("<bdi>a key that was not seen before</bdi>"))
            #expect(card.contains("name=\"key-1\" value=\"\(TestSite.keyB)\""))
            let answer = try await root.post(
                "/signatures", ["do": "pin", "domain": "there.test", "key-1": "\(TestSite.keyB)", "back": "signatures"])
            #expect(answer.status == 303)
            let peer = try await site.peer("there.test")
            #expect(peer.decision.pins == [TestSite.keyB] && peer.decision.verifiedAt == site.clock.now().seconds)
            #expect(peer.changes.first?.kind == .decision && peer.changes.first?.maker == "page: root")
            let done = try await root.get(answer.header("Location")).text
            #expect(
                done.contains("goes only to servers with the keys that you verified. What waited goes on: 2 messages."))
            #expect(site.queue.attempt { _, _ in .delivered(RemoteReply(code: 250)) } > 0)
            #expect(await site.queue.message("M1") == nil)
            #expect(await site.queue.message("M2") == nil)
            #expect(await site.queue.message("OTHER")?.recipients.first?.state == .held)
            #expect(try await domainPage("there.test").contains("<bdi>page: root</bdi>"))
        }

        @Test("Each decision is what the record has afterwards, with who made it", arguments: PeerDeskDecision.all)
        func decisions(decision: PeerDeskDecision) async throws {
            try await site.addPeer("there.test", standing: .signed) { record in
                if decision.needsPins { record.pin([TestSite.keyA], now: 1) }
                if decision.name == "release" { record.holdMail(true, now: 1) }
                if decision.name == "unwatch" { record.holdOnDifference(true, now: 1) }
            }
            var root = try await site.browser(of: "root")
            _ = try await root.get("/signatures/domain?name=there.test")
            let answer = try await root.post(
                "/signatures", ["do": decision.name, "domain": "there.test", "key": decision.key, "back": "domain"])
            #expect(answer.header("Location").hasPrefix("/signatures/domain?name=there.test&notice="))
            let peer = try await site.peer("there.test")
            #expect(decision.isMade(peer), "\(decision.name)")
            #expect(peer.changes.first?.maker == "page: root")
            let page = try await root.get(answer.header("Location"))
            #expect(page.text.contains("<div class=\"notice\"><p>") && !page.text.contains("notice-peer"))
            // holding and watching let nothing go
            #expect(site.queue.performed.isEmpty == (decision.name == "hold" || decision.name == "watch"))
        }

        @Test("What is no key, no key at all, and too many pin nothing, and the page says what to do")
        func badKeys() async throws {
            try await site.addPeer("there.test")
            var root = try await site.browser(of: "root")
            _ = try await root.get("/signatures")
            for (fields, words): (KeyValuePairs<String, String>, String) in [
                (["key": "abc<b>"], "This is no fingerprint"), ([:], "Mark a key, or type one."),
                (["key": String(repeating: "0", count: 65)], "This is no fingerprint"),
            ] {
                let pairs = fields.map { "\($0.key)=\($0.value.queryEncoded)" }.joined(separator: "&")
                let answer = try await root.postRaw(
                    "/signatures", "do=pin&domain=there.test&token=\(root.token)&\(pairs)")
                #expect(answer.status == 200 && answer.text.contains(words) && answer.text.contains("role=\"alert\""))
                #expect(!answer.text.contains("<b>"))
            }
            let many = (1...17).map { "key-\($0)=\(Fingerprint(of: [UInt8($0)]))" }.joined(separator: "&")
            let answer = try await root.postRaw("/signatures", "do=pin&domain=there.test&token=\(root.token)&\(many)")
            #expect(answer.text.contains("Mark at most 16."))
            #expect(try await site.peer("there.test").decision == PeerDecision())
        }

        @Test("The keys that the form showed are pinned, not what was seen since")
        func shownKeys() async throws {
            try await site.addPeer("there.test", offered: TestSite.keyB)
            var root = try await site.browser(of: "root")
            _ = try await root.get("/signatures")
            try await site.addPeer("there.test", offered: Fingerprint(of: [66]))
            _ = try await root.post("/signatures", ["do": "pin", "domain": "there.test", "key-1": "\(TestSite.keyB)"])
            #expect(try await site.peer("there.test").decision.pins == [TestSite.keyB])
        }

        @Test("Where the DNS is wrong, what a server showed is nothing to decide about")
        func bogus() async throws {
            try await site.addPeer("there.test", offered: TestSite.keyB) { $0.standing = .bogus }
            var root = try await site.browser(of: "root")
            let page = try await root.get("/signatures").text
            #expect(page.contains("the signatures in its DNS are wrong"))
            #expect(!page.contains("value=\"pin\"") && !page.contains(FingerprintText.of(TestSite.keyB)))
        }

        @Test("To pin what a server showed keeps the keys that were pinned before")
        func addedPin() async throws {
            try await site.addPeer("there.test", offered: TestSite.keyB) { $0.pin([TestSite.keyA], now: 1) }
            var root = try await site.browser(of: "root")
            let page = try await root.get("/signatures").text
            #expect(page.contains("name=\"key-1\" value=\"\(TestSite.keyA)\""))
            #expect(page.contains("name=\"key-2\" value=\"\(TestSite.keyB)\""))
        }

        @Test("A domain that nothing is known of, or that is none, and an unknown decision decide nothing")
        func unknown() async throws {
            var root = try await site.browser(of: "root")
            _ = try await root.get("/signatures")
            #expect(try await root.post("/signatures", ["do": "accept", "domain": "there.test"]).status == 404)
            #expect(try await root.post("/signatures", ["do": "hold", "domain": ""]).status == 400)
            #expect(try await root.post("/signatures", ["do": "explode", "domain": "there.test"]).status == 400)
            for name in ["there.test", "", "..", String(repeating: "x", count: 400)] {
                #expect(try await root.get("/signatures/domain?name=\(name)").status == 404)
            }
            #expect(try await site.peers.records(after: nil, limit: 9).isEmpty)
        }

        @Test("Domains are found by a part of their name, page by page")
        func search() async throws {
            for number in 0..<45 {
                try await site.addPeer("\(number % 10)a\(number).\(number == 7 ? "needle" : "hay").test")
            }
            var root = try await site.browser(of: "root")
            var (path, pages, found) = ("/signatures", 0, 0)
            while pages < 9 {
                let page = try await root.get(path).text
                (pages, found) = (pages + 1, found + page.components(separatedBy: "<article").count - 1)
                guard let next = page.range(of: "rel=\"next\" href=\"") else { break }
                path = String(page[next.upperBound...].prefix { $0 != "\"" }).replacing("&amp;", with: "&")
            }
            #expect(pages == 3 && found == 45)
            let one = try await root.get("/signatures?q=NEEDLE").text
            #expect(one.contains("7a7.needle.test") && one.components(separatedBy: "<article").count == 2)
            #expect(try await root.get("/signatures?q=nothing").text.contains("No such domain"))
        }

        @Test("A name in letters of another alphabet is shown both ways")
        func international() async throws {
            try await site.addPeer("xn--bcher-kva.test")
            let page = try await domainPage("xn--bcher-kva.test")
            #expect(page.contains("Written xn--bcher-kva.test, read bücher.test"))
        }
    }

    /// A decision of the page, and how the record shows it.
    struct PeerDeskDecision: Sendable, CustomTestStringConvertible {
        let name: String
        var key = ""
        var needsPins = false
        let isMade: @Sendable (PeerRecord) -> Bool
        var testDescription: String { name }

        static let all = [
            PeerDeskDecision(name: "pin", key: FingerprintText.of(TestSite.keyB)) {
                $0.decision.pins == [TestSite.keyB] && $0.decision.verifiedAt != nil
            },
            PeerDeskDecision(name: "unpin", needsPins: true) {
                $0.decision.pins.isEmpty && $0.decision.verifiedAt == nil
            },
            PeerDeskDecision(name: "accept", key: "\(TestSite.keyB)") {
                $0.decision.acceptOnce?.key == TestSite.keyB && $0.decision.acceptOnce?.isLasting == false
            },
            PeerDeskDecision(name: "adopt", key: "\(TestSite.keyB)") {
                $0.decision.acceptOnce?.key == TestSite.keyB && $0.decision.acceptOnce?.isLasting == true
            },
            PeerDeskDecision(name: "hold") { $0.decision.holdsMail },
            PeerDeskDecision(name: "release") { !$0.decision.holdsMail },
            PeerDeskDecision(name: "watch") { $0.decision.holdsOnDifference },
            PeerDeskDecision(name: "unwatch") { !$0.decision.holdsOnDifference },
            PeerDeskDecision(name: "lower") { $0.level == .plaintext && $0.changes.first?.kind == .levelLowered },
        ]
    }
#endif
