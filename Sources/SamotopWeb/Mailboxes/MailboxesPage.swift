#if Web
    import Hummingbird
    import SMTP
    import SamotopContacts
    import SamotopCore
    import SamotopDelivery

    /// Which addresses lead to a mailbox, and who gets mail for an address. Administrators change the table of addresses here.
    struct MailboxesPage {
        static let pageSize = 50
        /// Entries of one mailbox that are shown.
        static let maximumEntries = 200

        /// What was typed into the form, shown again when it doesn't do.
        struct Typed {
            var address = ""
            var kind = "mailbox"
            var to = ""
        }

        let room: PageRoom
        let desk: AddressDesk

        func show(_ request: Request, _ visit: Visit) async throws -> Response {
            guard visit.owner != nil || visit.account.isAdministrator else { return room.redirect(to: "/owners") }
            return try await page(FormFields((request.uri.query ?? "").utf8), visit, visit.owner)
        }

        /// - Parameter owner: nil: an administrator who hasn't chosen a mailbox.
        func page(
            _ query: FormFields, _ visit: Visit, _ owner: Owner?, problem: String? = nil, typed: Typed = Typed()
        ) async throws -> Response {
            let entries = owner.map { desk.entries(of: $0.name, limit: Self.maximumEntries + 1) } ?? []
            let asked = query.line("which", limit: 320)
            let isAdministrator = visit.account.isAdministrator
            var view: View = [
                "entries": entries.prefix(Self.maximumEntries).map(entry), "hasEntries": !entries.isEmpty,
                "hasMore": entries.count > Self.maximumEntries, "asked": asked, "isAdministrator": isAdministrator,
                "answer": asked.isEmpty ? nil : answer(asked, owner, isAdministrator: isAdministrator),
            ]
            if let owner {
                view["quota"] = try await quota(of: owner)
                view["handover"] = handover(of: owner, isAdministrator: isAdministrator)
            }
            if isAdministrator { try await addTable(to: &view, query, problem, typed) }
            return try await room.page(
                "mailboxes", titled: room.words("nav-mailboxes"), at: .mailboxes, for: visit, view,
                notice: query["notice"])
        }

        private func addTable(to view: inout View, _ query: FormFields, _ problem: String?, _ typed: Typed) async throws
        {
            let text = query.line("q", limit: 320)
            let pager = Pager(query["page"], size: Self.pageSize)
            let rows = try await desk.rows(containing: text, offset: pager.offset, limit: Self.pageSize + 1)
            view["rows"] = rows.prefix(Self.pageSize).map(row)
            view["hasRows"] = !rows.isEmpty
            view["query"] = text
            view["problem"] = problem
            view["typedAddress"] = typed.address
            view["typedTo"] = typed.to
            view["kinds"] = ["mailbox", "alias", "nobody"].map { kind -> View in
                ["value": kind, "label": room.words("mailboxes-what-\(kind)"), "isCurrent": kind == typed.kind]
            }
            view["pager"] = pager.view(
                path: "/mailboxes", query: ["q": text], hasMore: rows.count > Self.pageSize, words: room.words)
        }

        /// How full it is; what can't be measured now is left out.
        private func quota(of owner: Owner) async throws -> String? {
            guard let (use, quota) = (try? await desk.use(of: owner.name)) ?? nil else { return nil }
            var parts: [String] = []
            if let octets = quota.octets {
                parts.append(
                    room.words("mailboxes-quota-size", ["used": Self.size(use.octets), "limit": Self.size(octets)]))
            }
            if let messages = quota.messages {
                parts.append(
                    room.words("mailboxes-quota-messages", ["used": String(use.messages), "limit": String(messages)]))
            }
            return parts.joined(separator: " · ")
        }

        /// That its mail goes on; what gets it is told administrators.
        private func handover(of owner: Owner, isAdministrator: Bool) -> String? {
            guard let handover = desk.handover(of: owner.name) else { return nil }
            let sentence: String
            switch handover {
            case .lmtp: sentence = room.words("mailboxes-handed-lmtp")
            case .command: sentence = room.words("mailboxes-handed-command")
            }
            return isAdministrator
                ? "\(sentence) (\(VisibleText.of(handover.description, limit: 1_000)))" : sentence
        }

        /// In the largest unit of which there is one at least, with a tenth.
        private static func size(_ octets: UInt64) -> String {
            for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] as [(String, UInt64)] where octets >> shift > 0
            {
                let tenths = (octets >> (shift - 10)) * 10 >> 10
                return "\(tenths / 10).\(tenths % 10) \(unit)"
            }
            return "\(octets) B"
        }

        private func entry(_ entry: DirectoryEntry) -> View {
            let others = entry.destinations.count - 1
            return [
                "address": VisibleText.of(entry.text, limit: 320),
                "kind": room.words("mailboxes-kind-\(entry.kind.rawValue)"),
                "example": entry.example.map { VisibleText.of($0, limit: 320) },
                "also": others > 0 ? room.words("mailboxes-also", ["count": String(others)]) : nil,
            ]
        }

        private func row(_ row: AddressRow) -> View {
            let address = MailboxChanges.text(row.address)
            var kind = "mailbox"
            var targets: String?
            switch row.meaning {
            case .mailbox: break
            case .nobody: kind = "nobody"
            case .alias(let addresses):
                kind = "alias"
                targets = addresses.map(MailboxChanges.text).joined(separator: " ")
            }
            return [
                "address": VisibleText.of(address, limit: 320), "value": address,
                "kind": room.words("mailboxes-kind-\(kind)"),
                "targets": targets.map { VisibleText.of($0, limit: 1_000) },
            ]
        }

        /// One sentence on what becomes of mail for an address, and one on why. Who isn't an administrator is told of their own mail.
        private func answer(_ asked: String, _ owner: Owner?, isAdministrator: Bool) -> View {
            let words = room.words
            guard let address = Mailbox(asked) else { return ["text": words("mailboxes-which-no-address")] }
            let outcome = desk.outcome(for: address)
            let who = VisibleText.of(asked, limit: 320)
            var destinations: [Destination] = []
            if case .destinations(let found) = outcome.answer { destinations = found }
            let isMine = owner.map { owner in destinations.contains { $0.mailbox == owner.name } } ?? false
            guard isAdministrator else {
                let text = words(isMine ? "mailboxes-which-mine" : "mailboxes-which-other", ["who": who])
                return ["text": text, "reason": isMine ? reason(outcome.reason) : nil]
            }
            if outcome.reason == .foreign { return ["text": words("mailboxes-which-foreign", ["who": who])] }
            if destinations.isEmpty {
                return ["text": words("mailboxes-which-nobody", ["who": who]), "reason": reason(outcome.reason)]
            }
            let to = destinations.map(Self.text).joined(separator: ", ")
            return [
                "text": words("mailboxes-which-to", ["who": who, "to": VisibleText.of(to, limit: 1_000)]),
                "reason": reason(outcome.reason),
            ]
        }

        private func reason(_ reason: DirectoryOutcome.Reason) -> String? {
            switch reason {
            case .name: room.words("mailboxes-reason-name")
            case .nobody: room.words("mailboxes-reason-nobody")
            case .pattern(let text): room.words("mailboxes-reason-pattern", ["pattern": VisibleText.of(text)])
            case .role: room.words("mailboxes-reason-role")
            case .everyoneElse: room.words("mailboxes-reason-everyone-else")
            case .unknown, .foreign: nil
            }
        }

        private static func text(_ destination: Destination) -> String {
            switch destination {
            case .mailbox(let name): name
            case .folder(let folder, of: let name): "\(name) (\(folder))"
            case .remote(let mailbox): MailboxChanges.text(mailbox)
            }
        }
    }
#endif
