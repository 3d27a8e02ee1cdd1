#if Web
    import HTTPTypes
    import SamotopContacts
    import Testing

    @testable import SamotopWeb

    @Suite struct CrossSiteTests {
        private static let site = HTTPField.Name("Sec-Fetch-Site")

        private static let paths = [
            "/sign-out", "/owners", "/contacts", "/import", "/undo", "/contacts/{id}/decide", "/contacts/{id}/forget",
            "/policy", "/addresses", "/addresses/secret/revoke",
        ]

        private func body(_ token: String, _ contact: Contact) -> String {
            "token=\(token)&do=welcome&as=\(contact.identity.mark.queryEncoded)&owner=ann-mailbox&address=x@y.test&all=1"
        }

        @Test("W03: without the token of the page nothing changes", arguments: paths)
        func withoutToken(path: String) async throws {
            let site = try TestSite()
            let contact = try await site.add("eve@there.test")
            _ = try await PassDesk(site.passes).make(.once, word: Pass.Word("secret"), of: TestSite.ann)
            let passes = try await site.passes.passes(of: TestSite.ann)
            let browser = try await site.browser()
            let other = try await site.browser(of: "bob")
            let path = path.replacing("{id}", with: contact.id.text)
            for token in ["", "x", String(browser.token.dropLast()), other.token] {
                #expect(try await browser.postRaw(path, body(token, contact)).status == 403)
            }
            #expect(try await site.contact("eve@there.test") == contact)
            #expect(try await site.policies.policies(of: TestSite.ann).isEmpty)
            #expect(try await site.passes.passes(of: TestSite.ann) == passes)
        }

        @Test("W03: a form of another site is refused, with the right token too")
        func otherOrigin() async throws {
            let site = try TestSite()
            let contact = try await site.add("eve@there.test")
            let browser = try await site.browser()
            let fetchSite = try #require(Self.site)
            let path = "/contacts/\(contact.id.text)/decide"
            let foreign: [HTTPFields] = [
                [.origin: "http://evil.test"], [.origin: "null"], [.origin: "http://localhost:1"],
                [.origin: "http://localhost.evil.test"], [fetchSite: "cross-site"], [fetchSite: "same-site"],
                [fetchSite: "none"], [.origin: "null", fetchSite: "cross-site"], [.origin: ""],
            ]
            for fields in foreign {
                let answer = try await browser.postRaw(path, body(browser.token, contact), extra: fields)
                #expect(answer.status == 403, "\(fields)")
            }
            #expect(try await site.contact("eve@there.test")?.state == .waiting)
            // what a browser sends from a page that tells no referrer
            let own: HTTPFields = [.origin: "null", fetchSite: "same-origin"]
            #expect(try await browser.postRaw(path, body(browser.token, contact), extra: own).status == 303)
            #expect(try await site.contact("eve@there.test")?.state == .welcome)
        }

        @Test("W03: with TLS a form of the plain page of the same host is refused")
        func plainOrigin() async throws {
            let secure = try #require(WebOrigin("https://mail.example.org"))
            let site = try TestSite(settings: WebSettings(baseURL: secure))
            let plain: HTTPFields = [
                .origin: "http://mail.example.org", .contentType: "application/x-www-form-urlencoded",
            ]
            let body = "name=ann&password=\(TestSite.password.queryEncoded)"
            #expect(
                try await site.send(.post, "/sign-in", headers: plain, body: body, authority: "mail.example.org").status
                    == 403)
            var fields = plain
            fields[.origin] = "https://mail.example.org"
            let answer = try await site.send(
                .post, "/sign-in", headers: fields, body: body, authority: "mail.example.org")
            #expect(answer.status == 303 && answer.header("Set-Cookie").hasPrefix("__Host-"))
        }

        @Test("W03: a form that was made for another mailbox is refused")
        func otherMailbox() async throws {
            let site = try TestSite()
            try await site.add("eve@there.test", of: TestSite.ann)
            try await site.add("eve@there.test", of: TestSite.bob)
            var browser = try await site.browser(of: "root")
            _ = try await browser.post("/owners", ["owner": TestSite.ann.name])
            let page = try await browser.get("/policy")
            #expect(page.status == 200)
            let old = browser
            _ = try await browser.post("/owners", ["owner": TestSite.bob.name])
            #expect(try await old.post("/policy", ["all": "yes", "strangers": "welcome"]).status == 403)
            #expect(try await site.policies.policies(of: TestSite.bob).isEmpty)
        }

        @Test(
            "W03: GET changes nothing, whatever stands in the query",
            arguments: paths + ["/", "/contacts/{id}", "/link/x"])
        func getChangesNothing(path: String) async throws {
            let site = try TestSite()
            let contact = try await site.add("eve@there.test")
            var browser = try await site.browser()
            let version = try await site.store.version()
            let path = path.replacing("{id}", with: contact.id.text)
            let answer = try await browser.get("\(path)?" + body(browser.token, contact))
            #expect([200, 303, 404, 405].contains(answer.status))
            #expect(try await site.store.version() == version)
            #expect(try await browser.get("/").status == 200)
        }

        @Test(
            "W04: a name that isn't ours gets 421 and no page",
            arguments: [
                "evil.test", "evil.test:8025", "localhost.evil.test", "127.0.0.1.evil.test", "localhost@evil.test", "",
                "[::ffff:1]",
                "local host", "localhost:99999", "\u{0}",
            ])
        func unknownHost(host: String) async throws {
            let site = try TestSite()
            let browser = try await site.browser()
            let answer = try await site.send(.get, "/", headers: browser.headers, authority: host)
            #expect(answer.status == 421)
            #expect(!answer.text.contains("ann"))
            #expect(try await site.send(.get, "/sign-in", authority: nil).status == 421)
        }

        @Test(
            "W04: the names of this machine and those in the settings are answered",
            arguments: [
                "localhost", "localhost:8025", "127.0.0.1:8025", "[::1]:8025", "LOCALHOST", "box.lan",
            ])
        func knownHost(host: String) async throws {
            let site = try TestSite(settings: WebSettings(otherHosts: ["box.lan"]))
            #expect(try await site.send(.get, "/sign-in", authority: host).status == 200)
        }
    }
#endif
