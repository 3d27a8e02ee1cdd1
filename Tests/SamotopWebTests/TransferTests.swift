#if Web
    import HTTPTypes
    import SMTP
    import SamotopContacts
    import Testing

    @testable import SamotopWeb

    @Suite struct TransferTests {
        private struct Lines: ContactListReader {
            struct Unreadable: Error {}
            func contacts(in bytes: [UInt8], named name: String) throws -> [ListedContact] {
                guard !bytes.contains(0) else { throw Unreadable() }
                return bytes.split(separator: 0x0A).compactMap { line in
                    Mailbox(Array(line.filter { $0 > 0x20 })).map { ListedContact(.address($0), name: name) }
                }
            }
        }

        private func upload(_ browser: TestBrowser, _ content: String) async throws -> Answer {
            let body =
                "--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n\(browser.token)\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"book.txt\"\r\n\r\n\(content)\r\n--b--\r\n"
            return try await browser.postRaw("/import", body, extra: [.contentType: "multipart/form-data; boundary=b"])
        }

        @Test("A list's people are welcome, those blocked stay so, and Undo takes it back")
        func importing() async throws {
            let site = try TestSite(importer: Lines())
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
            let site = try TestSite(importer: Lines())
            let browser = try await site.browser()
            #expect(try await upload(browser, "\u{0}").text.contains("can’t be read"))
            #expect(try await upload(browser, "").text.contains("no address"))
            #expect(
                try await browser.postRaw("/import", "x", extra: [.contentType: "multipart/form-data; boundary=b"])
                    .status == 400)
        }

        @Test("The export has everyone, and no spreadsheet runs anything in it")
        func exporting() async throws {
            let site = try TestSite()
            for number in 0..<1500 { try await site.add("person\(number)@there.test", state: .welcome) }
            try await site.add("eve@there.test", state: .blocked)
            let browser = try await site.browser()
            let text = try await site.send(.get, "/export", headers: browser.headers).text
            #expect(text.split(separator: "\r\n").count == 1502)
            #expect(ContactTransfer.field("=1+1") == "\"'=1+1\"" && ContactTransfer.field("a\"b") == "\"a\"\"b\"")
            #expect(
                ContactTransfer.field("=\u{301}1") == "\"'=\u{301}1\""
                    && ContactTransfer.field("\"\u{301}") == "\"\"\"\u{301}\"")
        }
    }
#endif
