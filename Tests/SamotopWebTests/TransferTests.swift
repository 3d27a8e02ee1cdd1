#if Web
    import HTTPTypes
    import SMTP
    import SamotopContacts
    import Testing

    @testable import SamotopWeb

    @Suite struct TransferTests {
        private func upload(_ browser: TestBrowser, _ content: String) async throws -> Answer {
            let body =
                "--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n\(browser.token)\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"book.txt\"\r\n\r\n\(content)\r\n--b--\r\n"
            return try await browser.postRaw("/import", body, extra: [.contentType: "multipart/form-data; boundary=b"])
        }

        @Test("A list's people are welcome, those blocked stay so, and Undo takes it back")
        func importing() async throws {
            let site = try TestSite()
            try await site.add("bad@there.test", state: .blocked)
            try await site.add("eve@there.test")
            let browser = try await site.browser()
            let answer = try await upload(browser, "bad@there.test\neve@there.test\nnew@there.test\nnonsense")
            #expect(answer.status == 303)
            #expect(try await site.contact("bad@there.test")?.state == .blocked)
            #expect(try await site.contact("eve@there.test")?.state == .welcome)
            #expect(try await site.contact("new@there.test")?.decision?.maker == "import")
            let notice = String(try #require(answer.header("Location").split(separator: "notice=").last))
            _ = try await browser.post("/undo", ["notice": notice])
            #expect(try await site.contact("eve@there.test")?.state == .waiting)
            #expect(try await site.contact("new@there.test") == nil)
        }

        @Test("What can't be read, and an empty list, are told")
        func unreadable() async throws {
            let site = try TestSite()
            let browser = try await site.browser()
            #expect(try await upload(browser, "\u{0}\u{1}").text.contains("no address"))
            #expect(try await upload(browser, "").text.contains("no address"))
            #expect(
                try await browser.postRaw("/import", "x", extra: [.contentType: "multipart/form-data; boundary=b"])
                    .status == 400)
        }

        @Test("The export has everyone who was decided about, and can be imported")
        func exporting() async throws {
            let site = try TestSite()
            for number in 0..<1500 { try await site.add("person\(number)@there.test", state: .welcome) }
            try await site.add("bad@there.test", state: .blocked)
            try await site.add("=stranger@there.test")
            let browser = try await site.browser()
            let text = try await site.send(.get, "/export", headers: browser.headers).text
            #expect(!text.contains("stranger"))
            let other = try await site.browser(of: "bob")
            #expect(try await upload(other, text).status == 303)
            #expect(try await site.store.counts(of: TestSite.bob) == [.welcome: 1500, .blocked: 1])
        }
    }
#endif
