#if Web
    import HTTPTypes
    import Hummingbird
    import SamotopContacts

    /// Messages that wait for the owner's word about their sender.
    struct HeldMailPage {
        /// For the message as a page: nothing is fetched, nothing runs, and it has no origin.
        static let htmlPolicy = [
            "default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", "base-uri 'none'", "form-action 'none'",
            "frame-ancestors 'self'", "sandbox",
        ].joined(separator: "; ")
        private static let maximumContacts = 1000

        let room: PageRoom

        func show(_ request: Request, _ visit: Visit, _ owner: Owner) async throws -> Response {
            let query = FormFields((request.uri.query ?? "").utf8)
            let contacts = try await room.desk.contacts(
                of: owner, matching: ContactQuery(states: [.held, .waiting], limit: Self.maximumContacts))
            let now = room.clock.now()
            var groups: [View] = []
            var count = 0
            for contact in contacts {
                guard let request = contact.request, !request.held.isEmpty, groups.count < 100 else { continue }
                count += request.held.count
                groups.append([
                    "id": contact.id.text, "identity": contact.identity.mark,
                    "address": VisibleText.of(contact.correspondent.text, limit: 320),
                    "name": request.displayName.map { VisibleText.of($0, limit: 100) },
                    "subject": request.subject.map { VisibleText.of($0) },
                    "isProven": contact.identity.isProven, "state": contact.state.rawValue,
                    "stateLabel": room.words("state-\(contact.state.rawValue)"),
                    "last": Moment(timestamp: contact.lastSeen, words: room.words).view(now: now),
                    "messages": request.held.enumerated().map { index, envelope -> View in
                        [
                            "path": "/held/\(contact.id.text)/\(envelope.queryEncoded)",
                            "label": room.words("held-message", ["number": String(index + 1)]),
                        ]
                    },
                    "back": "held",
                ])
            }
            let view: View = [
                "groups": groups, "hasGroups": !groups.isEmpty, "isEmpty": groups.isEmpty,
                "summary": room.words.count("held-summary", count),
            ]
            return try await room.page(
                "held", titled: room.words("nav-held"), at: .held, for: visit, view, notice: query["notice"])
        }

        func showMessage(_ visit: Visit, _ contact: Contact, _ context: PageContext) async throws -> Response {
            let (message, path) = try await message(contact, context)
            let replies = message.replyTo.lowercased()
            let view: View = [
                "id": contact.id.text, "identity": contact.identity.mark, "back": "held",
                "address": VisibleText.of(contact.correspondent.text, limit: 320),
                "from": VisibleText.of(message.from), "subject": VisibleText.of(message.subject),
                "hasSubject": !VisibleText.of(message.subject).isEmpty,
                "date": VisibleText.of(message.date, limit: 60),
                "replyTo": replies.isEmpty || replies.contains(contact.correspondent.text)
                    ? nil : VisibleText.of(message.replyTo),
                "text": VisibleText.lines(of: message.text), "hasText": !message.text.isEmpty,
                "isSealed": message.isSealed, "isEmpty": message.text.isEmpty && !message.isSealed,
                "htmlPath": message.html == nil ? nil : path + "/html",
                "hasAttachments": !message.attachments.isEmpty,
                "attachments": message.attachments.map { attachment -> View in
                    [
                        "name": VisibleText.of(attachment.name, limit: 120),
                        "type": VisibleText.of(attachment.type, limit: 80),
                        "size": size(attachment.size),
                    ]
                },
            ]
            return try await room.page(
                "held-message", titled: room.words("held-message-title"), at: .held, for: visit, view)
        }

        func showHTML(_ contact: Contact, _ context: PageContext) async throws -> Response {
            guard let html = try await message(contact, context).message.html else { throw HTTPError(.notFound) }
            var response = room.html(html)
            for (name, value) in [
                ("Content-Security-Policy", Self.htmlPolicy), ("X-Frame-Options", "SAMEORIGIN"),
            ] {
                if let name = HTTPField.Name(name) { response.headers[name] = value }
            }
            return response
        }

        private func message(_ contact: Contact, _ context: PageContext) async throws -> (
            message: HeldMessage, path: String
        ) {
            guard let envelope = context.parameters.get("envelope"),
                let bytes = try await room.desk.heldMessage(envelope, of: contact, limit: room.settings.messageLimit)
            else { throw HTTPError(.notFound) }
            return (HeldMessage(reading: bytes), "/held/\(contact.id.text)/\(envelope.queryEncoded)")
        }

        private func size(_ octets: Int) -> String {
            octets < 1_000_000
                ? room.words("size-kilobytes", ["size": String(max(1, octets / 1000))])
                : room.words("size-megabytes", ["size": String(octets / 1_000_000)])
        }
    }
#endif
