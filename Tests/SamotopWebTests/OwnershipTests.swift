#if Web
    import SamotopContacts
    import SamotopCore
    import Testing

    @testable import SamotopWeb

    @Suite struct OwnershipTests {
        @Test("W07: someone else's contact doesn't exist, to look at or to decide about")
        func contacts() async throws {
            let site = try TestSite()
            let theirs = try await site.add("eve@there.test", of: TestSite.bob, state: .held, held: ["E1"])
            site.held.put("Subject: secret\r\n\r\ntext", as: "E1", of: TestSite.bob)
            var browser = try await site.browser()
            for path in [
                "/contacts/\(theirs.id.text)", "/held/\(theirs.id.text)/E1", "/held/\(theirs.id.text)/E1/html",
            ] {
                let answer = try await browser.get(path)
                #expect(answer.status == 404)
                #expect(!answer.text.contains("there.test") && !answer.text.contains("secret"))
            }
            #expect(try await browser.decide("block", theirs).status == 404)
            #expect(try await browser.post("/contacts/\(theirs.id.text)/forget").status == 404)
            #expect(try await site.contact("eve@there.test", of: TestSite.bob) == theirs)
        }

        @Test("W07: a held message of another contact can't be had through one's own")
        func heldThroughOwn() async throws {
            let site = try TestSite()
            let own = try await site.add("eve@there.test", state: .held, held: ["MINE"])
            site.held.put("Subject: mine\r\n\r\nmy text", as: "MINE", of: TestSite.ann)
            site.held.put("Subject: secret\r\n\r\ntext", as: "THEIRS", of: TestSite.bob)
            var browser = try await site.browser()
            #expect(try await browser.get("/held/\(own.id.text)/MINE").text.contains("my text"))
            for envelope in ["THEIRS", "..%2fTHEIRS", "%00", "MINE%2f..", String(repeating: "x", count: 5000)] {
                #expect(try await browser.get("/held/\(own.id.text)/\(envelope)").status == 404)
            }
        }

        @Test("W07: only an administrator chooses someone else's mailbox")
        func choosing() async throws {
            let site = try TestSite()
            try await site.add("eve@there.test", of: TestSite.bob)
            var browser = try await site.browser()
            #expect(try await browser.post("/owners", ["owner": TestSite.bob.name]).status == 404)
            #expect(!(try await browser.get("/owners").text.contains(TestSite.bob.name)))
            #expect(!(try await browser.get("/").text.contains("eve@there.test")))
        }

        @Test("An administrator sees who has contacts, and what they do for someone is recorded with their name")
        func administrator() async throws {
            let site = try TestSite()
            let contact = try await site.add("eve@there.test")
            var browser = try await site.browser(of: "root")
            #expect(try await browser.get("/").header("Location") == "/owners")
            #expect(try await browser.get("/owners").text.contains(TestSite.ann.name))
            #expect(try await browser.post("/owners", ["owner": TestSite.ann.name]).status == 303)
            #expect(try await browser.get("/").text.contains("eve@there.test"))
            #expect(try await browser.decide("welcome", contact).status == 303)
            let decided = try #require(try await site.contact("eve@there.test"))
            #expect(decided.decision?.maker == "page: root")
            let entries = try await site.audit.entries(from: "eve@there.test", to: TestSite.ann, limit: 10)
            #expect(entries.contains { $0.judge == "page: root" && $0.verdict == "welcome" })
            #expect(try await browser.post("/owners", ["owner": "nobody-has-this"]).status == 404)
        }

        @Test("W07: Why shows what was recorded for oneself, and nothing of other recipients")
        func why() async throws {
            let site = try TestSite()
            func entry(_ owner: Owner?, _ envelope: String, _ cause: String) -> AuditEntry {
                AuditEntry(
                    time: site.clock.now(), envelope: envelope, owner: owner, sender: "eve@there.test",
                    stage: "recipient",
                    judge: "contacts", verdict: "postpone", cause: cause)
            }
            try await site.audit.append([
                entry(nil, "BOTH", "for all"), entry(TestSite.ann, "BOTH", "for ann"),
                entry(TestSite.bob, "BOTH", "for bob"),
                entry(TestSite.bob, "BOBS", "only bob"), entry(nil, "BOBS", "shared of bob"),
            ])
            var browser = try await site.browser()
            let both = try await browser.get("/why?q=BOTH").text
            #expect(both.contains("for all") && both.contains("for ann") && !both.contains("for bob"))
            let bobs = try await browser.get("/why?q=BOBS").text
            #expect(!bobs.contains("only bob") && !bobs.contains("shared of bob"))
            let sender = try await browser.get("/why?q=Eve%40there.test").text
            #expect(sender.contains("for ann") && !sender.contains("for bob") && !sender.contains("only bob"))
        }
    }
#endif
