#if Web
    import Hummingbird
    import SMTP
    import SamotopContacts
    import SamotopDelivery

    /// What the buttons of the page *Mailboxes* do: add an address to the table, or take one out after a question.
    struct MailboxChanges {
        let room: PageRoom
        let desk: AddressDesk

        private var page: MailboxesPage { MailboxesPage(room: room, desk: desk) }

        func change(_ fields: FormFields, _ visit: Visit) async throws -> Response {
            switch fields["do"] {
            case "add": try await add(fields, visit)
            case "remove": try await remove(fields, visit)
            default: throw HTTPError(.badRequest)
            }
        }

        private func add(_ fields: FormFields, _ visit: Visit) async throws -> Response {
            let typed = MailboxesPage.Typed(
                address: fields.line("address", limit: 320), kind: fields["kind"], to: fields.line("to", limit: 10_000))
            let words = typed.to.split { $0 == " " || $0 == "," }
            let targets = words.compactMap { Mailbox(String($0)) }
            let meaning: AddressRow.Meaning =
                switch typed.kind {
                case "alias": .alias(targets)
                case "nobody": .nobody
                default: .mailbox
                }
            guard targets.count == words.count, typed.kind == "alias" || words.isEmpty,
                let address = Mailbox(typed.address), let row = AddressRow(address, meaning)
            else {
                let problem = room.words("mailboxes-unfit")
                return try await page.page(FormFields([]), visit, visit.owner, problem: problem, typed: typed)
            }
            let text = Self.text(row.address)
            if fields["confirmed"] != text, try await desk.hasFormerOwner(row) {
                return try await ask("again", ["do": "add", "kind": "mailbox", "address": text], text, visit)
            }
            let (problem, isTakenUp) = try await refusal(of: .add(row))
            if let problem {
                return try await page.page(FormFields([]), visit, visit.owner, problem: problem, typed: typed)
            }
            try await record("address added", row.address, visit)
            if !isTakenUp { return try await pending(visit) }
            return done("notice-mailboxes-added", row.address, visit)
        }

        private func remove(_ fields: FormFields, _ visit: Visit) async throws -> Response {
            guard let address = Mailbox(fields.line("address", limit: 320)) else { throw HTTPError(.badRequest) }
            let text = Self.text(address)
            guard fields["confirmed"] == text else {
                return try await ask("confirm", ["do": "remove", "address": text], text, visit)
            }
            let (problem, isTakenUp) = try await refusal(of: .remove(address))
            if let problem {
                return try await page.page(FormFields([]), visit, visit.owner, problem: problem)
            }
            try await record("address removed", address, visit)
            if !isTakenUp { return try await pending(visit) }
            return done("notice-mailboxes-removed", address, visit)
        }

        /// - Parameters:
        ///   - question: what its words begin with.
        ///   - fields: what is sent when the answer is yes.
        private func ask(
            _ question: String, _ fields: KeyValuePairs<String, String>, _ text: String, _ visit: Visit
        ) async throws -> Response {
            let words = room.words
            let hidden = fields.map { ($0.key, $0.value) } + [("confirmed", text)]
            let view: View = [
                "action": "/mailboxes", "heading": words("mailboxes-\(question)-heading"),
                "text": VisibleText.of(text, limit: 320), "about": words("mailboxes-\(question)-about"),
                "hidden": hidden.map { ["name": $0.0, "value": $0.1] as View },
                "button": words("mailboxes-\(question)-button"), "cancel": "/mailboxes",
            ]
            return try await room.page(
                "confirm", titled: words("mailboxes-\(question)-title"), at: .mailboxes, for: visit, view)
        }

        /// What was changed and doesn't count yet.
        private func pending(_ visit: Visit) async throws -> Response {
            try await page.page(FormFields([]), visit, visit.owner, problem: room.words("mailboxes-pending"))
        }

        /// Makes a change. No problem: it is made, and the server has taken it up or hasn't; otherwise why not.
        private func refusal(of edit: AddressEdit) async throws -> (problem: String?, isTakenUp: Bool) {
            let why: String
            do {
                try await desk.edit([edit])
                return (nil, true)
            } catch AddressEditError.notTakenUp {
                return (nil, false)
            } catch let error as AddressEditError {
                why = "\(error)"
            } catch let error as DirectoryError {
                why = "\(error)"
            }
            return (room.words("mailboxes-refused", ["why": VisibleText.of(why, limit: 500)]), false)
        }

        private func record(_ what: String, _ address: Mailbox, _ visit: Visit) async throws {
            try await room.record(what, Self.text(address), visit, visit.owner ?? Owner(""))
        }

        private func done(_ word: String, _ address: Mailbox, _ visit: Visit) -> Response {
            let notice = Notice(owner: visit.owner, word: word, subject: Self.text(address))
            return room.redirect(to: "/mailboxes", saying: notice, visit)
        }

        static func text(_ address: Mailbox) -> String { String(decoding: address.bytes, as: UTF8.self) }
    }
#endif
