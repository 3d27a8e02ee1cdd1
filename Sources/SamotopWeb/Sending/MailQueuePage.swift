#if Web
    import Hummingbird
    import SamotopQueue

    /// Mail on its way out: what waits, for what, and why.
    struct MailQueuePage {
        static let pageSize = 25
        /// Destinations that are told of at most.
        private static let maximumDestinations = 20

        let room: PageRoom
        let desk: SendingDesk

        func show(_ request: Request, _ visit: Visit) async throws -> Response {
            try await page(FormFields((request.uri.query ?? "").utf8), visit)
        }

        func page(_ query: FormFields, _ visit: Visit) async throws -> Response {
            let conditions = QueueConditions(query)
            let cursor = Int(query["cursor"]).map { max(0, $0) }
            var problem: String?
            var page: QueuePage?
            do {
                page = await desk.queue.list(try conditions.query(), after: cursor, limit: Self.pageSize)
            } catch { problem = room.words(error.word) }
            let mail = QueuedMail(room: room, peers: desk.peers)
            var entries: [View] = []
            for entry in page?.entries ?? [] {
                entries.append(try await mail.view(of: entry, recipients: 0..<QueuedMail.recipientsOnList))
            }
            let totals = await desk.queue.totals()
            let isFiltered = !conditions.fields.isEmpty
            var view: View = [
                "entries": entries, "hasEntries": !entries.isEmpty,
                "isEmpty": entries.isEmpty && !isFiltered && cursor == nil && problem == nil,
                "foundNothing": entries.isEmpty && (isFiltered || cursor != nil) && problem == nil,
                "problem": problem, "isFiltered": isFiltered,
                "conditions": conditions.fields.map { ["name": $0.name, "value": $0.value] as View },
                "filterSender": conditions.sender, "filterRecipient": conditions.recipient,
                "filterDestination": conditions.destination, "filterState": conditions.state?.rawValue,
                "filters": filters(conditions, totals), "summary": room.words.count("queue-summary", totals.messages),
                "troubles": await troubles(mail),
                "firstPage": cursor == nil ? nil : conditions.path,
                "nextPage": page?.next.map { next in
                    conditions.path + (isFiltered ? "&" : "?") + "cursor=\(next)"
                },
                "isPaged": cursor != nil || page?.next != nil, "back": "queue",
                "hasSuppressed": desk.suppression != nil,
            ]
            view["owed"] = totals.owedNotices > 0 ? room.words.count("queue-owed", totals.owedNotices) : nil
            view["unnotified"] = totals.unnotified > 0 ? room.words.count("queue-unnotified", totals.unnotified) : nil
            return try await room.page(
                "queue", titled: room.words("nav-queue"), at: .queue, for: visit, view, notice: query["notice"])
        }

        func showMessage(_ request: Request, _ visit: Visit) async throws -> Response {
            let query = FormFields((request.uri.query ?? "").utf8)
            return try await message(query["id"], visit, page: query["page"], notice: query["notice"])
        }

        func message(
            _ id: String, _ visit: Visit, page: String = "", notice: String = "", problem: String? = nil,
            typed: String = ""
        ) async throws -> Response {
            guard let entry = await desk.queue.message(id) else {
                // It may have left between a decision and the page that tells of it.
                guard !notice.isEmpty else { throw HTTPError(.notFound) }
                return room.redirect(to: "/queue", ["notice": notice])
            }
            let pager = Pager(page, size: QueuedMail.recipientsOnPage)
            let end = pager.offset + QueuedMail.recipientsOnPage
            var view = try await QueuedMail(room: room, peers: desk.peers)
                .view(of: entry, recipients: pager.offset..<end)
            view["more"] = nil
            view["pager"] = pager.view(
                path: "/queue/message", query: ["id": id], hasMore: entry.recipients.count > end, words: room.words)
            view["problem"] = problem
            view["typed"] = typed
            view["back"] = "message"
            return try await room.page(
                "queue-message", titled: room.words("queue-message-title"), at: .queue, for: visit, view,
                notice: notice)
        }

        /// Destinations that can't be reached now.
        private func troubles(_ mail: QueuedMail) async -> [View] {
            let all = await desk.queue.destinations(limit: 1_000)
            return all.filter { $0.failures > 0 }.prefix(Self.maximumDestinations).map { destination -> View in
                var conditions = QueueConditions(FormFields([]))
                conditions.destination = destination.name
                let words = PeerWords(words: room.words, now: room.clock.now())
                return [
                    "name": VisibleText.of(destination.name, limit: 255), "value": destination.name,
                    "path": conditions.path,
                    "recipients": room.words.count("queue-recipients", destination.recipients),
                    "failures": room.words.count("queue-failures", destination.failures),
                    "paused": destination.pausedUntil.map { words.moment($0) },
                    "failure": destination.failure.map { mail.view(of: $0) },
                ]
            }
        }

        private func filters(_ conditions: QueueConditions, _ totals: QueueTotals) -> [View] {
            func filter(_ state: QueueEntryState?, _ count: Int) -> View {
                var wanted = conditions
                wanted.state = state
                wanted.before = nil
                return [
                    "path": wanted.path,
                    "label": room.words(state.map { "queue-state-\($0.rawValue)" } ?? "state-all"),
                    "count": Words.grouped(count), "isCurrent": conditions.state == state,
                    "value": state?.rawValue,
                ]
            }
            let all = totals.waiting + totals.ready + totals.delivering + totals.held
            return [
                filter(nil, all), filter(.waiting, totals.waiting), filter(.ready, totals.ready),
                filter(.delivering, totals.delivering), filter(.held, totals.held),
            ]
        }
    }
#endif
