#if Web
    import Hummingbird
    import SamotopContacts

    /// The owner's book: found by state and text, page by page.
    struct ContactsPage {
        static let pageSize = 50

        let room: PageRoom

        func show(_ request: Request, _ visit: Visit, _ owner: Owner) async throws -> Response {
            let query = FormFields((request.uri.query ?? "").utf8)
            return try await page(query, visit, owner, problem: nil)
        }

        /// Someone the owner knows already.
        func add(_ fields: FormFields, _ visit: Visit, _ owner: Owner) async throws -> Response {
            let text = fields.line("address", limit: 320)
            let state = Contact.State(rawValue: fields["state"]) ?? .welcome
            // people write a domain as @example.org too
            let written = text.hasPrefix("@") ? text.dropFirst() : text[...]
            guard let correspondent = Correspondent(reading: Array(written.utf8)) else {
                return try await page(
                    FormFields([]), visit, owner, problem: room.words("contacts-no-address"), typed: text)
            }
            let before = try await room.desk.contact(about: correspondent, of: owner)
            try await room.desk.decide(
                state, about: correspondent, of: owner, by: visit.maker, note: fields.line("note", limit: 500),
                identity: before?.identity)
            let undo = before.map { Notice.Undo.restore($0) } ?? .forget(correspondent)
            let notice = Notice(owner: owner, word: "notice-added", subject: correspondent.text, undo: [undo])
            return room.redirect(to: "/contacts", saying: notice, visit)
        }

        private func page(_ query: FormFields, _ visit: Visit, _ owner: Owner, problem: String?, typed: String = "")
            async throws -> Response
        {
            let text = query.line("q", limit: 100)
            let state = Contact.State(rawValue: query["state"])
            let pager = Pager(query["page"], size: Self.pageSize)
            let states = state.map { [$0] } ?? Set(Contact.State.allCases)
            let found = try await room.desk.contacts(
                of: owner,
                matching: ContactQuery(
                    states: states, text: text, order: query["order"] == "name" ? .name : .latest, offset: pager.offset,
                    limit: Self.pageSize + 1))
            let counts = try await room.desk.counts(of: owner)
            let rows = found.prefix(Self.pageSize).map { row($0) }
            let view: View = [
                "rows": rows, "hasRows": !rows.isEmpty, "isEmpty": rows.isEmpty && counts.values.allSatisfy { $0 == 0 },
                "foundNothing": rows.isEmpty && counts.values.contains { $0 > 0 }, "search": text,
                "state": state?.rawValue, "filters": filters(state, text: text, counts: counts),
                "problem": problem, "typed": typed, "back": "contacts",
                "pager": pager.view(
                    path: "/contacts", query: ["q": text, "state": state?.rawValue ?? "", "order": query["order"]],
                    hasMore: found.count > Self.pageSize, words: room.words),
            ]
            return try await room.page(
                "contacts", titled: room.words("nav-contacts"), at: .contacts, for: visit, view, notice: query["notice"]
            )
        }

        private func row(_ contact: Contact) -> View {
            [
                "id": contact.id.text, "address": VisibleText.of(contact.correspondent.text, limit: 320),
                "name": contact.request?.displayName.flatMap { $0.isEmpty ? nil : VisibleText.of($0, limit: 100) },
                "kindLabel": contact.correspondent.kind == .address
                    ? nil : room.words("kind-\(contact.correspondent.kind.rawValue)"),
                "state": contact.state.rawValue, "stateLabel": room.words("state-\(contact.state.rawValue)"),
                "note": contact.decision.flatMap { $0.note.isEmpty ? nil : VisibleText.of($0.note) },
                "last": Moment(timestamp: contact.lastSeen, words: room.words).view(now: room.clock.now()),
                "delivered": contact.delivered > 0 ? room.words.count("contacts-delivered", contact.delivered) : nil,
            ]
        }

        private func filters(_ current: Contact.State?, text: String, counts: [Contact.State: Int]) -> [View] {
            let all = counts.values.reduce(0, +)
            func filter(_ state: Contact.State?, _ count: Int) -> View {
                let query = [("state", state?.rawValue ?? ""), ("q", text)].filter { !$0.1.isEmpty }
                let pairs = query.map { "\($0.0)=\($0.1.queryEncoded)" }
                return [
                    "path": "/contacts" + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")),
                    "label": room.words(state.map { "state-\($0.rawValue)" } ?? "state-all"),
                    "count": Words.grouped(count),
                    "isCurrent": state == current,
                ]
            }
            return [filter(nil, all)]
                + [Contact.State.welcome, .waiting, .held, .blocked].map { filter($0, counts[$0] ?? 0) }
        }
    }
#endif
