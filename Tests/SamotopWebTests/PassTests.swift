#if Web
    import SamotopContacts
    import SamotopCore
    import Testing

    @testable import SamotopWeb

    @Suite struct PassTests {
        let site: TestSite
        init() throws { site = try TestSite() }

        private func notice(_ answer: Answer) throws -> String {
            String(try #require(answer.header("Location").split(separator: "notice=").last))
        }

        private func passes(of owner: Owner = TestSite.ann) async throws -> [Pass] {
            try await site.passes.passes(of: owner)
        }

        @discardableResult
        private func make(_ word: String, _ kind: Pass.Kind = .once, of owner: Owner = TestSite.ann) async throws
            -> Pass
        {
            let word = try #require(Pass.Word(word))
            let made = try await PassDesk(site.passes, clock: site.clock).make(
                kind, word: word, note: "for \(word.text)", of: owner)
            return try #require(made)
        }

        @Test("A pass is made with a random word; the page shows its address, whom it is for, and when it ends")
        func making() async throws {
            var browser = try await site.browser()
            let answer = try await browser.post("/addresses", ["kind": "once", "note": "the <plumber>", "days": "30"])
            #expect(answer.status == 303)
            let pass = try #require(try await passes().first)
            #expect(pass.kind == .once && pass.note == "the <plumber>" && pass.word.text.utf8.count == 10)
            #expect(pass.expires == Timestamp(seconds: site.clock.now().seconds + 30 * 86_400))
            let page = try await browser.get(answer.header("Location")).text
            #expect(page.contains("<bdi>ann+pass-\(pass.word.text)@here.test</bdi>"))
            #expect(page.contains("ann+pass-\(pass.word.text)@here.test lets its first sender in."))
            #expect(page.contains("name=\"back\" value=\"passes\""))
            #expect(page.contains("the &lt;plumber&gt;") && page.contains("in 30 days"))
            let entries = try await site.audit.entries(from: "", to: TestSite.ann, limit: 10)
            #expect(entries.map(\.verdict) == ["pass made"] && entries.map(\.judge) == ["page"])
        }

        @Test("A phrase of one's own, without an end")
        func phrase() async throws {
            let browser = try await site.browser()
            #expect(try await browser.post("/addresses", ["kind": "phrase", "word": "Spring-24"]).status == 303)
            let pass = try #require(try await passes().first)
            #expect(pass.kind == .phrase && pass.word.text == "spring-24" && pass.expires == nil)
        }

        @Test(
            "What can't be a pass makes none, and is shown again to be mended",
            arguments: [
                ("word", "two words"), ("word", "é"), ("word", "<script>"), ("word", "x@y"),
                ("word", String(repeating: "x", count: 33)), ("days", "0"), ("days", "3651"), ("days", "-1"),
                ("days", "soon"), ("days", "99999999999999999999"),
            ])
        func refused(field: String, value: String) async throws {
            let browser = try await site.browser()
            let answer = try await browser.post("/addresses", [field: value, "note": "keep me", "kind": "phrase"])
            #expect(answer.status == 200 && answer.text.contains("role=\"alert\""))
            #expect(answer.text.contains("value=\"keep me\"") && answer.text.contains("value=\"phrase\" checked"))
            #expect(!answer.text.contains("<script>"))
            #expect(try await passes().isEmpty)
        }

        @Test("A word that is in use, one pass too many, and a word that makes the address too long are told of")
        func limits() async throws {
            let browser = try await site.browser()
            try await make("taken")
            #expect(
                try await browser.post("/addresses", ["word": "taken"]).text.contains(
                    "You have an address with this word"))
            for number in 1...4 { try await make("word\(number)") }
            #expect(
                try await browser.post("/addresses", ["word": "sixth"]).text.contains("You have too many addresses"))
            #expect(try await passes().count == 5)
        }

        @Test("A word that makes the address too long is refused; without a known address there is no telling")
        func longWord() async throws {
            var browser = try await site.browser()
            site.accounts.addresses.withLock { $0[TestSite.ann] = String(repeating: "a", count: 52) + "@here.test" }
            #expect(try await browser.post("/addresses", ["word": "spring9"]).text.contains("too long"))
            #expect(try await browser.post("/addresses", ["word": "spring"]).status == 303)
            site.accounts.addresses.withLock { $0[TestSite.ann] = nil }
            #expect(try await browser.post("/addresses", ["word": "spring9"]).status == 303)
            #expect(try await browser.get("/addresses").text.contains("…+pass-spring9@…"))
        }

        @Test("A pass is revoked, and Undo makes it valid again; a second click takes nothing away from that")
        func revoking() async throws {
            var browser = try await site.browser()
            let pass = try await make("plumber")
            let first = try await browser.post("/addresses/plumber/revoke")
            #expect(first.status == 303)
            #expect(try await passes().first?.revoked == site.clock.now())
            let second = try await browser.post("/addresses/PLUMBER/revoke")
            let open = try await browser.get(second.header("Location")).text
            #expect(
                open.contains("plumber@here.test lets nobody in any more")
                    && !open.contains("/addresses/plumber/revoke"))
            #expect(try await browser.get("/addresses?state=ended").text.contains("revoked"))
            _ = try await browser.post("/undo", ["notice": try notice(second), "back": "passes"])
            #expect(try await passes() == [pass])
            let verdicts = try await site.audit.entries(from: "", to: TestSite.ann, limit: 10).map(\.verdict)
            #expect(Set(verdicts) == ["pass revoked", "pass restored"] && verdicts.count == 2)
        }

        @Test("Who revokes what was revoked long ago gets no Undo for it")
        func lateUndo() async throws {
            let browser = try await site.browser()
            try await make("plumber")
            _ = try await browser.post("/addresses/plumber/revoke")
            site.clock.advance(seconds: 60)
            let late = try await browser.post("/addresses/plumber/revoke")
            #expect(try await browser.post("/undo", ["notice": try notice(late)]).status == 404)
            #expect(try await passes().first?.revoked != nil)
        }

        @Test("Undo of a new pass removes it; one that somebody has used meanwhile is revoked")
        func undoMaking() async throws {
            let browser = try await site.browser()
            let first = try await browser.post("/addresses", ["word": "unused"])
            let second = try await browser.post("/addresses", ["word": "used"])
            try await site.passes.change(try #require(Pass.Word("used")), of: TestSite.ann) { pass in
                var pass = pass
                pass?.uses = 1
                return pass
            }
            for answer in [first, second] {
                let undone = try await browser.post("/undo", ["notice": try notice(answer), "back": "passes"])
                #expect(undone.header("Location").hasPrefix("/addresses?notice="))
            }
            let left = try await passes()
            #expect(left.map(\.word.text) == ["used"] && left.first?.revoked != nil)
        }

        @Test("The page says who came by a pass, and which end the others had")
        func users() async throws {
            var browser = try await site.browser()
            let contact = try await site.add("eve@there.test", state: .welcome)
            let now = site.clock.now()
            try await site.store.change(contact.correspondent, of: TestSite.ann) { contact in
                var contact = contact
                contact?.decision = ContactDecision(
                    previous: .waiting, state: .welcome, maker: "policy", time: now, note: "pass spring")
                return contact
            }
            func set(_ word: String, _ kind: Pass.Kind, uses: Int, expires: Timestamp? = nil) async throws {
                let pass = Pass(
                    owner: TestSite.ann, word: try #require(Pass.Word(word)), kind: kind, created: now,
                    expires: expires,
                    uses: uses, lastUsed: uses > 0 ? now : nil)
                try await site.passes.change(pass.word, of: TestSite.ann) { _ in pass }
            }
            try await set("spring", .phrase, uses: 3)
            try await set("gone", .once, uses: 1)
            try await set("late", .once, uses: 0, expires: now)
            let open = try await browser.get("/addresses").text
            #expect(open.contains("/contacts/\(contact.id.text)") && open.contains("3 came by it"))
            #expect(!open.contains("ann+pass-gone@") && !open.contains("ann+pass-late@"))
            let ended = try await browser.get("/addresses?state=ended").text
            #expect(ended.contains("· used ·") && ended.contains("· expired ·") && !ended.contains("ann+pass-spring@"))
            #expect(!ended.contains("eve@there.test") && !ended.contains("/revoke"))
        }

        @Test("W07: someone else's passes aren't shown, and can't be revoked")
        func ownership() async throws {
            let theirs = try await make("secret", of: TestSite.bob)
            var browser = try await site.browser()
            #expect(!(try await browser.get("/addresses").text.contains("secret")))
            #expect(try await browser.post("/addresses/secret/revoke").status == 404)
            for word in ["nothing", "%00", "a%2fb", String(repeating: "x", count: 5000)] {
                #expect(try await browser.post("/addresses/\(word)/revoke").status == 404)
            }
            #expect(try await passes(of: TestSite.bob) == [theirs])
        }

        @Test("W07: an administrator makes passes in the name of the mailbox that is shown, and is named")
        func administrator() async throws {
            var browser = try await site.browser(of: "root")
            #expect(try await browser.post("/addresses", ["word": "x"]).status == 404)
            try await site.add("eve@there.test", of: TestSite.bob)
            _ = try await browser.post("/owners", ["owner": TestSite.bob.name])
            #expect(try await browser.get("/addresses").text.contains("class=\"acting\""))
            #expect(try await browser.post("/addresses", ["word": "from-root"]).status == 303)
            #expect(try await passes(of: TestSite.bob).map(\.word.text) == ["from-root"])
            let entries = try await site.audit.entries(from: "", to: TestSite.bob, limit: 10)
            #expect(entries.contains { $0.judge == "page: root" && $0.verdict == "pass made" })
        }

        @Test("Where there are no passes there is no page for them")
        func absent() async throws {
            let site = try TestSite(hasPasses: false)
            var browser = try await site.browser()
            #expect(try await browser.get("/addresses").status == 404)
            #expect(try await browser.post("/addresses", ["word": "x"]).status == 404)
            #expect(!(try await browser.get("/").text.contains("href=\"/addresses\"")))
            #expect(try await self.site.browser().site.pages.room.passes != nil)
        }
    }
#endif
