#if Web
    import Hummingbird
    import SamotopContacts

    /// Whose mailbox is shown.
    struct OwnersPage {
        private static let maximum = 1000

        let room: PageRoom

        func show(_ request: Request, _ visit: Visit) async throws -> Response {
            let text = FormFields((request.uri.query ?? "").utf8).line("q", limit: 100).lowercased()
            var rows: [View] = []
            for owner in try await owners(for: visit) where text.isEmpty || owner.name.lowercased().contains(text) {
                guard rows.count < Self.maximum else { break }
                let counts = try await room.desk.counts(of: owner)
                rows.append([
                    "name": VisibleText.of(owner.name), "value": owner.name, "isCurrent": owner == visit.owner,
                    "isOwn": visit.account.owners.contains(owner),
                    "waiting": room.words.count("new-count", counts[.waiting] ?? 0),
                ])
            }
            let view: View = [
                "owners": rows, "isAdministrator": visit.account.isAdministrator, "search": text,
                "isEmpty": rows.isEmpty,
            ]
            return try await room.page("owners", titled: room.words("owners-title"), at: .new, for: visit, view)
        }

        /// Another mailbox from here on. For one that isn't their own, an administrator's name is recorded.
        func choose(_ fields: FormFields, _ visit: Visit) async throws -> Response {
            let owner = Owner(fields["owner"])
            guard visit.account.mayActFor(owner), try await owners(for: visit).contains(owner) else {
                throw HTTPError(.notFound)
            }
            if !visit.account.owners.contains(owner) {
                let entry = AuditEntry(
                    time: room.clock.now(), envelope: "", owner: owner, sender: "", stage: "decision",
                    judge: "page: \(visit.account.name)", verdict: "opened", cause: room.words("owners-opened"))
                try await room.audit.append([entry])
            }
            room.sessions.change(visit.token) { $0.owner = owner }
            return room.redirect(to: "/")
        }

        private func owners(for visit: Visit) async throws -> [Owner] {
            guard visit.account.isAdministrator else { return visit.account.owners }
            return Set(try await room.desk.owners() + visit.account.owners).sorted()
        }
    }
#endif
