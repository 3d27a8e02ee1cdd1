#if Web
    import SamotopContacts
    import Testing

    @testable import SamotopWeb

    @Suite struct DecisionTests {
        private func notice(_ answer: Answer) throws -> String {
            String(try #require(answer.header("Location").split(separator: "notice=").last))
        }

        @Test(
            "Each button does what it says, and Undo takes it back",
            arguments: [
                ("welcome", Contact.State.welcome), ("hold", .held), ("block", .blocked),
            ])
        func buttons(choice: String, state: Contact.State) async throws {
            let site = try TestSite()
            let contact = try await site.add("eve@there.test")
            var browser = try await site.browser()
            let answer = try await browser.decide(choice, contact)
            #expect(answer.status == 303)
            let decided = try #require(try await site.contact("eve@there.test"))
            #expect(decided.state == state && decided.decision?.maker == "page")
            #expect(decided.identity == contact.identity)
            let page = try await browser.get(answer.header("Location"))
            #expect(page.text.contains("class=\"notice\"") && page.text.contains("eve@there.test"))
            let undone = try await browser.post("/undo", ["notice": try notice(answer)])
            #expect(undone.status == 303)
            #expect(try await site.contact("eve@there.test")?.state == .waiting)
            #expect(try await browser.post("/undo", ["notice": try notice(answer)]).status == 404)
        }

        @Test("W10: the same button twice at once decides once; Undo still takes it back")
        func doubleClick() async throws {
            let site = try TestSite()
            let contact = try await site.add("eve@there.test", state: .held, held: ["E1"])
            site.held.put("x", as: "E1", of: TestSite.ann)
            let browser = try await site.browser()
            async let first = browser.decide("welcome", contact)
            async let second = browser.decide("welcome", contact)
            let answers = try await [first, second]
            #expect(answers.allSatisfy { $0.status == 303 })
            #expect(site.held.released == ["E1"])
            #expect(try await site.contact("eve@there.test")?.state == .welcome)
            #expect(try await site.contact("eve@there.test")?.request?.held == [])
            // the notice that stays on the screen is that of the last click
            let third = try await browser.decide("welcome", try #require(try await site.contact("eve@there.test")))
            #expect(third.status == 303)
            _ = try await browser.post("/undo", ["notice": try notice(third)])
            #expect(try await site.contact("eve@there.test")?.state == .held)
        }

        @Test(
            "What can't be taken back is said before and after it, and when Undo takes the rest back",
            arguments: [
                ("block", 1, "The held message was deleted; Undo", "What was deleted stays deleted"),
                ("block", 2, "2 held messages were deleted; Undo", "What was deleted stays deleted"),
                ("welcome", 1, "The held message is in your inbox", "What came to your inbox stays there"),
                ("welcome", 3, "3 held messages are in your inbox", "What came to your inbox stays there"),
            ])
        func heldMailOfDecisions(choice: String, count: Int, after: String, undone: String) async throws {
            let site = try TestSite()
            let envelopes = (1...count).map { "E\($0)" }
            let contact = try await site.add("eve@there.test", held: envelopes)
            for envelope in envelopes { site.held.put("x", as: envelope, of: TestSite.ann) }
            var browser = try await site.browser()
            for path in ["/", "/contacts/\(contact.id.text)", "/held", "/held/\(contact.id.text)/E1"] {
                #expect(try await browser.get(path).text.contains("Blocking deletes what is held of them"), "\(path)")
            }
            let answer = try await browser.decide(choice, contact)
            let page = try await browser.get(answer.header("Location")).text
            #expect(page.contains(after) && page.contains("eve@there.test is "))
            let back = try await browser.post("/undo", ["notice": try notice(answer)])
            #expect(try await browser.get(back.header("Location")).text.contains(undone))
            #expect(site.held.state.withLock { $0.messages.isEmpty })
            // without held mail nothing is said of it
            let other = try await site.add("kim@there.test")
            let plain = try await browser.get(try await browser.decide(choice, other).header("Location")).text
            #expect(!plain.contains(after) && !plain.contains("Undo doesn’t") && plain.contains("kim@there.test is "))
        }

        @Test("Who is forgotten while mail of theirs is held waits anew; the page says so before and after")
        func forgetHeld() async throws {
            let site = try TestSite()
            let contact = try await site.add("eve@there.test", state: .held, held: ["E1"])
            site.held.put("x", as: "E1", of: TestSite.ann)
            var browser = try await site.browser()
            let path = "/contacts/\(contact.id.text)"
            #expect(try await browser.get(path).text.contains("Their held mail stays."))
            let answer = try await browser.post(path + "/forget")
            #expect(try await browser.get(answer.header("Location")).text.contains("wait for your word as a stranger"))
            let left = try #require(try await site.contact("eve@there.test"))
            #expect(left.state == .waiting && left.decision == nil && left.request?.held == ["E1"])
            #expect(site.held.state.withLock { $0.messages.keys.sorted() } == ["E1"])
            _ = try await browser.post("/undo", ["notice": try notice(answer)])
            #expect(try await site.contact("eve@there.test")?.state == .held)
            let plain = try await site.add("kim@there.test")
            #expect(!(try await browser.get("/contacts/\(plain.id.text)").text.contains("Their held mail stays.")))
        }

        @Test("W10: deciding about someone who has expired meanwhile makes nothing up")
        func expired() async throws {
            let site = try TestSite()
            let contact = try await site.add("eve@there.test")
            let browser = try await site.browser()
            try await site.store.change(contact.correspondent, of: TestSite.ann) { _ in nil }
            #expect(try await browser.decide("welcome", contact).status == 404)
            #expect(try await site.contact("eve@there.test") == nil)
        }

        @Test("W11: what is approved is the identity that was shown; one that changed meanwhile isn't")
        func changedIdentity() async throws {
            let site = try TestSite()
            let shown = try await site.add("eve@there.test", identity: Identity(.domain("there.test"), proofs: [.dkim]))
            var browser = try await site.browser()
            try await site.store.change(shown.correspondent, of: TestSite.ann) { contact in
                var contact = contact
                contact?.identity = Identity(.network("203.0.113.0/24"))
                return contact
            }
            let answer = try await browser.decide("welcome", shown)
            #expect(try await browser.get(answer.header("Location")).text.contains("Something changed"))
            #expect(try await site.contact("eve@there.test")?.state == .waiting)
            #expect(try await browser.post("/contacts/\(shown.id.text)/decide", ["do": "welcome"]).status != 200)
            #expect(try await site.contact("eve@there.test")?.state == .waiting)
        }

        @Test("A whole domain: everyone of it who waits and proved it is let in, Undo takes all back")
        func wholeDomain() async throws {
            let site = try TestSite()
            let contact = try await site.add("eve@there.test")
            try await site.add("kim@there.test")
            try await site.add("forged@there.test", identity: Identity(.network("203.0.113.0/24")))
            try await site.add("eve@not-there.test")
            let browser = try await site.browser()
            let answer = try await browser.decide("domain", contact)
            let states = try await site.store.contacts(of: TestSite.ann, matching: ContactQuery(order: .name)).map {
                "\($0.correspondent.text) \($0.state.rawValue)"
            }
            #expect(
                Set(states) == [
                    "there.test welcome", "eve@there.test welcome", "kim@there.test welcome",
                    "forged@there.test waiting",
                    "eve@not-there.test waiting",
                ])
            _ = try await browser.post("/undo", ["notice": try notice(answer)])
            let after = try await site.store.contacts(of: TestSite.ann, matching: ContactQuery())
            #expect(after.count == 4 && after.allSatisfy { $0.state == .waiting })
        }

        @Test("W11: nobody can welcome all of a mailbox provider, or a domain that wasn't proved")
        func notWholeDomain() async throws {
            let site = try TestSite()
            let browser = try await site.browser()
            let provider = try await site.add("eve@gmail.com")
            #expect(try await browser.decide("domain", provider).status == 400)
            let unproven = try await site.add("eve@there.test", identity: Identity(.network("203.0.113.0/24")))
            #expect(try await browser.decide("domain", unproven).status == 400)
            #expect(try await site.store.counts(of: TestSite.ann)[.welcome] ?? 0 == 0)
        }

        @Test("A note is kept, a contact forgotten, and both can be seen and taken back")
        func noteAndForget() async throws {
            let site = try TestSite()
            let contact = try await site.add("eve@there.test")
            var browser = try await site.browser()
            let path = "/contacts/\(contact.id.text)"
            _ = try await browser.post(
                path + "/decide",
                [
                    "do": "welcome", "as": contact.identity.mark, "note": "from <the> choir", "back": "contact",
                ])
            #expect(try await browser.get(path).text.contains("from &lt;the&gt; choir"))
            let answer = try await browser.post(path + "/forget")
            #expect(try await site.contact("eve@there.test") == nil)
            _ = try await browser.post("/undo", ["notice": try notice(answer)])
            let back = try #require(try await site.contact("eve@there.test"))
            #expect(back.state == .welcome && back.identity == contact.identity)
        }

        @Test("A note is written without a decision, on who waits too; Undo brings the earlier one back")
        func noteAlone() async throws {
            let site = try TestSite()
            let contact = try await site.add("eve@there.test")
            var browser = try await site.browser()
            let path = "/contacts/\(contact.id.text)"
            func write(_ note: String, _ state: String) async throws -> Answer {
                try await browser.post(
                    path + "/decide", ["do": state, "as": contact.identity.mark, "note": note, "back": "contact"])
            }
            let first = try await write("met at <the> fair", "wait")
            var page = try await browser.get(first.header("Location")).text
            #expect(
                page.contains("The note about eve@there.test is saved.") && page.contains("met at &lt;the&gt; fair"))
            #expect(!page.contains("decided by"))
            #expect(try await site.contact("eve@there.test")?.state == .waiting)
            #expect(try await browser.get("/contacts").text.contains("met at &lt;the&gt; fair"))
            _ = try await browser.post("/undo", ["notice": try notice(first)])
            #expect(try await site.contact("eve@there.test") == contact)
            _ = try await write("met at the fair", "wait")
            // a card has no note field: what was written before stays
            _ = try await browser.decide("welcome", contact)
            #expect(try await site.contact("eve@there.test")?.note == "met at the fair")
            let decided = try #require(try await site.contact("eve@there.test")?.decision)
            #expect(decided.previous == .waiting && decided.state == .welcome)
            // at once after the decision, when a second click would be expected
            let second = try await write("sings", "welcome")
            let noted = try #require(try await site.contact("eve@there.test")?.decision)
            #expect(noted.note == "sings" && noted.time == decided.time && noted.previous == .waiting)
            page = try await browser.get(path).text
            #expect(page.contains("sings") && page.contains("decided by") && page.contains("note written"))
            _ = try await browser.post("/undo", ["notice": try notice(second)])
            #expect(try await site.contact("eve@there.test")?.note == "met at the fair")
            _ = try await write("", "welcome")
            #expect(try await site.contact("eve@there.test")?.note == "")
        }

        @Test("Undo gives back the note that a decision replaced")
        func undoKeepsNote() async throws {
            let site = try TestSite()
            let contact = try await site.add("eve@there.test")
            let browser = try await site.browser()
            _ = try await browser.post(
                "/contacts/\(contact.id.text)/decide",
                ["do": "welcome", "as": contact.identity.mark, "note": "from the choir"])
            site.clock.advance(seconds: 100)
            let blocked = try await browser.decide("block", contact)
            #expect(try await site.contact("eve@there.test")?.note == "")
            _ = try await browser.post("/undo", ["notice": try notice(blocked)])
            let back = try #require(try await site.contact("eve@there.test"))
            #expect(back.state == .welcome && back.note == "from the choir")
        }

        @Test("Who says to be a welcome contact, unproven, is told apart; the owner may accept it, and take that back")
        func claims() async throws {
            let site = try TestSite()
            var contact = try await site.add("eve@there.test", state: .welcome)
            var browser = try await site.browser()
            #expect(!(try await browser.get("/").text.contains("Someone says they are")))
            #expect(try await browser.decide("accept", contact).status == 400)
            contact.request?.evidence = [ContactRequest.unprovenClaim]
            let claimed = contact
            try await site.store.change(contact.correspondent, of: TestSite.ann) { _ in claimed }
            #expect(try await browser.get("/").text.contains("Someone says they are eve@there.test"))
            let answer = try await browser.decide("accept", contact)
            #expect(answer.status == 303)
            #expect(try await site.contact("eve@there.test")?.identity == Identity(.network("192.0.2.0/24")))
            _ = try await browser.post("/undo", ["notice": try notice(answer)])
            #expect(try await site.contact("eve@there.test")?.identity == contact.identity)
        }

        @Test("Someone is added by hand, an address or a domain; what is neither isn't")
        func adding() async throws {
            let site = try TestSite()
            let browser = try await site.browser()
            #expect(
                try await browser.post("/contacts", ["address": " Kim@There.Test ", "state": "welcome"]).status == 303)
            #expect(try await browser.post("/contacts", ["address": "@firm.test", "state": "blocked"]).status == 303)
            for address in ["", "kim", "kim@", "a b@there.test", "<>", "@"] {
                #expect(try await browser.post("/contacts", ["address": address]).status == 200)
            }
            let contacts = try await site.store.contacts(of: TestSite.ann, matching: ContactQuery(order: .name))
            #expect(contacts.map(\.correspondent.text).sorted() == ["firm.test", "kim@there.test"])
        }

        @Test("A policy is saved for all addresses and for one, and removed")
        func policy() async throws {
            let site = try TestSite()
            let browser = try await site.browser()
            _ = try await browser.post(
                "/policy",
                [
                    "all": "yes", "strangers": "hold", "patience": "99", "unanswered": "grey", "shares": "yes",
                ])
            let all = try #require(try await site.policies.policies(of: TestSite.ann).first)
            #expect(all.address == "" && all.policy.strangers == .hold && all.policy.patience == 60)
            #expect(all.policy.unanswered == .refuse && all.policy.sharesDecisions && !all.policy.takesSubject)
            _ = try await browser.post("/policy", ["address": "Shop-*@here.test", "strangers": "first-domain"])
            #expect(try await site.policies.policies(of: TestSite.ann).contains { $0.address == "shop-*@here.test" })
            for address in ["", "here", "a@b@c", "@here.test", "a@", "a b@here.test", "a\u{202E}@here.test"] {
                #expect(try await browser.post("/policy", ["address": address, "strangers": "welcome"]).status == 200)
            }
            _ = try await browser.post("/policy", ["address": "shop-*@here.test", "do": "remove"])
            #expect(try await site.policies.policies(of: TestSite.ann).count == 1)
        }
    }
#endif
