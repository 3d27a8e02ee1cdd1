#if Web
    import SamotopContacts
    import SamotopCore

    /// Makes the card of a stranger: who, proved how, what they want, how long their server will try.
    struct CardMaker {
        /// Servers try for four to five days (RFC 5321 §4.5.4.1); we count on the shorter.
        private static let retrySeconds = 4 * 86_400

        private let room: PageRoom
        private let owner: Owner
        private let now: Timestamp
        private let policies: [AddressPolicy]
        private let lookAlikes: LookAlikes
        private let neighbours: SharedDecisions
        /// Contacts who are welcome, and of whose latest mail nothing is proved.
        let claimed: [Contact]

        init(room: PageRoom, owner: Owner) async throws {
            self.room = room
            self.owner = owner
            now = room.clock.now()
            policies = try await room.policies.policies(of: owner)
            let welcome = try await room.desk.contacts(
                of: owner, matching: ContactQuery(states: [.welcome], limit: 1000))
            lookAlikes = LookAlikes(welcome: welcome)
            claimed = welcome.filter { $0.request?.isUnprovenClaim == true }
            neighbours = SharedDecisions(room: room)
        }

        func view(of contact: Contact) async throws -> View {
            let request = contact.request
            var view: View = [
                "id": contact.id.text, "identity": contact.identity.mark, "isWaiting": contact.state == .waiting,
                "state": contact.state.rawValue,
                "stateLabel": room.words("state-\(contact.state.rawValue)"),
                "recipient": request.map { VisibleText.of($0.recipient, limit: 254) },
                "subject": request?.subject.flatMap { $0.isEmpty ? nil : VisibleText.of($0) },
                "attempts": room.words.count("card-attempts", contact.attempts),
                "first": Moment(timestamp: contact.firstSeen, words: room.words).view(now: now),
                "last": Moment(timestamp: contact.lastSeen, words: room.words).view(now: now),
                "clock": clock(of: contact), "wholeDomain": wholeDomain(of: contact),
                "shared": try await neighbours.words(about: contact.identity, except: owner),
                "heldCount": request.flatMap { $0.held.isEmpty ? nil : room.words.count("card-held", $0.held.count) },
            ]
            view.merge(who(contact))
            view.merge(proof(of: contact.identity))
            view.merge(particulars(of: contact))
            view.merge(newName(contact))
            let warnings = lookAlikes.suspicions(about: contact).map { warning($0) }
            view["isClaimed"] = contact.state == .welcome && request?.isUnprovenClaim == true
            view["claimTitle"] = room.words("claim-title", ["who": VisibleText.of(contact.correspondent.text)])
            view["warnings"] = warnings
            view["hasWarnings"] = !warnings.isEmpty
            return view
        }

        /// The address comes first: a name is what the stranger says of itself.
        private func who(_ contact: Contact) -> View {
            let text = contact.correspondent.text
            let name = contact.request?.displayName.map { VisibleText.of($0, limit: 100) } ?? ""
            let scalars = (name.isEmpty ? text : name).unicodeScalars
            let initial = scalars.first { $0.properties.isAlphabetic || $0.properties.numericType != nil }
            let domain = contact.correspondent.domain
            let ascii = Skeleton.ascii(domain)
            let unicode = Skeleton.unicode(domain)
            return [
                "address": VisibleText.of(text, limit: 320), "name": name.isEmpty || name == text ? nil : name,
                "initial": initial.map { String($0).uppercased() } ?? "?",
                "hue": String(domain.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % 8),
                "spelled": ascii != domain || unicode != domain
                    ? room.words("card-spelled", ["ascii": ascii, "unicode": VisibleText.of(unicode)]) : nil,
                "kindLabel": contact.correspondent.kind == .address
                    ? nil : room.words("kind-\(contact.correspondent.kind.rawValue)"),
            ]
        }

        /// What is asked about is the recipient, and nobody has to prove anything.
        private func newName(_ contact: Contact) -> View {
            guard let request = contact.request, request.isNewName else { return [:] }
            return [
                "kindLabel": room.words("card-new-name"), "isProven": false,
                "proofLabel": room.words("card-new-name-by", ["who": VisibleText.of(request.reversePath, limit: 320)]),
            ]
        }

        private func proof(of identity: Identity) -> View {
            let proofs = identity.proofs.sorted().map { $0.rawValue.uppercased() }.joined(separator: " · ")
            switch identity.anchor {
            case .domain(let domain) where identity.isProven:
                return [
                    "isProven": true, "proofLabel": room.words("proof-domain", ["domain": VisibleText.of(domain)]),
                    "proofMethods": proofs,
                ]
            case .domain(let domain):
                return [
                    "isProven": false,
                    "proofLabel": room.words("proof-domain-later", ["domain": VisibleText.of(domain)]),
                ]
            case .network(let network):
                return [
                    "isProven": false, "proofLabel": room.words("proof-network", ["network": VisibleText.of(network)]),
                ]
            case .local: return ["isProven": true, "proofLabel": room.words("proof-local")]
            }
        }

        /// What their server said, for those who want to know.
        private func particulars(of contact: Contact) -> View {
            guard let request = contact.request else { return [:] }
            var rows: [View] = []
            func add(_ word: String, _ value: String?) {
                guard let value, !value.isEmpty else { return }
                rows.append(["label": room.words(word), "value": VisibleText.of(value, limit: 320)])
            }
            add("detail-path", request.reversePath.isEmpty ? room.words("detail-null-path") : request.reversePath)
            add("detail-client", request.clientName)
            add("detail-network", request.network)
            add("detail-hello", request.hello)
            let evidence = request.evidence.map { VisibleText.of($0, limit: 200) }
            return ["details": rows, "evidence": evidence, "hasEvidence": !evidence.isEmpty]
        }

        /// When their server gives up, and how much of that time is left.
        private func clock(of contact: Contact) -> View? {
            guard contact.state == .waiting, let request = contact.request else { return nil }
            guard request.held.isEmpty else { return nil }
            let policy = room.policy(for: request.recipient, in: policies)
            let end = contact.firstSeen.adding(seconds: Int64(Self.retrySeconds))
            let left = max(0, end.seconds(since: now))
            let share = min(100, left * 100 / Self.retrySeconds)
            let moment = Moment(timestamp: end, words: room.words)
            return [
                "end": moment.view(now: now), "left": String(share), "isOver": left == 0, "isUrgent": left < 86_400,
                "label": left == 0 ? room.words("clock-over") : room.words("clock-label"),
                "patience": room.words.count("clock-patience-\(policy.unanswered.rawValue)", policy.patience),
            ]
        }

        /// The domain that could be welcomed as a whole: one that was proved, and isn't everybody's.
        private func wholeDomain(of contact: Contact) -> String? {
            guard contact.identity.isProven, let domain = contact.correspondent.wholeDomain else { return nil }
            return VisibleText.of(Skeleton.ascii(domain.text), limit: 255)
        }

        private func warning(_ suspicion: LookAlikes.Suspicion) -> String {
            switch suspicion {
            case .resembles(let other): room.words("warning-resembles", ["other": VisibleText.of(other)])
            case .borrowsName(let other): room.words("warning-borrows", ["other": VisibleText.of(other)])
            case .namesOtherAddress: room.words("warning-names-other")
            case .mixesScripts: room.words("warning-mixes")
            case .hidesCharacters: room.words("warning-hides")
            }
        }
    }
#endif
