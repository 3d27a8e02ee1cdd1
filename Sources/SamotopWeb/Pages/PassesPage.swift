#if Web
    import Hummingbird
    import NameResolution
    import SamotopContacts
    import SamotopCore

    /// Addresses that let someone in without waiting: made here, shown with who came by them, taken back.
    struct PassesPage {
        static let pageSize = 50
        /// Contacts that are looked through for those who came by a pass: the latest.
        private static let maximumUsers = 1000

        /// What was typed, shown again when it doesn't do.
        private struct Typed {
            var kind = Pass.Kind.once
            var word = ""
            var note = ""
            var days = ""
            var domain = ""
        }

        let room: PageRoom
        let desk: PassDesk

        func show(_ request: Request, _ visit: Visit, _ owner: Owner) async throws -> Response {
            try await page(FormFields((request.uri.query ?? "").utf8), visit, owner)
        }

        func make(_ fields: FormFields, _ visit: Visit, _ owner: Owner) async throws -> Response {
            let typed = Typed(
                kind: Pass.Kind(rawValue: fields["kind"]) ?? .once, word: fields.line("word", limit: 100),
                note: fields.line("note", limit: 100), days: fields.line("days", limit: 10),
                domain: fields.line("domain", limit: 253))
            func refuse(_ word: String) async throws -> Response {
                try await page(FormFields([]), visit, owner, problem: room.words(word), typed: typed)
            }
            var word: Pass.Word?
            if !typed.word.isEmpty {
                guard let own = Pass.Word(typed.word) else { return try await refuse("passes-no-word") }
                guard try await fits(own, owner) else { return try await refuse("passes-long-word") }
                word = own
            }
            var expires: Timestamp?
            if !typed.days.isEmpty {
                guard let days = Int(typed.days), (1...3650).contains(days) else {
                    return try await refuse("passes-no-days")
                }
                expires = room.clock.now().adding(seconds: Int64(days) * 86_400)
            }
            var domain: String?
            if typed.kind.isAddress, !typed.domain.isEmpty {
                guard let octets = DNSName(internationalized: Array(typed.domain.utf8)) else {
                    return try await refuse("passes-no-domain")
                }
                domain = octets.text.lowercased()
            }
            let made: Pass?
            do {
                made = try await desk.make(
                    typed.kind, word: word, note: typed.note, expires: expires, domain: domain,
                    of: owner)
            } catch ContactStoreError.insufficientStorage {
                return try await refuse("passes-too-many")
            }
            guard let made else { return try await refuse("passes-taken") }
            try await room.record("pass made", made.word.text, visit, owner)
            let notice = Notice(
                owner: owner, word: "notice-pass-\(made.kind.rawValue)", subject: try await address(of: made),
                undo: [.withdrawPass(made.word)])
            return room.redirect(to: "/addresses", saying: notice, visit)
        }

        /// A second click finds it revoked; its notice takes the first one back.
        func revoke(_ text: String?, _ visit: Visit, _ owner: Owner) async throws -> Response {
            guard let word = text.flatMap({ Pass.Word($0) }),
                let before = try await desk.passes(of: owner).first(where: { $0.word == word })
            else { throw HTTPError(.notFound) }
            try await desk.revoke(word, of: owner)
            let isRepeated = before.revoked.map { room.clock.now().seconds(since: $0) < 60 } ?? true
            if before.revoked == nil { try await room.record("pass revoked", word.text, visit, owner) }
            let notice = Notice(
                owner: owner, word: "notice-pass-revoked", subject: try await address(of: before),
                undo: isRepeated ? [.restorePass(word)] : [])
            return room.redirect(to: "/addresses", saying: notice, visit)
        }

        private func page(
            _ query: FormFields, _ visit: Visit, _ owner: Owner, problem: String? = nil, typed: Typed = Typed()
        ) async throws -> Response {
            let now = room.clock.now()
            let all = try await desk.passes(of: owner)
            let open = all.filter { $0.isValid(at: now) }
            let isEnded = query["state"] == "ended"
            let chosen = isEnded ? all.filter { !$0.isValid(at: now) } : open
            let pager = Pager(query["page"], size: Self.pageSize)
            let shown = chosen.dropFirst(pager.offset).prefix(Self.pageSize)
            let users = try await users(of: shown, owner)
            var rows: [View] = []
            for pass in shown { rows.append(try await row(pass, users[pass.word] ?? [], now)) }
            let view: View = [
                "rows": rows, "hasRows": !rows.isEmpty, "isEmpty": rows.isEmpty && all.isEmpty,
                "foundNothing": rows.isEmpty && !all.isEmpty,
                "filters": [
                    filter("open", count: open.count, isCurrent: !isEnded),
                    filter("ended", count: all.count - open.count, isCurrent: isEnded),
                ],
                "back": "passes", "problem": problem, "typedWord": typed.word, "typedNote": typed.note,
                "typedDays": typed.days, "typedDomain": typed.domain,
                "kinds": Pass.Kind.allCases.map { kind -> View in
                    [
                        "value": kind.rawValue, "label": room.words("passes-kind-\(kind.rawValue)"),
                        "about": room.words("passes-kind-\(kind.rawValue)-about"), "isCurrent": kind == typed.kind,
                    ]
                },
                "pager": pager.view(
                    path: "/addresses", query: ["state": isEnded ? "ended" : ""],
                    hasMore: chosen.count > pager.offset + Self.pageSize, words: room.words),
            ]
            return try await room.page(
                "passes", titled: room.words("nav-passes"), at: .passes, for: visit, view, notice: query["notice"])
        }

        private func row(_ pass: Pass, _ users: [Contact], _ now: Timestamp) async throws -> View {
            [
                "word": pass.word.text, "address": VisibleText.of(try await address(of: pass), limit: 320),
                "note": pass.note.isEmpty ? nil : VisibleText.of(pass.note, limit: 100),
                "kind": room.words("passes-is-\(pass.kind.rawValue)"), "domain": pass.domain.map { VisibleText.of($0) },
                "isOpen": pass.isValid(at: now),
                "end": end(of: pass, now), "created": moment(pass.created, now),
                "expires": pass.isValid(at: now) ? pass.expires.map { moment($0, now) } : nil,
                "used": pass.uses > 0 ? room.words.count("passes-used", pass.uses) : nil,
                "lastUsed": pass.uses > 0 ? pass.lastUsed.map { moment($0, now) } : nil,
                "hasUsers": !users.isEmpty,
                "users": users.prefix(20).map { contact -> View in
                    ["path": "/contacts/\(contact.id.text)", "address": VisibleText.of(contact.correspondent.text)]
                },
            ]
        }

        /// Why it lets nobody in any more.
        private func end(of pass: Pass, _ now: Timestamp) -> String? {
            if pass.isValid(at: now) { return nil }
            if pass.revoked != nil { return room.words("passes-revoked") }
            return room.words(
                [.once, .single].contains(pass.kind) && pass.uses > 0 ? "passes-used-up" : "passes-expired")
        }

        private func moment(_ time: Timestamp, _ now: Timestamp) -> View {
            Moment(timestamp: time, words: room.words).view(now: now)
        }

        private func filter(_ state: String, count: Int, isCurrent: Bool) -> View {
            [
                "path": state == "open" ? "/addresses" : "/addresses?state=\(state)",
                "label": room.words("passes-\(state)"), "count": Words.grouped(count), "isCurrent": isCurrent,
            ]
        }

        /// Who became welcome by these, as far as it is still written down with them.
        private func users(of passes: some Collection<Pass>, _ owner: Owner) async throws -> [Pass.Word: [Contact]] {
            guard passes.contains(where: { $0.uses > 0 }) else { return [:] }
            let welcome = try await room.desk.contacts(
                of: owner, matching: ContactQuery(states: [.welcome], limit: Self.maximumUsers))
            var users: [Pass.Word: [Contact]] = [:]
            for contact in welcome {
                if let word = contact.usedPass { users[word, default: []].append(contact) }
            }
            return users
        }

        /// As it is handed out. Where the mailbox's address isn't known, what has to stand behind the name.
        private func address(of pass: Pass) async throws -> String {
            let own = try await room.accounts.address(of: pass.owner)
            return own.flatMap { PassAddress.text(pass.word, at: $0) } ?? "…+pass-\(pass.word.text)@…"
        }

        /// Whether the address with the word in it isn't too long to be one.
        private func fits(_ word: Pass.Word, _ owner: Owner) async throws -> Bool {
            guard let own = try await room.accounts.address(of: owner) else { return true }
            return PassAddress.text(word, at: own) != nil
        }
    }
#endif
