#if Web
    import HTTPTypes
    import Hummingbird
    import SamotopContacts
    import SamotopCore

    /// The owner's public keys: to which mail is encrypted before it is stored.
    struct KeysPage {
        let room: PageRoom
        let desk: any KeyDesk

        func show(_ request: Request, _ visit: Visit, _ owner: Owner) async throws -> Response {
            try await page(visit, owner, notice: FormFields((request.uri.query ?? "").utf8)["notice"])
        }

        /// What is refused isn't shown again: it may be a secret key.
        func add(_ fields: FormFields, _ visit: Visit, _ owner: Owner) async throws -> Response {
            let octets = fields.file.flatMap { $0.bytes.isEmpty ? nil : $0.bytes } ?? Array(fields["key"].utf8)
            guard octets.contains(where: { $0 > 0x20 }) else {
                return try await page(visit, owner, problem: room.words("keys-nothing"))
            }
            let isAny = fields.has("any-user-id")
            switch try await desk.add(octets, of: owner, isAnyUserID: isAny, isReplacing: fields.has("replace")) {
            case .added(let keys):
                for key in keys { try await room.record("key added", key.fingerprint, visit, owner) }
                let notice = Notice(
                    owner: owner, word: "notice-key-added", subject: keys.map(\.groups).joined(separator: ", "))
                return room.redirect(to: "/keys", saying: notice, visit)
            case .otherUserID(let key, let armored):
                return try await ask(
                    "other", key, "/keys",
                    [("key", String(decoding: armored, as: UTF8.self)), ("any-user-id", "yes")], visit)
            case .otherKind(let key, let armored):
                var hidden = [("key", String(decoding: armored, as: UTF8.self)), ("replace", "yes")]
                if isAny { hidden.append(("any-user-id", "yes")) }
                return try await ask(key.isCertificate ? "certificate" : "openpgp", key, "/keys", hidden, visit)
            case .refused(let key, let words):
                let why = VisibleText.of(words, limit: 500)
                let problem = key.map { room.words("keys-refused", ["key": $0.groups, "why": why]) }
                return try await page(visit, owner, problem: problem ?? room.words("keys-refused-all", ["why": why]))
            }
        }

        /// Asks once, then removes.
        ///
        /// - Parameter fingerprint: `all` for all keys, also those that can't be read.
        func remove(_ fingerprint: String?, _ fields: FormFields, _ visit: Visit, _ owner: Owner) async throws
            -> Response
        {
            let known = try await desk.keys(of: owner)
            let key = known.keys.first { $0.fingerprint == fingerprint }
            guard let fingerprint, key != nil || fingerprint == "all" else { throw HTTPError(.notFound) }
            guard fields.has("confirmed") else {
                let isLast = key == nil || known.keys.count == 1
                return try await ask(
                    isLast ? "remove-last" : "remove", key, "/keys/\(fingerprint)/remove", [("confirmed", "yes")], visit
                )
            }
            let isGone = try await desk.remove(key?.fingerprint, of: owner)
            guard isGone else { throw HTTPError(.notFound) }
            try await room.record("key removed", key?.fingerprint ?? "all", visit, owner)
            let notice = Notice(
                owner: owner, word: key == nil ? "notice-keys-removed" : "notice-key-removed",
                subject: key?.groups ?? "")
            return room.redirect(to: "/keys", saying: notice, visit)
        }

        func download(_ fingerprint: String?, _ owner: Owner) async throws -> Response {
            let known = try await desk.keys(of: owner)
            guard let key = known.keys.first(where: { $0.fingerprint == fingerprint }) else {
                throw HTTPError(.notFound)
            }
            return Response(
                status: .ok,
                headers: [
                    .contentType: key.isCertificate ? "application/x-pem-file" : "application/pgp-keys",
                    .contentDisposition:
                        "attachment; filename=\"\(key.fingerprint).\(key.isCertificate ? "pem" : "asc")\"",
                ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: key.armored)))
        }

        /// About a key that a program of the owner's announced.
        func decide(_ fingerprint: String?, _ fields: FormFields, _ visit: Visit, _ owner: Owner) async throws
            -> Response
        {
            guard let fingerprint, let decision = KeyOfferDecision(rawValue: fields["do"]) else {
                throw HTTPError(.badRequest)
            }
            let isThere = try await desk.keys(of: owner).offered?.fingerprint == fingerprint
            guard isThere, try await desk.decide(decision, about: fingerprint, of: owner) else {
                return try await page(visit, owner, problem: room.words("keys-offer-gone"))
            }
            try await room.record("key offered: \(decision.rawValue)", fingerprint, visit, owner)
            let notice = Notice(
                owner: owner, word: decision == .decline ? "notice-key-declined" : "notice-key-added",
                subject: MailboxKey.grouped(fingerprint))
            return room.redirect(to: "/keys", saying: notice, visit)
        }

        func publish(_ fields: FormFields, _ visit: Visit, _ owner: Owner) async throws -> Response {
            guard desk.publishes else { throw HTTPError(.notFound) }
            let isPublished = fields["published"] == "yes"
            try await desk.setPublished(isPublished, of: owner)
            try await room.record(isPublished ? "keys published" : "keys not published", "", visit, owner)
            let notice = Notice(
                owner: owner, word: isPublished ? "notice-keys-published" : "notice-keys-unpublished", subject: "")
            return room.redirect(to: "/keys", saying: notice, visit)
        }

        private func page(_ visit: Visit, _ owner: Owner, problem: String? = nil, notice: String = "") async throws
            -> Response
        {
            let known = try await desk.keys(of: owner)
            let now = room.clock.now()
            let view: View = [
                "problem": problem, "rows": known.keys.map { row($0, now) }, "hasRows": !known.keys.isEmpty,
                "isEmpty": known.keys.isEmpty && known.problem == nil && known.offered == nil,
                "unreadable": known.problem.map { VisibleText.of($0, limit: 500) },
                "offered": known.offered.map { row($0, now) }, "hasOther": !known.keys.isEmpty,
                "canTakeBeside": known.canTakeBeside,
                "publishes": desk.publishes && known.canBePublished, "isPublished": known.isPublished, "back": "keys",
            ]
            return try await room.page(
                "keys", titled: room.words("nav-keys"), at: .keys, for: visit, view, notice: notice)
        }

        private func row(_ key: MailboxKey, _ now: Timestamp) -> View {
            [
                "fingerprint": key.fingerprint, "groups": key.groups,
                "userIDs": key.userIDs.prefix(20).map { VisibleText.of($0, limit: 320) },
                "algorithm": VisibleText.of(key.algorithm, limit: 80), "isUsed": key.problem == nil,
                "why": key.problem.map { VisibleText.of($0, limit: 500) },
                "expires": key.expires.map { Moment(timestamp: $0, words: room.words).view(now: now) },
                "neverExpires": key.expires == nil,
            ]
        }

        private func ask(
            _ kind: String, _ key: MailboxKey?, _ path: String, _ hidden: [(name: String, value: String)],
            _ visit: Visit
        ) async throws -> Response {
            let view: View = [
                "heading": room.words("keys-ask-\(kind)"), "about": room.words("keys-ask-\(kind)-about"),
                "button": room.words("keys-ask-\(kind)-button"), "isDanger": kind != "other", "path": path,
                "hidden": hidden.map { ["name": $0.name, "value": $0.value] as View },
                "key": key.map { row($0, room.clock.now()) },
            ]
            return try await room.page("keys-ask", titled: room.words("nav-keys"), at: .keys, for: visit, view)
        }
    }
#endif
