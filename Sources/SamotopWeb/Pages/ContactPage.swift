#if Web
    import Hummingbird
    import SamotopContacts

    /// One contact: all that is known, what was decided, what was recorded.
    struct ContactPage {
        let room: PageRoom

        func show(_ request: Request, _ visit: Visit, _ contact: Contact) async throws -> Response {
            let query = FormFields((request.uri.query ?? "").utf8)
            let now = room.clock.now()
            var view = try await CardMaker(room: room, owner: contact.owner).view(of: contact)
            let states = [Contact.State.welcome, .held, .blocked, .waiting]
            view["choices"] = states.map { state -> View in
                [
                    "value": Decisions.Choice(state).rawValue, "label": room.words("state-\(state.rawValue)"),
                    "isCurrent": state == contact.state, "state": state.rawValue,
                ]
            }
            view["note"] = contact.note
            view["decision"] = (contact.earlyNote == nil ? contact.decision : nil).map { decision -> View in
                [
                    "text": room.words(
                        "contact-decided",
                        [
                            "state": room.words("state-\(decision.state.rawValue)"),
                            "maker": VisibleText.of(decision.maker),
                        ]), "time": Moment(timestamp: decision.time, words: room.words).view(now: now),
                ]
            }
            let steps = Steps(words: room.words, now: now).views(of: try await room.desk.history(of: contact))
            view["steps"] = steps
            view["hasSteps"] = !steps.isEmpty
            view["held"] =
                contact.request?.held.map { ["path": "/held/\(contact.id.text)/\($0.queryEncoded)"] as View } ?? []
            view["back"] = "contact"
            view["delivered"] = room.words.count("contacts-delivered", contact.delivered)
            return try await room.page(
                "contact", titled: VisibleText.of(contact.correspondent.text), at: .contacts, for: visit, view,
                notice: query["notice"])
        }

        func forget(_ visit: Visit, _ owner: Owner, _ contact: Contact) async throws -> Response {
            let outcome = try await room.desk.forget(contact.correspondent, of: owner, by: visit.maker)
            let word = if case .waits = outcome { "notice-forgotten-held" } else { "notice-forgotten" }
            let notice = Notice(
                owner: owner, word: word, subject: contact.correspondent.text, undo: [.restore(contact)])
            return room.redirect(to: "/contacts", saying: notice, visit)
        }
    }

    extension Decisions.Choice {
        init(_ state: Contact.State) {
            switch state {
            case .waiting: self = .wait
            case .held: self = .hold
            case .welcome: self = .welcome
            case .blocked: self = .block
            }
        }
    }
#endif
