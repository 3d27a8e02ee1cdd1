#if Web
    import HTTPTypes
    import SamotopContacts
    import Testing

    @testable import SamotopWeb

    /// Who sees the pages *Queue* and *Signatures*, and from where they can be used.
    @Suite struct AdministrationTests {
        private static let pages = [
            "/queue", "/queue/message?id=M1", "/signatures", "/signatures/domain?name=there.test",
        ]
        private static let site = HTTPField.Name("Sec-Fetch-Site")

        private func filled(sends: Bool = true) async throws -> TestSite {
            let site = try TestSite(sends: sends)
            try await site.addPeer("there.test", offered: TestSite.keyB)
            try site.queue.add("M1", to: ["bob@there.test"])
            site.clock.advance(seconds: 1)
            return site
        }

        @Test("W07: for who isn't an administrator the pages don't exist, and nothing leads to them", arguments: pages)
        func others(path: String) async throws {
            let site = try await filled()
            var ann = try await site.browser()
            #expect(try await ann.get(path).status == 404)
            let home = try await ann.get("/contacts").text
            #expect(!home.contains("href=\"/queue\"") && !home.contains("href=\"/signatures\""))
            #expect(try await ann.post("/queue", ["do": "hold", "id": "M1"]).status == 404)
            #expect(try await ann.post("/signatures", ["do": "hold", "domain": "there.test"]).status == 404)
            #expect(site.queue.performed.isEmpty)
            #expect(try await site.peer("there.test").decision.holdsMail == false)
            let nobody = TestBrowser(site: site)
            #expect(try await site.send(.get, path).header("Location") == "/sign-in")
            #expect(try await nobody.postRaw("/queue", "do=hold&id=M1").status == 403)
        }

        @Test("Where the server sends no mail, administrators have no such pages either", arguments: pages)
        func withoutSending(path: String) async throws {
            let site = try await filled(sends: false)
            var root = try await site.browser(of: "root")
            #expect(try await root.get(path).status == 404)
            #expect(!(try await root.get("/owners").text.contains("/signatures")))
        }

        @Test("Administrators see them in the menu, before they chose a mailbox and after", arguments: pages)
        func administrators(path: String) async throws {
            let site = try await filled()
            var root = try await site.browser(of: "root")
            #expect(try await root.get("/owners").text.contains("href=\"/queue\""))
            #expect(try await root.get(path).status == 200)
            try await site.add("eve@there.test")
            _ = try await root.post("/owners", ["owner": TestSite.ann.name])
            let page = try await root.get(path)
            #expect(page.status == 200 && page.text.contains("href=\"/signatures\""))
        }

        @Test("Who is no administrator any more is shut out at once")
        func demoted() async throws {
            let site = try await filled()
            var root = try await site.browser(of: "root")
            #expect(try await root.get("/queue").status == 200)
            site.accounts.set(WebAccount(name: "root", owners: [TestSite.bob], password: TestSite.hash), named: "root")
            #expect(try await root.get("/queue").status == 404)
            #expect(try await root.post("/queue", ["do": "hold", "id": "M1"]).status == 404)
            #expect(site.queue.performed.isEmpty)
        }

        private static let forms = [
            "/queue?do=retry&id=M1", "/queue?do=hold", "/queue?do=drop&confirmed=9", "/queue?do=fail&confirmed=9&id=M1",
            "/signatures?do=hold&domain=there.test", "/signatures?do=pin&domain=there.test&key=\(TestSite.keyB)",
            "/signatures?do=accept&domain=there.test", "/signatures?do=lower&domain=there.test",
        ]

        @Test("W03: without the token of the page, from another site, or by GET, nothing is decided", arguments: forms)
        func forged(form: String) async throws {
            let site = try await filled()
            let before = try await site.peer("there.test")
            var root = try await site.browser(of: "root")
            let other = try await site.browser()
            let parts = form.split(separator: "?").map(String.init)
            for token in ["", "x", String(root.token.dropLast()), other.token] {
                #expect(try await root.postRaw(parts[0], "\(parts[1])&token=\(token)").status == 403)
            }
            let fetchSite = try #require(Self.site)
            let foreign: [HTTPFields] = [
                [.origin: "http://evil.test"], [.origin: "null"], [fetchSite: "cross-site"],
                [.origin: "http://localhost:1"],
            ]
            for fields in foreign {
                let body = "\(parts[1])&token=\(root.token)"
                #expect(try await root.postRaw(parts[0], body, extra: fields).status == 403)
            }
            #expect(try await root.get("\(form)&token=\(root.token)").status == 200)
            #expect(site.queue.performed.isEmpty)
            #expect(try await site.peer("there.test") == before)
            // the same form, as the page has it
            #expect(try await root.postRaw(parts[0], "\(parts[1])&token=\(root.token)").status == 303)
            let after = try await site.peer("there.test")
            #expect(!site.queue.performed.isEmpty || after != before)
        }
    }
#endif
