#if Web
    import HTTPTypes
    import SamotopContacts
    import Testing

    @testable import SamotopAccounts
    @testable import SamotopWeb

    @Suite struct SessionTests {
        @Test(
            "W05: the cookie is for this host, for HTTP alone, and never sent from elsewhere; with TLS it is bound to it"
        )
        func cookie() throws {
            let token = SecretToken.random()
            let plain = SessionCookie(isSecure: false).setting(token)
            #expect(plain == "samotop=\(token.text); Path=/; HttpOnly; SameSite=Strict")
            let secure = SessionCookie(isSecure: true).setting(token)
            #expect(secure == "__Host-samotop=\(token.text); Path=/; HttpOnly; SameSite=Strict; Secure")
        }

        @Test("W05: a session that was planted before sign-in isn't the one after it, and opens nothing")
        func fixation() async throws {
            let site = try TestSite()
            var browser = TestBrowser(site: site)
            let planted = "samotop=\(SecretToken.random().text)"
            browser.cookie = planted
            try await browser.signIn("ann")
            #expect(browser.cookie != planted)
            browser.cookie = planted
            #expect(try await browser.get("/").status == 303)
        }

        @Test("W05: signing in again ends the session that was there")
        func renewal() async throws {
            let site = try TestSite()
            var browser = try await site.browser()
            let old = browser.cookie
            try await browser.signIn("ann")
            #expect(browser.cookie != old)
            browser.cookie = old
            #expect(try await browser.get("/").status == 303)
        }

        @Test("W05: a cookie is worth nothing after signing out, everywhere too")
        func signOut() async throws {
            let site = try TestSite()
            var browser = try await site.browser()
            var other = try await site.browser()
            _ = try await browser.post("/sign-out")
            #expect(try await browser.get("/").status == 303)
            #expect(try await other.get("/").status == 200)
            _ = try await other.post("/sign-out", ["everywhere": "yes"])
            #expect(try await other.get("/").status == 303)
        }

        @Test("W05: another password, or no account, ends all its sessions at once")
        func passwordChange() async throws {
            let site = try TestSite()
            var browser = try await site.browser()
            let changed = PasswordHash(of: "another", cost: PasswordHash.Cost(logarithm: 10) ?? .standard)
            site.accounts.set(WebAccount(name: "ann", owners: [TestSite.ann], password: changed), named: "ann")
            #expect(try await browser.get("/").status == 303)
            var bob = try await site.browser(of: "bob")
            site.accounts.set(nil, named: "bob")
            #expect(try await bob.get("/").status == 303)
        }

        @Test("W05: a session ends half an hour after the last request, and in any case after twelve hours")
        func expiry() async throws {
            let site = try TestSite()
            var browser = try await site.browser()
            site.clock.advance(seconds: 1799)
            #expect(try await browser.get("/").status == 200)
            site.clock.advance(seconds: 1800)
            #expect(try await browser.get("/").status == 303)
            browser = try await site.browser()
            for _ in 0..<24 {
                site.clock.advance(seconds: 1700)
                #expect(try await browser.get("/").status == 200)
            }
            site.clock.advance(seconds: 1700)
            site.clock.advance(seconds: 700)
            #expect(try await browser.get("/").status == 303)
        }

        @Test("W05: two different cookies of the name: neither counts")
        func twoCookies() {
            let cookie = SessionCookie(isSecure: false)
            let (first, second) = (SecretToken.random(), SecretToken.random())
            #expect(cookie.token(in: [.cookie: "a=b; samotop=\(first.text)"]) == first)
            #expect(cookie.token(in: [.cookie: "samotop=\(first.text); samotop=\(second.text)"]) == nil)
            #expect(cookie.token(in: [.cookie: "xsamotop=\(first.text)"]) == nil)
            #expect(cookie.token(in: [.cookie: "samotop=short"]) == nil)
        }

        @Test("No page has the session's token in it, and someone has at most twenty sessions")
        func tokenStaysInCookie() async throws {
            let site = try TestSite()
            var browser = try await site.browser()
            let first = browser
            let token = try #require(browser.cookie?.split(separator: "=").last)
            for path in ["/", "/contacts", "/held", "/why", "/policy", "/owners"] {
                #expect(!(try await browser.get(path).text.contains(token)))
            }
            for _ in 0..<20 {
                site.clock.advance(seconds: 1)
                _ = try await site.browser()
            }
            var oldest = first
            #expect(try await oldest.get("/").status == 303)
        }
    }
#endif
