#if Web
    import HTTPTypes
    import Hummingbird
    import SamotopAccounts
    import SamotopContacts
    import SamotopCore
    import SamotopDelivery

    /// What all pages work with.
    struct PageRoom: Sendable {
        let desk: ContactDesk
        let policies: any PolicyStore
        let passes: PassDesk?
        let addresses: AddressDesk?
        let sending: SendingDesk?
        let keys: (any KeyDesk)?
        let audit: any AuditStore
        let accounts: any WebAccounts
        let settings: WebSettings
        let sessions: WebSessions
        let links: SignInLinks
        let limiter: any SignInLimiter
        let passwords: PasswordVerifier
        let clock: any WallClock
        let words: Words
        let templates: Templates
        let assets: Assets
        let cookie: SessionCookie

        /// A page of someone who is signed in.
        func page(
            _ template: String, titled title: String, at section: Section, for visit: Visit, _ content: View,
            notice: String = ""
        ) async throws -> Response {
            var view = content
            let counts = try await visit.owner.mapAsync { try await desk.counts(of: $0) } ?? [:]
            fill(&view, title: title)
            view["token"] = visit.session.formToken
            view["account"] = VisibleText.of(visit.account.name)
            view["owner"] = visit.owner.map { VisibleText.of($0.name) }
            view["isForOther"] = visit.owner.map { !visit.account.owners.contains($0) } ?? false
            view["choosesOwner"] = visit.account.isAdministrator || visit.account.owners.count > 1
            let sections = Section.allCases.filter { isShown($0, to: visit) }
            view["sections"] = sections.map { $0.view(words, isCurrent: $0 == section, counts: counts) }
            view["hasManySections"] = sections.count > Self.fewSections
            view["keyWarning"] = try await keyWarning(for: visit)
            view["notice"] = self.notice(notice, for: visit)
            return html(try templates.render(template, view))
        }

        /// So many stand beside each other with their signs; more are shown closer together, and in two rows on a phone.
        private static let fewSections = 6

        private func isShown(_ section: Section, to visit: Visit) -> Bool {
            guard !section.isForAdministrators else { return visit.account.isAdministrator && sending != nil }
            switch section {
            case .passes: return passes != nil
            case .mailboxes: return addresses != nil
            case .keys: return keys != nil
            default: return true
            }
        }

        /// On each page: no mail may come in for it.
        private func keyWarning(for visit: Visit) async throws -> String? {
            guard let keys, let owner = visit.owner else { return nil }
            return KeyWarning.text(try await keys.keys(of: owner), clock.now(), words)
        }

        /// A page of its own, for someone who may be anyone.
        func barePage(_ template: String, titled title: String, _ content: View, status: HTTPResponse.Status = .ok)
            throws
            -> Response
        {
            var view = content
            fill(&view, title: title)
            return html(try templates.render(template, view), status: status)
        }

        /// A few words instead of a page.
        func message(_ word: String, status: HTTPResponse.Status) throws -> Response {
            let view: View = ["heading": words("\(word)-title"), "text": words(word)]
            return try barePage("message", titled: words("\(word)-title"), view, status: status)
        }

        func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
            var response = Response(status: status, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
            response.headers[.contentType] = "text/html; charset=utf-8"
            return response
        }

        /// To another page, after a change. Paths are ours, values are encoded: no line break of anyone's gets into
        /// the field.
        func redirect(to path: String, _ query: KeyValuePairs<String, String> = [:]) -> Response {
            let pairs = query.filter { !$0.value.isEmpty }.map { "\($0.key)=\($0.value.queryEncoded)" }
            let location = path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
            return Response(status: .seeOther, headers: [.location: location])
        }

        /// Keeps a notice for the next page, and goes there.
        func redirect(
            to path: String, saying notice: Notice, _ visit: Visit, _ query: KeyValuePairs<String, String> = [:]
        )
            -> Response
        {
            redirect(to: path, saying: notice, visit, pairs: query.map { ($0.key, $0.value) })
        }

        func redirect(to path: String, saying notice: Notice, _ visit: Visit, pairs query: [(String, String)])
            -> Response
        {
            sessions.change(visit.token) { $0.add(notice) }
            let pairs = query + [("notice", notice.id)]
            let encoded = pairs.filter { !$0.1.isEmpty }.map { "\($0.0)=\($0.1.queryEncoded)" }
            return Response(status: .seeOther, headers: [.location: path + "?" + encoded.joined(separator: "&")])
        }

        /// What holds for an address of an owner: its own choice, the owner's for all, or the configuration's.
        func policy(for address: String, in chosen: [AddressPolicy]) -> ScreeningPolicy {
            let lower = address.lowercased()
            if let exact = chosen.first(where: { $0.address == lower }) { return exact.policy }
            return chosen.first { $0.address.isEmpty }?.policy ?? settings.defaultPolicy
        }

        /// Records what was done to something else than a contact.
        func record(_ verdict: String, _ cause: String, _ visit: Visit, _ owner: Owner) async throws {
            let entry = AuditEntry(
                time: clock.now(), envelope: "", owner: owner, sender: "", stage: "decision", judge: visit.maker,
                verdict: verdict, cause: cause)
            try await audit.append([entry])
        }

        private func fill(_ view: inout View, title: String) {
            view["w"] = words
            view["language"] = words.language
            view["title"] = title
            view["style"] = assets.style.path
            view["script"] = assets.script.path
            view["icon"] = assets.icon.path
        }

        private func notice(_ id: String, for visit: Visit) -> View? {
            guard let notice = visit.session.notices.first(where: { $0.id == id }), notice.owner == visit.owner else {
                return nil
            }
            return [
                "id": notice.id, "text": notice.text(words), "canUndo": !notice.undo.isEmpty,
            ]
        }
    }

    extension Optional where Wrapped: Sendable {
        fileprivate func mapAsync<Value: Sendable>(_ transform: (Wrapped) async throws -> Value) async rethrows
            -> Value?
        {
            guard let self else { return nil }
            return try await transform(self)
        }
    }
#endif
