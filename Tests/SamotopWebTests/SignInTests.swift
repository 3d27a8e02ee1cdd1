#if Web
    import SamotopContacts
    import SamotopCore
    import Testing

    @testable import SamotopAccounts
    @testable import SamotopWeb

    @Suite struct SignInTests {
        @Test("Someone signs in by password, sees their page, and signs out")
        func byPassword() async throws {
            let site = try TestSite()
            var browser = try await site.browser()
            #expect(try await browser.get("/").status == 200)
            let out = try await browser.post("/sign-out")
            #expect(out.status == 303 && out.header("Set-Cookie").contains("Max-Age=0"))
            #expect(try await browser.get("/").header("Location") == "/sign-in")
        }

        @Test("W06: a wrong password and a name that nobody has get the same answer")
        func sameAnswer() async throws {
            let site = try TestSite()
            let browser = TestBrowser(site: site)
            let wrong = try await browser.postRaw("/sign-in", "name=ann&password=wrong")
            let unknown = try await browser.postRaw("/sign-in", "name=zoe&password=wrong")
            #expect(wrong.status == 403 && unknown.status == 403)
            #expect(wrong.text.replacing("ann", with: "zoe") == unknown.text)
        }

        @Test("W06: after eight failures further tries aren't looked at, right or wrong, until time has passed")
        func bruteForce() async throws {
            let site = try TestSite()
            let browser = TestBrowser(site: site)
            for _ in 0..<8 {
                #expect(try await browser.postRaw("/sign-in", "name=ann&password=wrong").status == 403)
            }
            let right = "name=ann&password=\(TestSite.password.queryEncoded)"
            #expect(try await browser.postRaw("/sign-in", right).status == 429)
            #expect(try await browser.postRaw("/sign-in", right.replacing("ann", with: "bob")).status == 303)
            site.clock.advance(seconds: 901)
            #expect(try await browser.postRaw("/sign-in", right).status == 303)
        }

        @Test("W06: many tries at the same moment count each")
        func parallelTries() async {
            let limiter = MemorySignInLimiter(clock: ManualClock())
            let admitted = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<100 { group.addTask { await limiter.admits(name: "ann", network: "192.0.2.1") } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(admitted == 8)
            await limiter.succeeded(name: "ann", network: "192.0.2.1")
            #expect(await limiter.admits(name: "ann", network: "192.0.2.1"))
        }

        @Test("W06: what the limiter remembers is bounded")
        func boundedMemory() async {
            var limits = MemorySignInLimiter.Limits()
            limits.remembered = 100
            let limiter = MemorySignInLimiter(limits: limits, clock: ManualClock())
            for number in 0..<1000 { _ = await limiter.admits(name: "name\(number)", network: "network\(number)") }
            #expect(limiter.remembered <= 103)
        }

        @Test("W05: a sign-in link works once, for some minutes, and only by its button")
        func link() async throws {
            let site = try TestSite()
            let browser = TestBrowser(site: site)
            let path = site.pages.links.path(for: "ann")
            // whoever looks at a link, mail scanners among them, doesn't use it up
            #expect(try await browser.site.send(.get, path).status == 200)
            #expect(try await browser.site.send(.get, path).status == 200)
            let used = try await browser.postRaw(path, "")
            #expect(used.status == 303 && TestBrowser.cookie(in: used) != nil)
            #expect(try await browser.postRaw(path, "").status == 404)
            let late = site.pages.links.path(for: "ann")
            site.clock.advance(seconds: 601)
            #expect(try await browser.postRaw(late, "").status == 404)
            #expect(try await browser.postRaw("/link/\(String(repeating: "A", count: 43))", "").status == 404)
        }

        @Test("W06: guesses at links are bounded for a network, and keep nobody's link from working before that")
        func guessedLinks() async throws {
            let site = try TestSite()
            let browser = TestBrowser(site: site)
            func guess() async throws -> Int {
                try await browser.postRaw("/link/\(SecretToken.random().text)", "").status
            }
            for _ in 0..<39 { #expect(try await guess() == 404) }
            #expect(try await browser.postRaw(site.pages.links.path(for: "ann"), "").status == 303)
            #expect(try await guess() == 404)
            #expect(try await browser.postRaw(site.pages.links.path(for: "ann"), "").status == 429)
            site.clock.advance(seconds: 901)
            #expect(try await browser.postRaw(site.pages.links.path(for: "ann"), "").status == 303)
        }

        @Test("A busy verifier and a password of a megabyte are answered, not served")
        func tooLong() async throws {
            let site = try TestSite()
            let browser = TestBrowser(site: site)
            let long = String(repeating: "x", count: 1_000_000)
            #expect(try await browser.postRaw("/sign-in", "name=ann&password=\(long)").status == 413)
        }
    }
#endif
