#if Web
    import Hummingbird
    import SamotopContacts

    /// What the buttons do.
    struct Decisions {
        /// What a button says.
        enum Choice: String {
            case welcome, hold, block
            case wait
            case wholeDomain = "domain"
            /// A welcome contact, whose latest mail proves nothing, is bound to where that came from.
            case accept

            var state: Contact.State {
                switch self {
                case .welcome, .wholeDomain, .accept: .welcome
                case .hold: .held
                case .block: .blocked
                case .wait: .waiting
                }
            }
        }

        let room: PageRoom

        func decide(_ fields: FormFields, _ visit: Visit, _ owner: Owner, _ contact: Contact) async throws -> Response {
            guard let choice = Choice(rawValue: fields["do"]) else { throw HTTPError(.badRequest) }
            // what the owner saw is what they decided about
            guard fields["as"] == contact.identity.mark else {
                return back(fields, contact, saying: Notice(owner: owner, word: "notice-changed", subject: ""), visit)
            }
            // cards have no field for it
            let note = fields.has("note") ? fields.line("note", limit: 500) : nil
            if let note, note != contact.note, choice == Choice(contact.state) {
                try await room.desk.annotate(contact.correspondent, of: owner, note: note, by: visit.maker)
                let notice = Notice(
                    owner: owner, word: "notice-note", subject: contact.correspondent.text, undo: [.annotate(contact)])
                return back(fields, contact, saying: notice, visit)
            }
            var undo: [Notice.Undo] = []
            var subject = contact.correspondent.text
            if choice == .wholeDomain {
                guard contact.identity.isProven, let domain = contact.correspondent.wholeDomain else {
                    throw HTTPError(.badRequest)
                }
                subject = domain.text
                undo = try await welcomeAll(at: domain, visit, owner, note)
            }
            if choice == .accept {
                guard try await room.desk.acceptClaim(contact, by: visit.maker) != nil else {
                    throw HTTPError(.badRequest)
                }
                undo.append(.restore(contact))
            } else {
                undo += try await set(choice.state, contact, visit, owner, note)
            }
            let notice = Notice(
                owner: owner, word: "notice-\(choice.rawValue)", subject: subject,
                messages: [.welcome, .block].contains(choice) ? contact.request?.held.count ?? 0 : 0, undo: undo)
            return back(fields, contact, saying: notice, visit)
        }

        func undo(_ fields: FormFields, _ visit: Visit, _ owner: Owner) async throws -> Response {
            guard let notice = visit.session.notices.first(where: { $0.id == fields["notice"] }), notice.owner == owner,
                !notice.undo.isEmpty
            else { return try room.message("undo-over", status: .notFound) }
            for step in notice.undo.reversed() { try await take(back: step, visit, owner) }
            room.sessions.change(visit.token) { $0.notices.removeAll { $0.id == notice.id } }
            return room.redirect(to: path(fields["back"]), saying: notice.undone, visit)
        }

        private func take(back step: Notice.Undo, _ visit: Visit, _ owner: Owner) async throws {
            switch step {
            case .restore(let contact):
                try await room.desk.decide(
                    contact.state, about: contact.correspondent, of: owner, by: visit.maker,
                    note: contact.note.isEmpty ? "undone" : contact.note, identity: contact.identity)
            case .annotate(let contact):
                try await room.desk.annotate(contact.correspondent, of: owner, note: contact.note, by: visit.maker)
            case .forget(let correspondent):
                try await room.desk.forget(correspondent, of: owner, by: visit.maker)
            case .restorePass(let word):
                try await room.passes?.restore(word, of: owner)
                try await room.record("pass restored", word.text, visit, owner)
            case .withdrawPass(let word):
                try await room.passes?.withdraw(word, of: owner)
                try await room.record("pass withdrawn", word.text, visit, owner)
            }
        }

        /// A second click on the same button finds it done, and changes nothing.
        private func set(_ state: Contact.State, _ contact: Contact, _ visit: Visit, _ owner: Owner, _ note: String?)
            async throws -> [Notice.Undo]
        {
            guard contact.state != state else { return repeated(contact, visit) }
            try await room.desk.decide(
                state, about: contact.correspondent, of: owner, by: visit.maker, note: note, identity: contact.identity)
            return [.restore(contact)]
        }

        /// What takes back the first of two clicks, for the second: its notice is the one that stays on the screen.
        private func repeated(_ contact: Contact, _ visit: Visit) -> [Notice.Undo] {
            guard let decision = contact.decision, decision.state == contact.state, decision.previous != contact.state,
                decision.maker == visit.maker, room.clock.now().seconds(since: decision.time) < 60
            else { return [] }
            var before = contact
            before.state = decision.previous
            return [.restore(before)]
        }

        private func welcomeAll(at domain: Correspondent, _ visit: Visit, _ owner: Owner, _ note: String?) async throws
            -> [Notice.Undo]
        {
            let before = try await room.desk.contact(about: domain, of: owner)
            let identity = domain.ownIdentity
            if before?.state != .welcome {
                try await room.desk.decide(
                    .welcome, about: domain, of: owner, by: visit.maker, note: note, identity: identity)
            }
            var undo: [Notice.Undo] = []
            if before?.state != .welcome {
                undo.append(before.map { .restore($0) } ?? .forget(domain))
            }
            let query = ContactQuery(states: [.waiting], text: domain.text, limit: 1000)
            for other in try await room.desk.contacts(of: owner, matching: query)
            where other.correspondent.wholeDomain == domain && other.identity.isProven {
                undo += try await set(.welcome, other, visit, owner, note)
            }
            return undo
        }

        private func back(_ fields: FormFields, _ contact: Contact, saying notice: Notice, _ visit: Visit) -> Response {
            if fields["back"] == "contact" {
                return room.redirect(to: "/contacts/\(contact.id.text)", saying: notice, visit)
            }
            return room.redirect(to: path(fields["back"]), saying: notice, visit)
        }

        private func path(_ name: String) -> String { (Section(rawValue: name) ?? .new).path }
    }
#endif
