#if Web
    import Hummingbird
    import SMTP
    import SamotopContacts
    import SamotopCore
    import SamotopQueue

    /// Addresses to which an account's mail isn't sent any more: seen, added and lifted.
    struct SuppressedPage {
        /// Entries that are shown, the latest; a search finds the others.
        static let maximum = 200

        let room: PageRoom
        let suppression: SendingDesk.Suppression

        func show(_ request: Request, _ visit: Visit) async throws -> Response {
            try await page(FormFields((request.uri.query ?? "").utf8), visit)
        }

        /// The form *Suppress*.
        func add(_ fields: FormFields, _ visit: Visit) async throws -> Response {
            let typed = fields.line("address", limit: 320)
            guard let address = Mailbox(typed) else { return try await page(fields, visit, "queue-no-address") }
            guard let submitter = submitter(fields) else { return try await page(fields, visit, "suppressed-whose") }
            let now = room.clock.now().seconds
            try await suppression.store.add([
                SuppressedAddress(
                    submitter: submitter, address: address, since: now,
                    expires: now.addingReportingOverflow(suppression.lifetime).partialValue, isByHand: true)
            ])
            try await record("address suppressed", address, visit)
            let notice = Notice(owner: visit.owner, word: "notice-suppressed", subject: typed)
            return room.redirect(to: "/queue/suppressed", saying: notice, visit)
        }

        /// The button *Lift*.
        func lift(_ fields: FormFields, _ visit: Visit) async throws -> Response {
            let typed = fields.line("address", limit: 320)
            guard let address = Mailbox(typed), let submitter = submitter(fields) else {
                throw HTTPError(.badRequest)
            }
            let count = try await suppression.store.remove(address, for: submitter)
            if count > 0 { try await record("address lifted", address, visit) }
            let notice = Notice(
                owner: visit.owner, word: count > 0 ? "notice-lifted" : "notice-queue-nothing", subject: typed)
            return room.redirect(to: "/queue/suppressed", saying: notice, visit)
        }

        private func page(_ fields: FormFields, _ visit: Visit, _ problem: String? = nil) async throws -> Response {
            let account = fields.line("account", limit: 512).lowercased()
            let isSearch = problem == nil && !account.isEmpty
            let now = room.clock.now()
            let found = try await suppression.store.list(
                for: isSearch ? Submitter(.authenticated, name: account) : nil, now: now.seconds, limit: Self.maximum)
            let words = PeerWords(words: room.words, now: now)
            let view: View = [
                "rows": found.map { row($0, words) }, "hasRows": !found.isEmpty,
                "isEmpty": found.isEmpty && !isSearch, "foundNothing": found.isEmpty && isSearch,
                "isCut": found.count == Self.maximum, "cut": room.words.count("suppressed-cut", Self.maximum),
                "isFiltered": isSearch, "sought": isSearch ? account : "",
                "problem": problem.map { room.words($0) },
                "typedAddress": problem == nil ? "" : fields.line("address", limit: 320),
                "typedAccount": problem == nil ? "" : account,
            ]
            return try await room.page(
                "queue-suppressed", titled: room.words("suppressed-heading"), at: .queue, for: visit, view,
                notice: fields["notice"])
        }

        private func row(_ entry: SuppressedAddress, _ words: PeerWords) -> View {
            let address = String(decoding: entry.address.bytes, as: UTF8.self)
            let isAccount = entry.submitter.kind == .authenticated
            return [
                "address": VisibleText.of(address, limit: 320), "value": address,
                "account": isAccount
                    ? VisibleText.of(entry.submitter.name, limit: 320) : room.words("suppressed-network"),
                "accountValue": isAccount ? entry.submitter.name : "",
                "why": entry.isByHand
                    ? room.words("suppressed-by-hand")
                    : room.words("suppressed-by-server", ["status": entry.status.description]),
                "since": words.moment(entry.since), "expires": words.moment(entry.expires),
            ]
        }

        /// Whose mail a form means: an account's, or with an empty name that of clients in the operator's networks.
        private func submitter(_ fields: FormFields) -> Submitter? {
            let account = fields.line("account", limit: 512).lowercased()
            guard account.isEmpty else { return Submitter(.authenticated, name: account) }
            return fields.has("network") ? suppression.network : nil
        }

        private func record(_ verdict: String, _ address: Mailbox, _ visit: Visit) async throws {
            let entry = AuditEntry(
                time: room.clock.now(), envelope: "", owner: nil, sender: "", stage: "decision", judge: visit.maker,
                verdict: verdict, cause: String(decoding: address.bytes, as: UTF8.self))
            try await room.audit.append([entry])
        }
    }
#endif
