#if Web
    import HTTPTypes
    import SamotopContacts
    import SamotopCore
    import Testing

    @testable import SamotopWeb

    @Suite struct KeysPageTests {
        let keys = TestKeys()
        let site: TestSite

        init() throws { site = try TestSite(keys: keys) }

        private static let a = String(repeating: "A", count: 40)
        private static let b = String(repeating: "B", count: 40)

        private func upload(_ browser: TestBrowser, _ content: String) async throws -> Answer {
            let body =
                "--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n\(browser.token)\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"key.asc\"\r\n\r\n\(content)\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n\r\n--b--\r\n"
            return try await browser.postRaw("/keys", body, extra: [.contentType: "multipart/form-data; boundary=b"])
        }

        @Test("A key is taken from a file or from text; the page shows its fingerprint in groups, and what it is for")
        func adding() async throws {
            var browser = try await site.browser()
            #expect(try await browser.get("/keys").text.contains("No key yet"))
            let answer = try await upload(browser, "public A")
            #expect(answer.status == 303)
            let page = try await browser.get(answer.header("Location")).text
            #expect(page.contains("From the next message on your mail is encrypted to the key AAAA AAAA"))
            #expect(try await browser.post("/keys", ["key": "public B"]).status == 303)
            let both = try await browser.get("/keys").text
            for text in ["AAAA AAAA", "BBBB BBBB", "Ann &lt;ann@here.test&gt;", "ECDH, Curve25519", "no end"] {
                #expect(both.contains(text), "\(text)")
            }
            #expect(both.components(separatedBy: "New mail is encrypted to it").count == 3)
            let bob = try await keys.keys(of: TestSite.bob)
            #expect(bob.keys.isEmpty)
            let recorded = try await site.audit.entries(from: "", to: TestSite.ann, limit: 10)
            #expect(recorded.filter { $0.verdict == "key added" }.count == 2)
        }

        @Test("P08: a secret key is refused in clear words, and not shown again; so is what can't be used, with why")
        func refusing() async throws {
            let browser = try await site.browser()
            for answer in [
                try await upload(browser, "secret CANARY-X"),
                try await browser.post("/keys", ["key": "secret CANARY-X"]),
            ] {
                #expect(
                    answer.status == 200 && answer.text.contains("Nothing was taken or kept: this is a secret key."))
                #expect(!answer.text.contains("CANARY"))
            }
            let expired = try await browser.post("/keys", ["key": "expired A"]).text
            #expect(expired.contains("The key AAAA AAAA") && expired.contains("expired on 2020-03-01"))
            #expect(try await browser.post("/keys", ["key": " \r\n"]).text.contains("Choose a file, or paste a key"))
            #expect(try await keys.keys(of: TestSite.ann).keys.isEmpty)
        }

        @Test("A key that doesn't name the mailbox is taken after a question, with what was read of it")
        func otherUserID() async throws {
            let browser = try await site.browser()
            let asked = try await browser.post("/keys", ["key": "other A"]).text
            #expect(asked.contains("Is this key yours?") && asked.contains("AAAA AAAA"))
            #expect(try await keys.keys(of: TestSite.ann).keys.isEmpty)
            let fields = HTMLReader(asked).tags.filter { $0.name == "input" && $0.attributes["type"] == "hidden" }
            #expect(fields.contains { $0.attributes["name"] == "key" && $0.attributes["value"] == "other A" })
            #expect(try await browser.post("/keys", ["key": "other A", "any-user-id": "yes"]).status == 303)
            #expect(try await keys.keys(of: TestSite.ann).keys.count == 1)
        }

        @Test("A certificate takes the place of OpenPGP keys after a question, and is fetched as PEM")
        func certificates()
            async throws
        {
            var browser = try await site.browser()
            #expect(try await browser.post("/keys", ["key": "public A"]).status == 303)
            let asked = try await browser.post("/keys", ["key": "certificate B"]).text
            #expect(asked.contains("Use this certificate instead of your OpenPGP keys?") && asked.contains("BBBB BBBB"))
            #expect(try await keys.keys(of: TestSite.ann).keys.map(\.fingerprint) == [Self.a])
            let fields = HTMLReader(asked).tags.filter { $0.name == "input" && $0.attributes["type"] == "hidden" }
            func hidden(_ name: String) -> String? {
                fields.first { $0.attributes["name"] == name }?.attributes["value"]
            }
            #expect(hidden("key") == "certificate B" && hidden("replace") == "yes" && hidden("any-user-id") == nil)
            #expect(try await browser.post("/keys", ["key": "certificate B", "replace": "yes"]).status == 303)
            #expect(try await keys.keys(of: TestSite.ann).keys.map(\.fingerprint) == [Self.b])
            let page = try await browser.get("/keys").text
            #expect(page.contains("BBBB BBBB") && !page.contains("key-publish"))
            let file = try await site.send(.get, "/keys/\(Self.b)/key.asc", headers: browser.headers)
            #expect(file.header("Content-Type") == "application/x-pem-file")
            #expect(file.header("Content-Disposition").contains("\(Self.b).pem"))
            #expect(try await browser.post("/keys", ["key": "public A"]).text.contains("instead of your certificates?"))
        }

        @Test("A key that a program announces isn't offered beside certificates") func offerBesideCertificates()
            async throws
        {
            keys.set(MailboxKeys([TestKeys.key("A", isCertificate: true)], offered: TestKeys.key("B")))
            let browser = try await site.browser()
            let page = try await site.send(.get, "/keys", headers: browser.headers).text
            #expect(page.contains("act-instead") && !page.contains("act-beside"))
        }

        @Test("Removing asks first, and says what follows from it; nobody else's key can be removed or fetched")
        func removing() async throws {
            keys.set(MailboxKeys([TestKeys.key("A"), TestKeys.key("B")]))
            let browser = try await site.browser()
            let asked = try await browser.post("/keys/\(Self.a)/remove").text
            #expect(asked.contains("Remove this key?") && asked.contains("encrypted to your other keys"))
            #expect(try await keys.keys(of: TestSite.ann).keys.count == 2)
            #expect(try await browser.post("/keys/\(Self.a)/remove", ["confirmed": "yes"]).status == 303)
            #expect(try await keys.keys(of: TestSite.ann).keys.map(\.fingerprint) == [Self.b])
            #expect(try await browser.post("/keys/\(Self.b)/remove").text.contains("stored as it comes"))
            #expect(try await browser.post("/keys/\(Self.a)/remove", ["confirmed": "yes"]).status == 404)
            let bob = try await site.browser(of: "bob")
            #expect(try await bob.post("/keys/\(Self.b)/remove", ["confirmed": "yes"]).status == 404)
            #expect(try await site.send(.get, "/keys/\(Self.b)/key.asc", headers: bob.headers).status == 404)
            let file = try await site.send(.get, "/keys/\(Self.b)/key.asc", headers: browser.headers)
            #expect(file.text == "armour B" && file.header("Content-Type") == "application/pgp-keys")
            #expect(file.header("Content-Disposition").contains("\(Self.b).asc"))
        }

        @Test("P02: a key that can't be used is a warning on each page, and the page of keys says why")
        func warnings() async throws {
            let browser = try await site.browser()
            func shown(_ known: MailboxKeys) async throws -> String {
                keys.set(known)
                return try await site.send(.get, "/contacts", headers: browser.headers).text
            }
            let broken = TestKeys.key("A", problem: "expired on 2020-03-01")
            #expect(!(try await shown(MailboxKeys([TestKeys.key("A")])).contains("key-warning")))
            #expect(!(try await shown(MailboxKeys([])).contains("key-warning")))
            let none = try await shown(MailboxKeys([broken]))
            #expect(none.contains("No mail is taken for you") && none.contains("expired on 2020-03-01"))
            #expect(
                try await shown(MailboxKeys([broken, TestKeys.key("B")])).contains("One of your keys can’t be used"))
            #expect(try await shown(MailboxKeys([], problem: "no key can be read")).contains("no key can be read"))
            #expect(try await shown(MailboxKeys([], needsKey: true)).contains("until you add a key"))
            let soon = site.clock.now().adding(seconds: 10 * 86_400)
            #expect(try await shown(MailboxKeys([TestKeys.key("A", expires: soon)])).contains("Prolong it"))
            let later = site.clock.now().adding(seconds: 40 * 86_400)
            #expect(!(try await shown(MailboxKeys([TestKeys.key("A", expires: later)])).contains("key-warning")))
            keys.set(MailboxKeys([broken]))
            let page = try await site.send(.get, "/keys", headers: browser.headers).text
            #expect(page.contains("No mail is encrypted to it: expired on 2020-03-01"))
            #expect(!page.contains("New mail is encrypted to it"))
        }

        @Test("Keys that can't be read can be removed as a whole") func unreadable() async throws {
            keys.set(MailboxKeys([], problem: "no key can be read"))
            let browser = try await site.browser()
            #expect(try await browser.post("/keys/all/remove").text.contains("Remove your only key?"))
            #expect(try await browser.post("/keys/all/remove", ["confirmed": "yes"]).status == 303)
            #expect(try await keys.keys(of: TestSite.ann).problem == nil)
        }

        @Test("P07: an announced key changes nothing until its owner decides") func offers() async throws {
            let offered = TestKeys.key("B")
            func offer() { keys.set(MailboxKeys([TestKeys.key("A")], offered: offered)) }
            func known() async throws -> [String] { try await keys.keys(of: TestSite.ann).keys.map(\.fingerprint) }
            offer()
            let browser = try await site.browser()
            let page = try await site.send(.get, "/keys", headers: browser.headers).text
            #expect(page.contains("announces another key") && page.contains("BBBB BBBB"))
            #expect(try await browser.post("/keys/\(Self.a)/offer", ["do": "beside"]).text.contains("offered any more"))
            #expect(try await browser.post("/keys/\(Self.b)/offer", ["do": "x"]).status == 400)
            #expect(try await known() == [Self.a])
            #expect(try await browser.post("/keys/\(Self.b)/offer", ["do": "decline"]).status == 303)
            #expect(try await known() == [Self.a])
            offer()
            #expect(try await browser.post("/keys/\(Self.b)/offer", ["do": "beside"]).status == 303)
            #expect(try await known() == [Self.a, Self.b])
            offer()
            #expect(try await browser.post("/keys/\(Self.b)/offer", ["do": "instead"]).status == 303)
            #expect(try await known() == [Self.b])
        }

        @Test("Whether others find the keys is their owner's choice") func publishing() async throws {
            let browser = try await site.browser()
            #expect(try await browser.post("/keys/published", ["published": "no"]).status == 303)
            #expect(!(try await keys.keys(of: TestSite.ann).isPublished))
            let page = try await site.send(.get, "/keys", headers: browser.headers).text
            #expect(page.contains("Nobody finds your key here."))
            #expect(try await browser.post("/keys/published", ["published": "yes"]).status == 303)
            #expect(try await keys.keys(of: TestSite.ann).isPublished)
        }

        @Test("What a key says of itself stays text") func markup() async throws {
            for payload in MarkupPayloads.all.prefix(60) {
                var known = MailboxKeys([
                    MailboxKey(
                        fingerprint: Self.a, userIDs: [payload, payload], algorithm: payload, expires: nil,
                        problem: payload,
                        armored: [])
                ])
                known.offered = known.keys[0]
                keys.set(known)
                let browser = try await site.browser()
                let shape = PageShape(try await site.send(.get, "/keys", headers: browser.headers).text)
                #expect(
                    shape.strange.isEmpty && shape.counts["script"] == 1 && shape.counts["img"] == nil, "\(payload)")
            }
        }

        @Test("A form without the page's token changes nothing; what is too large is 413") func tokens() async throws {
            keys.set(MailboxKeys([TestKeys.key("A")]))
            var browser = try await site.browser()
            #expect(try await browser.post("/keys", ["key": String(repeating: "x", count: 400 << 10)]).status == 413)
            browser.token = "wrong"
            for path in ["/keys", "/keys/\(Self.a)/remove", "/keys/\(Self.a)/offer", "/keys/published"] {
                #expect(try await browser.post(path, ["confirmed": "yes", "key": "public B"]).status == 403, "\(path)")
            }
            #expect(try await keys.keys(of: TestSite.ann).keys.map(\.fingerprint) == [Self.a])
        }

        @Test("Where nothing is encrypted the page isn't there") func absent() async throws {
            let site = try TestSite()
            var browser = try await site.browser()
            #expect(try await browser.get("/keys").status == 404)
            #expect(!(try await browser.get("/contacts").text.contains("href=\"/keys\"")))
        }
    }
#endif
