#if Web
    import SMTP
    import SamotopContacts
    import SamotopDelivery
    import Testing

    @testable import SamotopWeb

    @Suite("The page of mailboxes")
    struct MailboxTests {
        let site: TestSite
        init() throws { site = try TestSite() }

        private func rows() async throws -> [String] {
            try await site.addresses.store.table().rows.map { MailboxChanges.text($0.address) }
        }

        @Test("A person sees what leads to their mailbox, and of other addresses only that they aren't theirs")
        func own() async throws {
            var browser = try await site.browser()
            let page = try await browser.get("/mailboxes").text
            for text in [
                "all@here.test", "ann@here.test", "ann+{tag}@here.test", "ann+tag@here.test", "also to 1 more",
            ] {
                #expect(page.contains(text), "\(text)")
            }
            #expect(!page.contains("bob@here.test") && !page.contains("name=\"kind\""))
            let mine = try await browser.get("/mailboxes?which=ann%2Bshop@here.test").text
            #expect(mine.contains("You get mail for ann+shop@here.test.") && mine.contains("of the pattern ann+{tag}"))
            for other in ["bob@here.test", "nobody@here.test", "x@far.test"] {
                let answer = try await browser.get("/mailboxes?which=\(other)").text
                #expect(answer.contains("You don’t get mail for \(other).") && !answer.contains("bob-mailbox"))
            }
            #expect(try await browser.get("/mailboxes?which=%3Cscript%3E").text.contains("Write an address"))
            #expect(try await browser.post("/mailboxes", ["do": "add", "address": "x@here.test"]).status == 404)
            #expect(try await rows() == [])
        }

        @Test("A person sees that their mail goes on; where to is told whoever runs the server")
        func handedOn() async throws {
            try await site.add("eve@there.test")
            try site.addresses.handAnns(to: .lmtp([.host("mail.test", port: 24), .unix(path: "/run/lmtp")]))
            var ann = try await site.browser()
            let page = try await ann.get("/mailboxes").text
            #expect(page.contains("goes on to another mail server") && !page.contains("mail.test"))
            var root = try await site.browser(of: "root")
            _ = try await root.post("/owners", ["owner": TestSite.ann.name])
            #expect(try await root.get("/mailboxes").text.contains("(lmtp mail.test:24,/run/lmtp)"))
            try site.addresses.handAnns(to: .command(try DeliveryCommand(["/bin/sort", "{recipient}"])))
            #expect(try await ann.get("/mailboxes").text.contains("goes on to a program"))
            #expect(try await root.get("/mailboxes").text.contains("(command /bin/sort)"))
        }

        @Test(
            "Whoever runs the server is told where mail goes and why, adds addresses, and removes them after a question"
        )
        func administering() async throws {
            var browser = try await site.browser(of: "root")
            try await site.add("eve@there.test")
            _ = try await browser.post("/owners", ["owner": TestSite.ann.name])
            func which(_ address: String) async throws -> String {
                try await browser.get("/mailboxes?which=\(address)").text
            }
            #expect(
                try await which("all@here.test").contains("Mail for all@here.test goes to ann-mailbox, bob-mailbox."))
            #expect(try await which("abuse@here.test").contains("it is the postmaster’s"))
            #expect(try await which("gone@here.test").contains("Nobody gets mail for gone@here.test"))
            #expect(try await which("x@far.test").contains("of another server’s domain"))
            let added = try await browser.post(
                "/mailboxes",
                ["do": "add", "kind": "alias", "address": "Shop@here.test", "to": "ann@here.test, bob@here.test"])
            #expect(added.status == 303)
            #expect(try await browser.get(added.header("Location")).text.contains("shop@here.test was added."))
            #expect(try await which("shop@here.test").contains("goes to ann-mailbox, bob-mailbox"))
            let asked = try await browser.post("/mailboxes", ["do": "remove", "address": "shop@here.test"])
            #expect(
                asked.status == 200 && asked.text.contains("Remove this address?")
                    && asked.text.contains("action=\"/mailboxes\""))
            #expect(try await rows() == ["shop@here.test"])
            let removed = try await browser.post(
                "/mailboxes", ["do": "remove", "address": "shop@here.test", "confirmed": "shop@here.test"])
            #expect(removed.status == 303)
            #expect(try await rows() == [])
            let entries = try await site.audit.entries(from: "", to: TestSite.ann, limit: 10)
            #expect(
                entries.map(\.verdict).filter { $0.hasPrefix("address") }.sorted() == [
                    "address added", "address removed",
                ])
        }

        @Test(
            "What can't be is said, and shown again to be mended",
            arguments: [
                ("mailbox", "ann@here.test", "", "ann@here.test: listed twice"),
                ("mailbox", "a b", "", "Names have letters"),
                ("mailbox", "x@far.test", "", "its domain is not one of the domains"),
                ("alias", "x@here.test", "", "Names have letters"),
                ("alias", "x@here.test", "gone@here.test", "unknown target"),
                ("alias", "x@here.test", "x@here.test", "leads back to itself"),
                ("alias", "x@here.test", "<b>", "Names have letters"),
                ("nobody", "x@here.test", "ann@here.test", "Names have letters"),
            ])
        func refused(kind: String, address: String, to: String, words: String) async throws {
            let browser = try await site.browser(of: "root")
            let answer = try await browser.post(
                "/mailboxes", ["do": "add", "kind": kind, "address": address, "to": to])
            #expect(answer.status == 200 && answer.text.contains(words), "\(answer.text)")
            #expect(answer.text.contains("value=\"\(address)\"") && !answer.text.contains("<b>"))
            #expect(try await rows() == [])
        }

        @Test("A mailbox that was somebody's is added after a question")
        func again() async throws {
            let browser = try await site.browser(of: "root")
            let asked = try await browser.post(
                "/mailboxes", ["do": "add", "kind": "mailbox", "address": "Former@here.test"])
            #expect(asked.status == 200 && asked.text.contains("Add this address again?"))
            #expect(try await rows() == [])
            let added = try await browser.post(
                "/mailboxes",
                ["do": "add", "kind": "mailbox", "address": "former@here.test", "confirmed": "former@here.test"])
            #expect(added.status == 303)
            #expect(try await rows() == ["former@here.test"])
        }

        @Test("A change needs the form's token, and a removal the question's answer")
        func guarded() async throws {
            let browser = try await site.browser(of: "root")
            let forged = try await browser.post(
                "/mailboxes", ["do": "add", "address": "x@here.test", "token": "forged"])
            #expect(forged.status == 403)
            #expect(try await browser.post("/mailboxes", ["do": "explode"]).status == 400)
            let absent = try await browser.post(
                "/mailboxes", ["do": "remove", "address": "x@here.test", "confirmed": "x@here.test"])
            #expect(absent.status == 200 && absent.text.contains("in the table"))
            #expect(try await rows() == [])
        }

        @Test("Addresses beyond a page are on the next one, and found by a part of them")
        func many() async throws {
            let edits = try (100..<160).map { number in
                let address = try #require(Mailbox("n\(number)@here.test"))
                return AddressEdit.add(try #require(AddressRow(address, .nobody)))
            }
            try await site.addresses.store.edit(edits) { _ in }
            var browser = try await site.browser(of: "root")
            try await site.add("eve@there.test")
            _ = try await browser.post("/owners", ["owner": TestSite.ann.name])
            let first = try await browser.get("/mailboxes").text
            #expect(first.contains("n149@here.test") && !first.contains("n150@here.test") && first.contains("page=2"))
            #expect(try await browser.get("/mailboxes?page=2").text.contains("n159@here.test"))
            let found = try await browser.get("/mailboxes?q=N15").text
            #expect(found.contains("n155@here.test") && !found.contains("n100@here.test"))
        }
    }
#endif
