#if Web
    import Foundation
    import SMTP
    import SamotopQueue
    import Testing

    @testable import SamotopWeb

    @Suite struct QueuePageTests {
        let site: TestSite
        init() throws { site = try TestSite() }

        private func state(_ id: String, _ number: Int = 0) async throws -> QueueEntryState {
            try #require(await site.queue.message(id)).recipients[number].state
        }

        /// Three messages: one waits, one is held, one can't get through.
        private func fill() async throws {
            try site.queue.add("WAITS", to: ["bob@there.test", "carol@there.test"])
            try site.queue.add("HELD", from: "dora@here.test", to: ["bob@proven.test"])
            try site.queue.add("STUCK", from: nil, to: ["bob@silent.test"])
            try await site.addPeer("proven.test", standing: .signed)
            site.queue.attempt { job, _ in
                switch job.destination.text {
                case "proven.test": .held(HoldReason(.signature, words: "the key is new"))
                case "silent.test": .postponed(.later("it doesn't answer", isHostWide: true))
                default: .postponed(.later("it refused for now", reply: ["4.7.1 Try later", "you <b>fool</b>"]))
                }
            }
        }

        @Test("Each message says what it waits for, since when, what they said, and whether it is encrypted")
        func list() async throws {
            try await fill()
            var root = try await site.browser(of: "root")
            let page = try await root.get("/queue").text
            #expect(page.contains("3 messages are queued"))
            #expect(
                page.contains("<bdi>ann@here.test</bdi>") && page.contains("a notification, from nobody (&lt;&gt;)"))
            #expect(page.contains("tried once") && page.contains("next try <time") && page.contains(" minutes</time>"))
            #expect(page.contains("Recipient at mx.there.test 192.0.2.1: it refused for now (4.7.1)"))
            #expect(page.contains("<bdi>451 4.7.1 Try later</bdi>"))
            #expect(page.contains("<bdi>451 you &lt;b&gt;fool&lt;/b&gt;</bdi>"))
            #expect(page.contains("<bdi>the key is new</bdi>"))
            #expect(page.contains("in 5 days"))
            #expect(page.components(separatedBy: "Is it encrypted?").count == 5)
            #expect(
                page.contains(
                    "<a href=\"/signatures/domain?name=proven.test\"><span class=\"tone-text-good\">Encrypted, and"))
            #expect(page.contains("<span class=\"tone-text-plain\">Nobody has connected yet</span>"))
        }

        @Test("Destinations in trouble are told with what happens there, and can be tried at once")
        func troubles() async throws {
            try await fill()
            var root = try await site.browser(of: "root")
            let page = try await root.get("/queue").text
            let part = try #require(page.components(separatedBy: "id=\"trouble-title\"").last)
            #expect(
                part.contains("href=\"/queue?destination=silent.test\"") && part.contains("one recipient · one failure")
            )
            #expect(!part.contains("destination=there.test"))
            _ = try await root.post("/queue", ["do": "retry", "destination": "silent.test"])
            #expect(site.queue.performed == [.retry])
            #expect(try await state("STUCK") == .ready)
            #expect(try await state("WAITS") == .waiting)
        }

        @Test(
            "Conditions choose messages",
            arguments: [
                ("sender=ann@here.test", ["WAITS"]), ("sender=%3C%3E", ["STUCK"]), ("sender=ann@elsewhere.test", []),
                ("recipient=carol@there.test", ["WAITS"]), ("destination=Proven.test", ["HELD"]),
                ("state=held", ["HELD"]), ("state=waiting", ["WAITS", "STUCK"]),
                ("state=nonsense", ["WAITS", "HELD", "STUCK"]),
                ("sender=ann@here.test&state=held", []), ("cursor=99", []),
                ("cursor=-5&page=x", ["WAITS", "HELD", "STUCK"]),
            ])
        func filters(query: String, found: [String]) async throws {
            try await fill()
            var root = try await site.browser(of: "root")
            let page = try await root.get("/queue?\(query)").text
            for id in ["WAITS", "HELD", "STUCK"] {
                #expect(page.contains("/queue/message?id=\(id)") == found.contains(id), "\(id)")
            }
            #expect(page.contains("No such message") == found.isEmpty)
        }

        @Test("What is no address finds nothing, says so, and decides nothing", arguments: ["sender", "recipient"])
        func noAddress(field: String) async throws {
            try await fill()
            var root = try await site.browser(of: "root")
            let page = try await root.get("/queue?\(field)=no%20%3Cb%3E").text
            #expect(page.contains("role=\"alert\"") && page.contains("value=\"no &lt;b&gt;\""))
            for choice in ["hold", "drop"] {
                let answer = try await root.post("/queue", ["do": choice, field: "no <b>", "confirmed": "9"])
                #expect(answer.status == 200 && answer.text.contains("This is no address"))
            }
            #expect(site.queue.performed.isEmpty)
        }

        @Test("The list goes on where the page before ended")
        func paging() async throws {
            for number in 0..<60 { try site.queue.add("M\(number)", to: ["bob@there.test"]) }
            var root = try await site.browser(of: "root")
            var (path, ids, pages) = ("/queue?sender=ann@here.test", Set<String>(), 0)
            while pages < 9 {
                let page = try await root.get(path).text
                pages += 1
                for number in 0..<60 where page.contains("id=M\(number)\"") { ids.insert("M\(number)") }
                guard let next = page.range(of: "rel=\"next\" href=\"") else { break }
                path = String(page[next.upperBound...].prefix { $0 != "\"" }).replacing("&amp;", with: "&")
                #expect(path.contains("sender=ann%40here.test"))
            }
            #expect(pages == 3 && ids.count == 60)
        }

        @Test("Hold, release and retry: a message, one of its recipients, all that match")
        func decide() async throws {
            try await fill()
            var root = try await site.browser(of: "root")
            _ = try await root.get("/queue")
            _ = try await root.post("/queue", ["do": "hold", "id": "WAITS", "number": "1"])
            #expect(try await state("WAITS", 0) == .waiting)
            #expect(try await state("WAITS", 1) == .held)
            #expect(await site.queue.message("WAITS")?.recipients[1].hold == "held by the operator")
            _ = try await root.post("/queue", ["do": "release", "id": "WAITS"])
            #expect(try await state("WAITS", 1) != .held)
            let answer = try await root.post("/queue", ["do": "hold", "destination": "there.test"])
            #expect(answer.header("Location").hasPrefix("/queue?destination=there.test&notice="))
            #expect(
                try await root.get(answer.header("Location")).text.contains("Held until you release it: 2 recipients."))
            #expect(try await state("WAITS", 0) == .held)
            #expect(try await state("STUCK") == .waiting)
            let again = try await root.post("/queue", ["do": "hold", "destination": "there.test"])
            #expect(try await root.get(again.header("Location")).text.contains("There was nothing to do."))
            _ = try await root.post("/queue", ["do": "retry", "id": "STUCK"])
            #expect(try await state("STUCK") == .ready)
        }

        @Test("Before mail is dropped or returned, a page names how many are meant", arguments: ["drop", "fail"])
        func confirm(choice: String) async throws {
            try await fill()
            site.clock.advance(seconds: 1)
            var root = try await site.browser(of: "root")
            _ = try await root.get("/queue")
            let question = try await root.post("/queue", ["do": choice, "destination": "there.test"])
            #expect(question.status == 200 && question.text.contains("2 recipients of one message"))
            #expect(question.text.contains("<bdi>there.test</bdi>"))
            #expect(question.text.contains("name=\"confirmed\" value=\"2\""))
            #expect(question.text.contains("href=\"/queue?destination=there.test\""))
            #expect(site.queue.performed.isEmpty)
            let before = String(site.clock.now().seconds)
            #expect(question.text.contains("name=\"before\" value=\"\(before)\""))
            // queued in the second of the question or later: not meant
            site.clock.advance(seconds: 5)
            try site.queue.add("LATER", to: ["bob@there.test"])
            let answer = try await root.post(
                "/queue",
                [
                    "do": choice, "destination": "there.test", "before": before, "confirmed": "2",
                    "words": "no such person",
                ])
            #expect(answer.status == 303)
            #expect(await site.queue.message("LATER")?.recipients.first?.state.isDone == false)
            #expect(await site.queue.message("WAITS")?.recipients.allSatisfy { $0.state.isDone } != false)
            #expect(site.queue.performed == [choice == "drop" ? .drop : .fail(words: "no such person")])
            let entries = try await site.audit.entries(from: "", to: nil, limit: 9)
            #expect(entries.map(\.judge) == ["page: root"] && entries.map(\.verdict) == ["queue \(choice)"])
            #expect(entries.first?.cause.hasPrefix("2 changed: destination=there.test") == true)
        }

        @Test("The question is asked again when there are more than were shown, and for everything it is said")
        func more() async throws {
            try await fill()
            site.clock.advance(seconds: 1)
            var root = try await site.browser(of: "root")
            _ = try await root.get("/queue")
            let question = try await root.post("/queue", ["do": "drop"])
            #expect(
                question.text.contains("4 recipients of 3 messages")
                    && question.text.contains("everything in the queue"))
            for confirmed in ["3", "", "-1", "many"] {
                let again = try await root.post("/queue", ["do": "drop", "confirmed": confirmed])
                #expect(again.status == 200 && again.text.contains("There are more than you were shown."))
            }
            #expect(site.queue.performed.isEmpty)
            #expect(try await root.post("/queue", ["do": "drop", "confirmed": "4"]).status == 303)
            #expect(await site.queue.totals().messages == 0)
        }

        @Test("One message or recipient is asked about, too; and nothing is asked about nothing")
        func confirmOne() async throws {
            try await fill()
            var root = try await site.browser(of: "root")
            _ = try await root.get("/queue")
            let question = try await root.post(
                "/queue", ["do": "drop", "id": "WAITS", "number": "1", "back": "message"])
            #expect(question.text.contains("one recipient of one message"))
            #expect(
                question.text.contains("name=\"number\" value=\"1\"")
                    && question.text.contains("/queue/message?id=WAITS"))
            let answer = try await root.post(
                "/queue", ["do": "drop", "id": "WAITS", "number": "1", "back": "message", "confirmed": "1"])
            #expect(answer.header("Location").hasPrefix("/queue/message?id=WAITS&notice="))
            #expect(try await state("WAITS", 1) == .dropped)
            #expect(try await state("WAITS", 0) == .waiting)
            #expect(try await root.post("/queue", ["do": "drop", "destination": "nowhere.test"]).status == 303)
            #expect(try await root.post("/queue", ["do": "drop", "id": "UNKNOWN"]).status == 404)
            #expect(try await root.post("/queue", ["do": "explode", "id": "WAITS"]).status == 400)
            #expect(try await root.get("/queue/message?id=UNKNOWN").status == 404)
            // Who has just decided about it is told so, though it has left meanwhile.
            let gone = try await root.get("/queue/message?id=UNKNOWN&notice=n1")
            #expect(gone.status == 303 && gone.header("Location") == "/queue?notice=n1")
            #expect(site.queue.performed == [.drop])
        }

        @Test("A recipient is readdressed; what is no address is shown again")
        func readdress() async throws {
            try await fill()
            var root = try await site.browser(of: "root")
            _ = try await root.get("/queue/message?id=WAITS")
            let wrong = try await root.post(
                "/queue", ["do": "readdress", "id": "WAITS", "number": "0", "address": "bob at <there>"])
            #expect(wrong.status == 200 && wrong.text.contains("value=\"bob at &lt;there&gt;\""))
            #expect(site.queue.performed.isEmpty)
            _ = try await root.post(
                "/queue",
                ["do": "readdress", "id": "WAITS", "number": "0", "address": "bob@new.test", "back": "message"])
            let entry = try #require(await site.queue.message("WAITS"))
            #expect(entry.recipients.map(\.address) == ["bob@new.test", "carol@there.test"])
        }

        @Test("A message with many recipients is shown in part on the list, and page by page on its own")
        func manyRecipients() async throws {
            try site.queue.add("MANY", to: (0..<130).map { "r\($0)@there.test" })
            var root = try await site.browser(of: "root")
            #expect(try await root.get("/queue").text.contains("125 more recipients"))
            let first = try await root.get("/queue/message?id=MANY").text
            #expect(first.contains("r99@there.test") && !first.contains("r100@there.test"))
            let second = try await root.get("/queue/message?id=MANY&page=2").text
            #expect(second.contains("r129@there.test") && !second.contains("r99@there.test"))
        }
    }
#endif
