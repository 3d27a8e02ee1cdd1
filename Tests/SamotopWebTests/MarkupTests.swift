#if Web
    import Foundation
    import SamotopContacts
    import SamotopCore
    import Testing

    @testable import SamotopWeb

    /// Payloads of strangers in every field that a page shows.
    @Suite struct MarkupTests {
        private func fill(_ site: TestSite, with payloads: [String]) async throws {
            for (index, payload) in payloads.enumerated() {
                let identity = Identity(
                    index % 2 == 0 ? .domain(payload) : .network(payload), proofs: index % 2 == 0 ? [.dkim] : [])
                var contact = try await site.add(
                    "person\(index)@there\(index).test", name: "A" + payload, subject: payload, identity: identity)
                contact.request?.recipient = payload
                contact.request?.reversePath = payload
                contact.request?.network = payload
                contact.request?.clientName = payload
                contact.request?.hello = payload
                contact.request?.evidence = [payload, payload]
                contact.request?.held = ["E\(index)"]
                contact.state = index % 3 == 0 ? .held : .waiting
                contact.decision = ContactDecision(
                    previous: .waiting, state: .held, maker: payload, time: site.clock.now(), note: payload)
                site.held.put(
                    sampleMessage(
                        "From: \(payload)\r\nReply-To: \(payload)\r\nSubject: \(payload)\r\nDate: \(payload)",
                        text: payload, html: payload, attached: payload), as: "E\(index)", of: TestSite.ann)
                let filed = contact
                try await site.store.change(contact.correspondent, of: TestSite.ann) { _ in filed }
                try await site.audit.append([
                    AuditEntry(
                        time: site.clock.now(), envelope: "ONE", owner: TestSite.ann, sender: payload, stage: payload,
                        judge: payload, verdict: payload, cause: payload)
                ])
                if index < 20 { try await site.policies.set(ScreeningPolicy(), for: "\(payload)@x", of: TestSite.ann) }
            }
        }

        private func pages(_ site: TestSite, query: String) async throws -> [String: String] {
            var browser = try await site.browser()
            let ids = try await site.store.contacts(of: TestSite.ann, matching: ContactQuery(order: .name, limit: 50))
            var pages: [String: String] = [:]
            let search = query.queryEncoded
            for path in ["/", "/contacts", "/held", "/why?q=ONE", "/policy", "/owners"] {
                pages[path] = try await browser.get(path).text
            }
            for path in ["/?q=", "/contacts?q=", "/why?q=", "/contacts?state=", "/?page=", "/?notice=", "/owners?q="] {
                pages[path] = try await browser.get(path + search).text
            }
            for contact in ids.prefix(50) {
                pages["contact \(contact.correspondent.text)"] = try await browser.get("/contacts/\(contact.id.text)")
                    .text
                let envelope = contact.request?.held.first ?? ""
                pages["held \(contact.correspondent.text)"] =
                    try await browser.get("/held/\(contact.id.text)/\(envelope)").text
            }
            pages["added"] = try await browser.post("/contacts", ["address": query, "note": query]).text
            pages["policy"] = try await browser.post("/policy", ["address": query, "strangers": query]).text
            pages["sign-in"] = try await browser.postRaw("/sign-in", "password=x&name=" + search).text
            return pages
        }

        @Test("W01: what strangers write stays text, in every field of every page")
        func strangersText() async throws {
            try #require(MarkupPayloads.all.count >= 300)
            let size = 48
            let plain = try TestSite()
            try await fill(plain, with: (0..<size).map { "plain\($0)" })
            let expected = try await pages(plain, query: "plain").mapValues { PageShape($0) }
            let allowed = expected.values.reduce(into: Set<String>()) { $0.formUnion($1.names) }
                .union(["svg", "svg viewbox", "svg class", "path", "path d", "div", "p", "bdi", "div class", "p class"])
            for start in stride(from: 0, to: MarkupPayloads.all.count, by: size) {
                var batch = Array(MarkupPayloads.all[start...].prefix(size))
                while batch.count < size { batch.append("plain") }
                let site = try TestSite()
                try await fill(site, with: batch)
                for (name, page) in try await pages(site, query: batch[0]) {
                    let shape = PageShape(page)
                    #expect(shape.strange.isEmpty, "\(name) \(shape.strange)")
                    #expect(shape.names.subtracting(allowed).isEmpty, "\(name) \(shape.names.subtracting(allowed))")
                    // searches find others, so their pages have other numbers of things
                    guard !name.contains("="), let plain = expected[name] else { continue }
                    for tag in PageShape.counted where !(tag == "button" || tag == "a") {
                        #expect(shape.counts[tag] == plain.counts[tag], "\(name) \(tag)")
                    }
                }
            }
        }

        @Test("W01: the templates' own escaping would pass a quote that a combining mark follows; ours doesn't")
        func combiningMarks() throws {
            #expect(
                HTMLText().escapeText("\"\u{301} <\u{301} '\u{20DD} &\u{200D} >\u{FE0F} `")
                    == "&quot;\u{301} &lt;\u{301} &#39;\u{20DD} &amp;\u{200D} &gt;\u{FE0F} &#96;")
            let page = try Templates().render("sign-in", ["name": "\"\u{301} autofocus onfocus=alert(1) x=\""])
            #expect(!HTMLReader(page).tags.contains { $0.attributes["onfocus"] != nil })
        }

        @Test("Each template escapes as ours does, escapes always, and has words for all it says")
        func templates() throws {
            var used: Set<String> = []
            for (name, bytes) in Templates.files {
                let text = String(decoding: bytes, as: UTF8.self)
                #expect(text.hasPrefix("{{% CONTENT_TYPE:\(HTMLText.name)}}\n"), "\(name)")
                #expect(!text.contains("{{{") && !text.contains("{{&") && !text.contains("style="), "\(name)")
                for part in text.components(separatedBy: "{{w.").dropFirst() {
                    used.insert(String(part.prefix { $0 != "}" }))
                }
            }
            #expect(used.subtracting(Words.english.names).isEmpty)
        }

        @Test("W02: a held message as a page stands in a frame without rights, with a policy of its own")
        func heldPage() async throws {
            let site = try TestSite()
            let contact = try await site.add("eve@there.test", state: .held, held: ["E1"])
            let html =
                "<script>alert(1)</script><meta http-equiv=refresh content='0;url=//evil.test'><img src=//evil.test/x>"
            site.held.put(
                sampleMessage("Subject: x", text: "text", html: html, attached: "a.pdf"), as: "E1", of: TestSite.ann)
            var browser = try await site.browser()
            let page = try await browser.get("/held/\(contact.id.text)/E1")
            #expect(!page.text.contains("evil.test"))
            let frames = HTMLReader(page.text).tags.filter { $0.name == "iframe" }
            #expect(frames.map { $0.attributes["sandbox"] } == [""])
            #expect(frames.first?.attributes["src"] == "/held/\(contact.id.text)/E1/html")
            let frame = try await browser.get("/held/\(contact.id.text)/E1/html")
            #expect(frame.text.trimmingCharacters(in: .newlines) == html)
            let policy = frame.header("Content-Security-Policy").components(separatedBy: "; ")
            #expect(
                Set(policy) == [
                    "default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", "base-uri 'none'",
                    "form-action 'none'",
                    "frame-ancestors 'self'", "sandbox",
                ])
            #expect(
                frame.header("X-Content-Type-Options") == "nosniff" && frame.header("Referrer-Policy") == "no-referrer")
        }

        @Test("W11: a Reply-To that leads elsewhere is told")
        func replyTo() async throws {
            let site = try TestSite()
            let contact = try await site.add("eve@there.test", state: .held, held: ["E1", "E2"])
            site.held.put("From: eve@there.test\r\nReply-To: x@evil.test\r\n\r\ntext", as: "E1", of: TestSite.ann)
            site.held.put(
                "From: eve@there.test\r\nReply-To: Eve <EVE@there.test>\r\n\r\ntext", as: "E2", of: TestSite.ann)
            var browser = try await site.browser()
            #expect(try await browser.get("/held/\(contact.id.text)/E1").text.contains("Replies go elsewhere"))
            #expect(!(try await browser.get("/held/\(contact.id.text)/E2").text.contains("Replies go elsewhere")))
        }
    }
#endif
