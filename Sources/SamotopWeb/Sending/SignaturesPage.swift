#if Web
    import Hummingbird
    import NameResolution
    import SamotopRelay
    import TransportSecurity

    /// How other servers prove who they are, and what is decided about them.
    struct SignaturesPage {
        static let pageSize = 20
        /// Keys that one form may carry.
        private static let maximumKeys = 64

        let room: PageRoom
        let desk: PeerDesk

        private var peerWords: PeerWords { PeerWords(words: room.words, now: room.clock.now()) }

        func show(_ request: Request, _ visit: Visit) async throws -> Response {
            let query = FormFields((request.uri.query ?? "").utf8)
            let text = query.line("q", limit: 255)
            let after = query["after"].isEmpty ? nil : DNSName(query["after"])
            let page = try await desk.find(text, after: after, limit: Self.pageSize)
            var cards: [View] = []
            for (number, record) in page.records.enumerated() { cards.append(try await card(record, number)) }
            func path(_ pairs: [(String, String)]) -> String {
                let written = pairs.filter { !$0.1.isEmpty }.map { "\($0.0)=\($0.1.queryEncoded)" }
                return "/signatures" + (written.isEmpty ? "" : "?" + written.joined(separator: "&"))
            }
            let view: View = [
                "peers": cards, "hasPeers": !cards.isEmpty, "search": text,
                "isEmpty": cards.isEmpty && text.isEmpty && page.next == nil && after == nil,
                "foundNothing": cards.isEmpty && (!text.isEmpty || after != nil) && page.next == nil,
                "firstPage": after == nil ? nil : path([("q", text)]),
                "nextPage": page.next.map { path([("q", text), ("after", $0.text)]) },
                "isPaged": after != nil || page.next != nil,
            ]
            return try await room.page(
                "signatures", titled: room.words("nav-signatures"), at: .signatures, for: visit, view,
                notice: query["notice"])
        }

        func showDomain(_ request: Request, _ visit: Visit) async throws -> Response {
            let query = FormFields((request.uri.query ?? "").utf8)
            guard let domain = DNSName(query["name"]), let record = try await desk.record(of: domain) else {
                throw HTTPError(.notFound)
            }
            return try await page(of: record, visit, notice: query["notice"])
        }

        /// What a button decides. The keys are those that the form showed, whatever was seen since.
        func decide(_ fields: FormFields, _ visit: Visit) async throws -> Response {
            guard let choice = PeerDesk.Decision(rawValue: fields["do"]),
                let domain = DNSName(fields.line("domain", limit: 255))
            else { throw HTTPError(.badRequest) }
            do {
                let keys = try keys(in: fields)
                let outcome = try await desk.decide(
                    choice, about: domain, keys: keys, by: "page: \(visit.account.name)")
                let notice = Notice(
                    owner: visit.owner, word: "notice-peer-\(choice.rawValue)", subject: domain.text,
                    messages: outcome.released)
                guard fields["back"] == "signatures" else {
                    return room.redirect(
                        to: "/signatures/domain", saying: notice, visit, ["name": domain.text])
                }
                return room.redirect(to: "/signatures", saying: notice, visit)
            } catch let problem as QueueConditions.Problem {
                return try await refuse(problem.word, domain, fields, visit)
            } catch let error as PeerDeskError {
                switch error {
                case .unknownDomain: throw HTTPError(.notFound)
                case .noKey: return try await refuse("peer-no-key", domain, fields, visit)
                case .tooManyKeys: return try await refuse("peer-too-many-keys", domain, fields, visit)
                }
            }
        }

        /// The fields `key-1`, `key-2` and so on, and the one that was typed.
        private func keys(in fields: FormFields) throws -> [Fingerprint] {
            var texts = (1...Self.maximumKeys).map { fields.line("key-\($0)", limit: 100) }
            texts.append(fields.line("key", limit: 200))
            return try texts.filter { !$0.isEmpty }.map { text in
                guard let key = Fingerprint(text) else { throw QueueConditions.Problem(word: "peer-bad-key") }
                return key
            }
        }

        private func refuse(_ word: String, _ domain: DNSName, _ fields: FormFields, _ visit: Visit) async throws
            -> Response
        {
            guard let record = try await desk.record(of: domain) else { throw HTTPError(.notFound) }
            return try await page(
                of: record, visit, problem: room.words(word), typed: fields.line("key", limit: 200))
        }

        private func card(_ record: PeerRecord, _ number: Int) async throws -> View {
            let words = peerWords
            var view = words.names(record.domain)
            view["id"] = "peer-\(number)"
            view["standing"] = words.standing(record)
            view["since"] = words.moment(record.standingSince)
            view["last"] = words.moment(record.lastSeen)
            view["proofs"] = words.proofs(record)
            view["offer"] = offer(record, words)
            view["waiting"] = words.waiting(await desk.waiting(for: record.domain), record.domain)
            view["dkim"] = record.dkimKeys.isEmpty ? nil : room.words.count("peer-dkim", record.dkimKeys.count)
            view.merge(words.decision(record))
            view["back"] = "signatures"
            return view
        }

        private func page(
            of record: PeerRecord, _ visit: Visit, problem: String? = nil, typed: String = "", notice: String = ""
        ) async throws -> Response {
            let words = peerWords
            var view = try await card(record, 0)
            view["back"] = "domain"
            view["first"] = words.moment(record.firstSeen)
            view["hosts"] = record.hosts.map { host(of: $0, words) }
            view["hasHosts"] = !record.hosts.isEmpty
            let candidates = candidates(record)
            view["candidates"] = candidates
            view["hasCandidates"] = !candidates.isEmpty
            view["dkimKeys"] = record.dkimKeys.map { key -> View in
                [
                    "selector": VisibleText.of(key.selector, limit: 255),
                    "kind": room.words(
                        "peer-dkim-kind", ["algorithm": VisibleText.of(key.algorithm), "bits": String(key.bits)]),
                    "key": FingerprintText.of(key.key), "first": words.moment(key.firstSeen),
                    "last": words.moment(key.lastSeen),
                ]
            }
            view["hasDKIMKeys"] = !record.dkimKeys.isEmpty
            view["policyNames"] = record.policy.map { policy in
                policy.patterns.prefix(20).map { VisibleText.of($0) }
            }
            view["changes"] = words.changes(record)
            view["hasChanges"] = !record.changes.isEmpty
            view["mayLower"] = record.level > .plaintext
            view["problem"] = problem
            view["typed"] = typed
            return try await room.page(
                "signatures-domain", titled: VisibleText.of(record.domain.text), at: .signatures, for: visit, view,
                notice: notice)
        }

        /// What a server showed that got no mail: with the keys that pinning it would pin.
        private func offer(_ record: PeerRecord, _ words: PeerWords) -> View? {
            // Where the DNS is wrong, no decision about a key helps.
            guard record.standing == .mismatch, let offered = record.offered, let key = offered.chain.first else {
                return nil
            }
            let known = record.hosts.first { $0.name == offered.host }?.chain.first
            let pins = record.decision.pins.filter { $0 != key } + [key]
            return [
                "title": room.words(known == nil ? "peer-offer-new" : "peer-offer"),
                "host": VisibleText.of(offered.host.text, limit: 255), "time": words.moment(offered.time),
                "key": FingerprintText.of(key), "value": key.description,
                "known": known.map { FingerprintText.of($0) },
                "why": VisibleText.of(offered.words, limit: 300),
                "records": words.records(offered.records), "hasRecords": !offered.records.isEmpty,
                "isHeld": offered.isHeld, "isDifference": offered.isDifference,
                "keys": pins.enumerated().map { ["number": String($0 + 1), "value": $1.description] as View },
            ]
        }

        private func host(of host: PeerHost, _ words: PeerWords) -> View {
            let key = host.chain.first
            return [
                "name": VisibleText.of(host.name.text, limit: 255),
                "version": host.version?.rawValue ?? room.words("peer-no-tls"),
                "first": words.moment(host.firstSeen), "last": words.moment(host.lastSeen),
                "dane": room.words("dane-\(host.dane?.rawValue ?? "unasked")"),
                "key": key.map { FingerprintText.of($0) },
                "isProven": key.map { host.provenKeys.contains($0) } ?? false,
                "chain": host.chain.dropFirst().map { FingerprintText.of($0) },
                "hasChain": host.chain.count > 1,
                "records": words.records(host.entries), "hasRecords": !host.entries.isEmpty,
                "recordsSince": words.moment(host.recordsSince),
                "signed": host.signature.map { words.signed($0) },
            ]
        }

        /// Keys that may be pinned: those that are, and those that servers have or showed.
        private func candidates(_ record: PeerRecord) -> [View] {
            let pinned = record.decision.pins
            var sources: [(key: Fingerprint, source: String)] = pinned.map { ($0, room.words("peer-key-pinned")) }
            func add(_ key: Fingerprint?, _ source: String) {
                guard let key, !sources.contains(where: { $0.key == key }) else { return }
                sources.append((key, VisibleText.of(source, limit: 255)))
            }
            for host in record.hosts { add(host.chain.first, host.name.text) }
            add(record.offered?.chain.first, record.offered?.host.text ?? "")
            return sources.prefix(Self.maximumKeys).enumerated().map { index, candidate in
                [
                    "number": String(index + 1), "value": candidate.key.description,
                    "key": FingerprintText.of(candidate.key), "source": candidate.source,
                    "isPinned": pinned.contains(candidate.key),
                ]
            }
        }
    }
#endif
