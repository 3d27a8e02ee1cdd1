#if Web
    import Hummingbird
    import SamotopContacts

    /// Who waits for the owner's word.
    struct NewContactsPage {
        static let pageSize = 50

        let room: PageRoom

        func show(_ request: Request, _ visit: Visit, _ owner: Owner) async throws -> Response {
            let query = FormFields((request.uri.query ?? "").utf8)
            let text = query.line("q", limit: 100)
            let pager = Pager(query["page"], size: Self.pageSize)
            let waiting = try await room.desk.contacts(
                of: owner,
                matching: ContactQuery(states: [.waiting], text: text, offset: pager.offset, limit: Self.pageSize + 1))
            let total = try await room.desk.counts(of: owner)[.waiting] ?? 0
            let cards = try await CardMaker(room: room, owner: owner)
            var views: [View] = []
            for contact in waiting.prefix(Self.pageSize) { views.append(try await cards.view(of: contact)) }
            let claims = cards.claimed.prefix(20).map { contact -> View in
                let address = VisibleText.of(contact.correspondent.text, limit: 320)
                return ["path": "/contacts/\(contact.id.text)", "title": room.words("claim-title", ["who": address])]
            }
            let view: View = [
                "claims": claims,
                "cards": views, "isEmpty": views.isEmpty && text.isEmpty,
                "foundNothing": views.isEmpty && !text.isEmpty,
                "search": text, "summary": room.words.count("new-summary", total), "back": "new",
                "hasCards": !views.isEmpty,
                "pager": pager.view(
                    path: "/", query: ["q": text], hasMore: waiting.count > Self.pageSize, words: room.words),
            ]
            return try await room.page(
                "new-contacts", titled: room.words("nav-new"), at: .new, for: visit, view, notice: query["notice"])
        }
    }
#endif
