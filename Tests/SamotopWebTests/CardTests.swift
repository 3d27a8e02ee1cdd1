#if Web
    import SamotopContacts
    import SamotopCore
    import Testing

    @testable import SamotopWeb

    @Suite struct CardTests {
        private func page(_ site: TestSite, _ path: String = "/") async throws -> String {
            var browser = try await site.browser()
            return try await browser.get(path).text
        }

        @Test("A card says in words what was proved, and what wasn't")
        func proof() async throws {
            let site = try TestSite()
            try await site.add("eve@there.test", identity: Identity(.domain("there.test"), proofs: [.spf, .dkim]))
            let proven = try await page(site)
            #expect(proven.contains("The mail really comes from there.test.") && proven.contains("DKIM · SPF"))
            #expect(proven.contains("Welcome all of"))
            try await site.add("eve@there.test", identity: Identity(.network("203.0.113.0/24")))
            let unproven = try await page(site)
            #expect(unproven.contains("A welcome counts for the network 203.0.113.0/24 alone."))
            #expect(!unproven.contains("really comes from") && !unproven.contains("Welcome all of"))
        }

        @Test("The clock: four days from the first try, and what comes after the owner's patience")
        func clock() async throws {
            let site = try TestSite()
            try await site.policies.set(ScreeningPolicy(patience: 9, unanswered: .hold), for: "", of: TestSite.ann)
            try await site.add("eve@there.test", ago: 86_400)
            let early = try await page(site)
            let end = Moment(timestamp: site.clock.now().adding(seconds: 3 * 86_400), words: .english)
            #expect(early.contains("<strong>\(end.day)</strong>") && early.contains("stroke-dasharray=\"75 100\""))
            #expect(early.contains("After 9 days without your word, their mail is taken and held."))
            site.clock.advance(seconds: 4 * 86_400)
            #expect(try await page(site).contains("has likely given up since"))
        }

        @Test("What others decided: numbers of those who share, and of a proven domain alone")
        func shared() async throws {
            let site = try TestSite()
            for (name, state) in [
                ("one", Contact.State.welcome), ("two", .welcome), ("three", .blocked), ("silent", .blocked),
            ] {
                let owner = Owner(name)
                let decided = try await site.add(
                    "kim@there.test", of: owner, identity: Identity(.domain("there.test"), proofs: [.dkim]))
                try await ContactDesk(site.store, clock: site.clock).decide(
                    state, about: decided.correspondent, of: owner, by: "page")
                guard name != "silent" else { continue }
                try await site.policies.set(ScreeningPolicy(sharesDecisions: true), for: "", of: owner)
            }
            try await site.add("eve@there.test")
            let text = try await page(site)
            #expect(text.contains("Others here: 2 welcomed it, one blocked it"))
            #expect(!text.contains("one</") && !text.contains("silent") && !text.contains("kim@"))
            try await site.add("eve@there.test", identity: Identity(.network("192.0.2.0/24")))
            #expect(!(try await page(site).contains("Others here")))
        }

        @Test("Thousands who wait come fifty at a time, and are counted")
        func pages() async throws {
            let site = try TestSite()
            for number in 0..<1234 { try await site.add("person\(number)@there\(number).test", ago: Int64(number)) }
            let first = try await page(site)
            #expect(first.components(separatedBy: "<article").count == 51)
            #expect(
                first.contains("1234 people wait") && first.contains("page=2")
                    && !first.contains("rel=\"prev\""))
            let last = try await page(site, "/?page=25")
            #expect(last.components(separatedBy: "<article").count == 35 && !last.contains("rel=\"next\""))
            #expect(try await page(site, "/?page=999999999").contains("rel=\"prev\""))
            #expect(try await page(site, "/?q=PERSON77@").components(separatedBy: "<article").count == 2)
        }

        @Test("Nobody waits, nobody found: the page says what that means")
        func empty() async throws {
            let site = try TestSite()
            #expect(try await page(site).contains("Nobody is waiting"))
            #expect(try await page(site, "/contacts").contains("Your book is empty"))
            #expect(try await page(site, "/held").contains("No mail is held"))
            try await site.add("eve@there.test")
            #expect(try await page(site, "/?q=nobody-has-this").contains("Nobody like that is waiting"))
        }
    }
#endif
